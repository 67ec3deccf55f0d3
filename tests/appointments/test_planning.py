"""From opening hours to slots."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.appointments.errors import HoursWrong
from app.appointments.planning import openings_of, read_hours, slots_of, write_hours

RIYADH = ZoneInfo("Asia/Riyadh")
DAY = date(2026, 11, 24)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(DAY, time(hour, minute), RIYADH).astimezone(UTC)


def test_two_openings_give_slots_that_fit_wholly_into_them() -> None:
    openings = [(time(8), time(9, 45)), (time(13), time(14))]
    planned = slots_of(DAY, openings, minutes=30, places=3, zone=RIYADH)
    assert [slot.starts_at for slot in planned] == [at(8), at(8, 30), at(9), at(13), at(13, 30)]
    assert {slot.places for slot in planned} == {3}


def test_a_block_takes_every_slot_it_touches_and_no_other() -> None:
    blocks = [(at(8, 45), at(9, 30))]
    planned = slots_of(DAY, [(time(8), time(10))], minutes=30, places=1, zone=RIYADH, blocks=blocks)
    assert [slot.starts_at for slot in planned] == [at(8), at(9, 30)]


@given(
    st.integers(5, 240),
    st.integers(0, 23),
    st.integers(1, 1400),
    st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 300))),
)
def test_slots_never_overlap_each_other_a_block_or_closing_time(
    minutes: int, opens: int, length: int, blocked: list[tuple[int, int]]
) -> None:
    start = datetime.combine(DAY, time(opens), RIYADH)
    closes = min(start + timedelta(minutes=length), datetime.combine(DAY, time(23, 59), RIYADH))
    blocks = [(start + timedelta(minutes=first), start + timedelta(minutes=first + long)) for first, long in blocked]
    planned = slots_of(DAY, [(start.time(), closes.time())], minutes=minutes, places=1, zone=RIYADH, blocks=blocks)
    for earlier, later in zip(planned, planned[1:], strict=False):
        assert earlier.ends_at <= later.starts_at
    for slot in planned:
        assert start <= slot.starts_at < slot.ends_at <= closes
        assert all(slot.ends_at <= first or slot.starts_at >= last for first, last in blocks)


def test_hours_are_read_and_written_again_alike() -> None:
    hours = read_hours({6: "8:00-12:00، 13:00-15:30", 0: ""})
    assert hours == {"6": [["08:00", "12:00"], ["13:00", "15:30"]]}
    assert write_hours(hours["6"]) == "08:00-12:00, 13:00-15:30"


@pytest.mark.parametrize("line", ["12:00-08:00", "8-", "08:00-25:00", "08:00-10:00, 09:00-11:00", "x", "08:00-08:00"])
def test_what_is_not_hours_is_refused(line: str) -> None:
    with pytest.raises(HoursWrong):
        read_hours({6: line})


def test_a_day_opened_out_of_turn_takes_the_hours_of_another_weekday() -> None:
    hours = read_hours({6: "08:00-12:00"})
    assert openings_of(hours, DAY) == []
    assert openings_of(hours, DAY, as_if_open=True) == [(time(8), time(12))]
