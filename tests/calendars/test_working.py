"""Deadlines: which day is the last, and that no order of questions changes the answer."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendars import working
from app.calendars.offices import AgencyCalendar
from app.calendars.working import Pause, Unit

OFFICE = AgencyCalendar(ZoneInfo("Asia/Riyadh"))
# Tuesday, 21:00 in Riyadh.
EVENT = datetime(2026, 11, 24, 18, tzinfo=UTC)

instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
lengths = st.timedeltas(timedelta(), timedelta(days=12))
pauses = st.lists(st.builds(lambda start, length: Pause(start, start + length), instants, lengths), max_size=4)
units = st.sampled_from(Unit)
amounts = st.integers(0, 90)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=OFFICE.zone).astimezone(UTC)


def test_five_calendar_days_end_with_the_fifth_day_after_the_event() -> None:
    term = working.after_days(EVENT, 5, OFFICE)
    assert term.last_on == date(2026, 11, 29)
    assert term.due_at == local(2026, 11, 30)


def test_the_clock_acts_at_midnight_and_not_a_moment_before() -> None:
    term = working.after_days(EVENT, 5, OFFICE)
    assert not term.is_over(local(2026, 11, 29, 23, 59))
    assert not term.is_over(term.due_at - timedelta(microseconds=1))
    assert term.is_over(term.due_at)


def test_the_hour_of_the_event_does_not_matter_for_days() -> None:
    terms = {working.after_days(local(2026, 11, 24, hour), 10, OFFICE) for hour in range(24)}
    assert len(terms) == 1


def test_working_days_leave_out_weekend_and_holidays() -> None:
    assert working.after_working_days(EVENT, 5, OFFICE).last_on == date(2026, 12, 1)
    before_national_day = local(2026, 9, 21, 9)
    assert working.after_working_days(before_national_day, 2, OFFICE).last_on == date(2026, 9, 24)


def test_a_working_day_asked_on_friday_is_sunday() -> None:
    assert working.after_working_days(local(2026, 11, 27, 10), 1, OFFICE).last_on == date(2026, 11, 29)


def test_days_on_which_the_agency_waited_do_not_count() -> None:
    waited = Pause(local(2026, 11, 25, 10), local(2026, 11, 29, 14))
    assert working.after_working_days(EVENT, 3, OFFICE, [waited]).last_on == date(2026, 12, 2)
    assert working.after_days(EVENT, 3, OFFICE, [waited]).last_on == date(2026, 12, 2)


def test_office_hours_run_only_while_the_office_is_open() -> None:
    term = working.after_working_hours(local(2026, 11, 26, 12, 30), timedelta(hours=4), OFFICE)
    assert term.due_at == local(2026, 11, 29, 9, 30)
    assert term.last_on == date(2026, 11, 29)


def test_office_hours_stand_still_while_the_agency_waits() -> None:
    waited = Pause(local(2026, 11, 24, 9), local(2026, 11, 24, 11))
    term = working.after_working_hours(local(2026, 11, 24, 8), timedelta(hours=3), OFFICE, [waited])
    assert term.due_at == local(2026, 11, 24, 13)


def test_hours_of_the_wall_run_day_and_night() -> None:
    waited = Pause(EVENT + timedelta(hours=1), EVENT + timedelta(hours=3))
    assert working.after_hours(EVENT, timedelta(hours=24), OFFICE).due_at == EVENT + timedelta(hours=24)
    assert working.after_hours(EVENT, timedelta(hours=24), OFFICE, [waited]).due_at == EVENT + timedelta(hours=26)


def test_time_used_of_a_target_counts_office_hours_outside_pauses() -> None:
    waited = Pause(local(2026, 11, 24, 9), local(2026, 11, 24, 11))
    start, end = local(2026, 11, 24, 8), local(2026, 11, 25, 8, 30)
    assert working.working_time(start, end, OFFICE) == timedelta(hours=7, minutes=30)
    assert working.working_time(start, end, OFFICE, [waited]) == timedelta(hours=5, minutes=30)


def test_working_days_of_a_step_leave_out_the_day_it_began() -> None:
    assert working.working_days_between(date(2026, 11, 24), date(2026, 11, 29), OFFICE) == 3
    assert working.working_days_between(date(2026, 11, 24), date(2026, 11, 24), OFFICE) == 0


def test_a_period_cannot_be_negative_nor_a_pause_end_before_it_began() -> None:
    with pytest.raises(ValueError, match="negative"):
        working.after_days(EVENT, -1, OFFICE)
    with pytest.raises(ValueError, match="began"):
        Pause(EVENT, EVENT - timedelta(seconds=1))


@given(instants, amounts, units, pauses)
def test_the_same_history_gives_the_same_deadline(at: datetime, amount: int, unit: Unit, waits: list[Pause]) -> None:
    first = working.due(at, amount, unit, OFFICE, waits)
    assert working.due(at, amount, unit, OFFICE, list(reversed(waits))) == first
    assert first.due_at >= at


@given(instants, st.timedeltas(timedelta(), timedelta(days=30)), amounts, units, pauses)
def test_a_later_event_or_a_longer_period_never_ends_earlier(
    at: datetime, later: timedelta, amount: int, unit: Unit, waits: list[Pause]
) -> None:
    term = working.due(at, amount, unit, OFFICE, waits)
    assert working.due(at + later, amount, unit, OFFICE, waits).due_at >= term.due_at
    assert working.due(at, amount + 1, unit, OFFICE, waits).due_at >= term.due_at


@given(instants, amounts, units, pauses, st.builds(lambda at, length: Pause(at, at + length), instants, lengths))
def test_waiting_never_brings_a_deadline_forward(
    at: datetime, amount: int, unit: Unit, waits: list[Pause], more: Pause
) -> None:
    without = working.due(at, amount, unit, OFFICE, waits)
    assert working.due(at, amount, unit, OFFICE, [*waits, more]).due_at >= without.due_at


@given(instants, st.integers(1, 90))
def test_the_last_day_of_working_days_is_a_working_day_and_the_count_agrees(at: datetime, days: int) -> None:
    term = working.after_working_days(at, days, OFFICE)
    assert OFFICE.is_working_day(term.last_on)
    assert working.working_days_between(OFFICE.day_of(at), term.last_on, OFFICE) == days
    assert term.due_at == OFFICE.end_of_day(term.last_on)


@given(instants, st.timedeltas(timedelta(minutes=1), timedelta(hours=80)), pauses)
def test_the_time_used_when_a_target_ends_is_the_target(at: datetime, hours: timedelta, waits: list[Pause]) -> None:
    term = working.after_working_hours(at, hours, OFFICE, waits)
    assert working.working_time(at, term.due_at, OFFICE, waits) == hours
