"""One source of time, which a demonstration can move."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from app.calendars import clock

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def frozen() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def demo_clock(frozen: None, tmp_path: Path) -> Path:
    path = tmp_path / "clock"
    clock.configure(path)
    return path


def move(path: Path, content: str) -> None:
    """Replace the file as the sandbox does, so that its time or inode differs."""
    fresh = path.with_suffix(".new")
    fresh.write_text(content, "ascii")
    os.replace(fresh, path)


@pytest.mark.usefixtures("frozen")
def test_without_a_demo_clock_it_is_the_time_of_the_machine() -> None:
    clock.configure(None)
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC


def test_a_demo_clock_that_was_never_set_changes_nothing(demo_clock: Path) -> None:
    assert clock.now() == NOON


def test_moving_the_demo_clock_moves_the_time_at_once(demo_clock: Path) -> None:
    move(demo_clock, "86400\n")
    assert clock.now() == NOON + timedelta(days=1)
    move(demo_clock, "432000")
    assert clock.now() == NOON + timedelta(days=5)


def test_removing_the_demo_clock_brings_the_real_time_back(demo_clock: Path) -> None:
    move(demo_clock, "3600")
    assert clock.now() == NOON + timedelta(hours=1)
    demo_clock.unlink()
    assert clock.now() == NOON


@pytest.mark.parametrize("torn", ["", "12x", "nan", "1e400"])
def test_a_clock_caught_half_written_keeps_the_last_time(demo_clock: Path, torn: str) -> None:
    move(demo_clock, "3600")
    clock.now()
    move(demo_clock, torn)
    assert clock.now() == NOON + timedelta(hours=1)


def test_a_clock_finished_within_the_same_tick_of_its_torn_half_is_read(demo_clock: Path) -> None:
    demo_clock.write_text("", "ascii")
    began = os.stat(demo_clock)
    assert clock.now() == NOON
    demo_clock.write_text("3600", "ascii")
    os.utime(demo_clock, ns=(began.st_atime_ns, began.st_mtime_ns))
    assert clock.now() == NOON + timedelta(hours=1)


def test_the_demo_clock_cannot_leave_the_years_of_the_table(demo_clock: Path) -> None:
    move(demo_clock, "99999999999")
    assert clock.now() == NOON + clock.FARTHEST


def test_production_ignores_the_demo_clock(demo_clock: Path) -> None:
    move(demo_clock, "86400")
    clock.configure(None)
    assert clock.now() == NOON


def test_the_zone_decides_which_day_it_is() -> None:
    with time_machine.travel(datetime(2026, 11, 24, 20, 30, tzinfo=UTC), tick=False):
        assert clock.today("Asia/Riyadh") == date(2026, 11, 24)
        assert clock.today("Asia/Dubai") == date(2026, 11, 25)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without zone"):
        clock.local(datetime(2026, 11, 24), "Asia/Riyadh")  # noqa: DTZ001
