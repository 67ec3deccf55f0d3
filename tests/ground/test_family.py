import sys
import threading
import time
from pathlib import Path

import pytest

from ground import GroundError
from ground.family import Family, Part
from ground.spawn import until

SLEEPER = "import time; time.sleep(60)"
TELLS_ITS_END = """
import pathlib, signal, sys, time
def end(*_):
    with open({path!r}, "a") as file: file.write({name!r} + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("up", flush=True)
time.sleep(60)
"""


def part(name: str, code: str, **more: object) -> Part:
    return Part(name, [sys.executable, "-c", code], **more)  # type: ignore[arg-type]


def run_for_a_while(family: Family, seconds: float) -> None:
    """Watch in this thread, as `run` must, and be asked to end by another."""
    timer = threading.Timer(seconds, family._asked_to_end, (0, None))
    timer.start()
    family.run()
    timer.join()


@pytest.fixture
def lines() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def family(lines: list[tuple[str, str]]):  # type: ignore[no-untyped-def]
    family = Family(lambda name, line: lines.append((name, line)))
    yield family
    family.stop()


def test_what_depends_on_a_part_waits_until_it_is_ready(family: Family, tmp_path: Path) -> None:
    mark = tmp_path / "ready"
    slow = f"import pathlib, time; time.sleep(0.3); pathlib.Path({str(mark)!r}).touch(); time.sleep(60)"
    family.start(part("slow", slow, ready=mark.exists))
    assert mark.exists()


def test_a_part_that_dies_is_started_again_after_growing_pauses(family: Family, lines: list[tuple[str, str]]) -> None:
    family.start(part("frail", "print('hello', flush=True)"))
    run_for_a_while(family, 2.5)
    assert lines.count(("frail", "hello")) >= 2
    pauses = [line for _, line in lines if "again in" in line]
    assert "again in 0.4 s" in pauses[0]
    assert "again in 0.8 s" in pauses[1]


def test_a_part_that_is_killed_comes_back(family: Family) -> None:
    family.start(part("steady", SLEEPER))
    first = family.members[0].process
    first.kill()
    first.wait()
    run_for_a_while(family, 1.5)
    assert family.members[0].process.pid != first.pid
    assert family.members[0].process.poll() is None


def test_foundations_stop_last_and_in_reverse_order(tmp_path: Path, lines: list[tuple[str, str]]) -> None:
    family = Family(lambda name, line: lines.append((name, line)))
    told = tmp_path / "told"
    for name in ("database", "redis", "web", "worker"):
        code = TELLS_ITS_END.format(path=str(told), name=name)
        ready = lambda name=name: (name, "up") in lines  # noqa: E731
        family.start(part(name, code, ready=ready, foundation=name in ("database", "redis")))
    family.stop()
    ends = told.read_text().split()
    assert ends[2:] == ["redis", "database"]
    assert set(ends[:2]) == {"web", "worker"}


def test_a_part_that_is_never_ready_is_an_error_with_its_name(family: Family) -> None:
    with pytest.raises(GroundError, match="late was not ready"):
        family.start(part("late", SLEEPER, ready=lambda: False), seconds=0.3)


def test_a_second_wish_to_end_kills_at_once(family: Family) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    family.start(part("deaf", deaf))
    family._asked_to_end(15, None)
    family._asked_to_end(15, None)
    until(lambda: family.members[0].process.poll() is not None, seconds=5, what="the end")
    began = time.monotonic()
    family.stop()
    assert time.monotonic() - began < 5
