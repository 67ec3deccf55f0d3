"""The demo clock: a file that other processes read."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.sandbox.running import RunningSandbox


def offset(sandbox: RunningSandbox) -> int:
    return int((sandbox.data / "clock").read_text())


@pytest.mark.parametrize(("action", "seconds"), [("hour", 3600), ("day", 86_400), ("five_days", 432_000)])
def test_each_press_moves_it_on(sandbox: RunningSandbox, action: str, seconds: int) -> None:
    sandbox.post("/clock", data={"action": action})
    assert offset(sandbox) == seconds
    sandbox.post("/clock", data={"action": action})
    assert offset(sandbox) == 2 * seconds
    sandbox.post("/clock", data={"action": "reset"})
    assert offset(sandbox) == 0


def test_midnight_is_that_of_riyadh(sandbox: RunningSandbox) -> None:
    moved = sandbox.post("/clock", json={"action": "midnight"}).json()
    here = datetime.fromisoformat(moved["now"]).astimezone(ZoneInfo("Asia/Riyadh"))
    assert (here.hour, here.minute) == (0, 0)
    assert 0 < moved["offset"] <= 86_401


def test_any_number_of_seconds_back_and_forth(sandbox: RunningSandbox) -> None:
    assert sandbox.post("/clock", json={"seconds": 90}).json()["offset"] == 90
    assert sandbox.post("/clock", data={"seconds": "-60"}).url.endswith("/clock?moved=")
    assert offset(sandbox) == 30


@pytest.mark.parametrize("asked", [{"action": "sideways"}, {"seconds": "many"}, {"seconds": "1" * 400}, {}])
def test_nonsense_moves_nothing(sandbox: RunningSandbox, asked: dict[str, str]) -> None:
    assert sandbox.post("/clock", data=asked).status_code == 422
    assert offset(sandbox) == 0


def test_the_page_shows_both_calendars(sandbox: RunningSandbox) -> None:
    page = sandbox.get("/clock").text
    assert "144" in page
    assert "هـ (" in page


def test_it_writes_the_file_the_portal_was_told_to_read(tmp_path: Path) -> None:
    file = tmp_path / "run" / "clock"
    sandbox = RunningSandbox(tmp_path / "data", environment={"DEMO_CLOCK_FILE": str(file)}).start()
    sandbox.post("/clock", json={"action": "day"})
    sandbox.stop()
    assert file.read_text() == "86400\n"
    assert [each.name for each in file.parent.iterdir()] == ["clock"], "no half-written file is left"
