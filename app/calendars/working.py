"""Deadlines and targets, as pure functions of what happened: running them again gives the same instant.

The day of the event does not count. A deadline of n days ends at 24:00 of its n-th day in the agency's zone, one of n
working days at 24:00 of the n-th working day. Texts name the last day that counts (`last_on`); the clock acts from
`due_at` on, never before.

A pause is the time in which an agency waits for somebody else. Days touched by one do not count, neither the day it
began nor the day it ended; of an office's hours exactly those outside it count. While a pause is open there is no
deadline yet: ask when it has ended.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.calendars.offices import AgencyCalendar

_DAY = timedelta(days=1)


class Unit(StrEnum):
    """How a period is counted."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"


@dataclass(frozen=True)
class Term:
    """The end of a period. `due_at` is the first instant that is late; `last_on` the last day that is in time."""

    last_on: date
    due_at: datetime

    def is_over(self, at: datetime) -> bool:
        return at >= self.due_at


@dataclass(frozen=True)
class Pause:
    """From `start` until just before `end`."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a pause cannot end before it began")


def due(basis_at: datetime, amount: int, unit: Unit, calendar: AgencyCalendar, pauses: Sequence[Pause] = ()) -> Term:
    """The end of a period that began at `basis_at`, in any unit."""
    if unit == Unit.DAYS:
        return after_days(basis_at, amount, calendar, pauses)
    if unit == Unit.WORKING_DAYS:
        return after_working_days(basis_at, amount, calendar, pauses)
    hours = timedelta(hours=amount)
    count = after_hours if unit == Unit.HOURS else after_working_hours
    return count(basis_at, hours, calendar, pauses)


def after_days(basis_at: datetime, days: int, calendar: AgencyCalendar, pauses: Sequence[Pause] = ()) -> Term:
    """A deadline of calendar days. Zero days end with the day of the event."""
    return _nth_day(basis_at, days, calendar, pauses, counts=lambda on: True)


def after_working_days(basis_at: datetime, days: int, calendar: AgencyCalendar, pauses: Sequence[Pause] = ()) -> Term:
    """A deadline of working days of this agency. Zero days end with the day of the event."""
    return _nth_day(basis_at, days, calendar, pauses, counts=calendar.is_working_day)


def _nth_day(
    basis_at: datetime,
    days: int,
    calendar: AgencyCalendar,
    pauses: Sequence[Pause],
    counts: Callable[[date], bool],
) -> Term:
    if days < 0:
        raise ValueError("a period cannot be negative")
    stopped = [(calendar.day_of(pause.start), calendar.day_of(pause.end)) for pause in pauses]
    on, left = calendar.day_of(basis_at), days
    while left:
        on += _DAY
        if counts(on) and not any(first <= on <= last for first, last in stopped):
            left -= 1
    return Term(on, calendar.end_of_day(on))


def after_hours(basis_at: datetime, hours: timedelta, calendar: AgencyCalendar, pauses: Sequence[Pause] = ()) -> Term:
    """A period of hours by the clock on the wall, day and night."""
    due_at = basis_at
    for start, end in _without(basis_at, None, pauses):
        if end is None or hours <= end - start:
            due_at = start + hours
            break
        hours -= end - start
    return Term(calendar.day_of(due_at), due_at)


def after_working_hours(
    basis_at: datetime, hours: timedelta, calendar: AgencyCalendar, pauses: Sequence[Pause] = ()
) -> Term:
    """A target of office hours: the clock runs only while the office is open."""
    if hours <= timedelta():
        return Term(calendar.day_of(basis_at), basis_at)
    for start, end in _office_hours(basis_at, calendar, pauses):
        if hours <= end - start:
            return Term(calendar.day_of(start + hours), start + hours)
        hours -= end - start
    raise AssertionError("office hours do not end")


def working_time(start: datetime, end: datetime, calendar: AgencyCalendar, pauses: Sequence[Pause] = ()) -> timedelta:
    """The office hours between two instants, outside pauses: what has been used of a target."""
    used = timedelta()
    for opens, closes in _office_hours(start, calendar, pauses):
        if opens >= end:
            break
        used += min(closes, end) - opens
    return used


def working_days_between(first: date, last: date, calendar: AgencyCalendar) -> int:
    """Working days after `first`, up to and with `last`: how many days a step took."""
    return sum(calendar.opening(first + _DAY * offset) is not None for offset in range(1, (last - first).days + 1))


def _office_hours(
    basis_at: datetime, calendar: AgencyCalendar, pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, datetime]]:
    """Every stretch of time from `basis_at` on in which the office is open and nothing pauses it, without end."""
    on = calendar.day_of(basis_at)
    while True:
        opening = calendar.opening(on)
        if opening is not None and opening[1] > basis_at:
            opens, closes = max(opening[0], basis_at), opening[1]
            for start, end in _without(opens, closes, pauses) if pauses else ((opens, closes),):
                assert end is not None
                yield start, end
        on += _DAY


def _without(
    start: datetime, end: datetime | None, pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, datetime | None]]:
    """The parts of a stretch that no pause covers; `end` None means without end."""
    for pause in sorted(pauses, key=lambda pause: pause.start):
        if end is not None and pause.start >= end:
            break
        if pause.start > start:
            yield start, pause.start
        start = max(start, pause.end)
    if end is None or start < end:
        yield start, end
