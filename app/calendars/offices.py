"""The calendar of an agency: its zone, weekend, holidays and opening hours.

The `holidays` package is the seed, not the truth: governments close longer at Eid than its labour-law days and announce
days late, so an agency's profile adds days it is closed on and days it is open after all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

import holidays

from app.calendars.clock import local
from app.calendars.hijri import find_hijri

RAMADAN = 9


@dataclass(frozen=True)
class Hours:
    """Local opening hours of one day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"an office cannot open at {self.opens} and close at {self.closes}")


class HasCalendar(Protocol):
    """What a profile says about an agency's time."""

    @property
    def country(self) -> str: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def weekend(self) -> tuple[int, ...]: ...
    @property
    def holidays(self) -> tuple[date, ...]: ...
    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...


@dataclass(frozen=True)
class AgencyCalendar:
    """Weekdays count from Monday as 0. `open_on` wins over every reason to be closed."""

    zone: ZoneInfo
    country: str = "SA"
    weekend: frozenset[int] = frozenset({4, 5})
    closed_on: frozenset[date] = frozenset()
    open_on: frozenset[date] = frozenset()
    hours: Hours = Hours(time(7, 30), time(14, 30))
    weekday_hours: Mapping[int, Hours] = field(default_factory=dict)
    ramadan_hours: Hours | None = None
    _openings: dict[date, tuple[datetime, datetime] | None] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        # Without one open weekday a deadline in working days would never end.
        if self.weekend >= frozenset(range(7)):
            raise ValueError("a week needs at least one working day")

    def is_working_day(self, on: date) -> bool:
        if on in self.open_on:
            return True
        is_closed = on.weekday() in self.weekend or on in self.closed_on
        return not is_closed and on not in public_holidays(self.country, on.year)

    def hours_on(self, on: date) -> Hours | None:
        """Opening hours of a day, or None when closed. Ramadan hours never make a short weekday longer."""
        if not self.is_working_day(on):
            return None
        hours = self.weekday_hours.get(on.weekday(), self.hours)
        hijri = find_hijri(on) if self.ramadan_hours else None
        if self.ramadan_hours is None or hijri is None or hijri.month != RAMADAN:
            return hours
        closes = min(self.ramadan_hours.closes, hours.closes)
        return Hours(self.ramadan_hours.opens, closes) if self.ramadan_hours.opens < closes else hours

    def opening(self, on: date) -> tuple[datetime, datetime] | None:
        """The instants between which the office is open on a day, or None. Remembered: clocks count the same days."""
        if on not in self._openings:
            hours = self.hours_on(on)
            open_ = (self.instant(on, hours.opens), self.instant(on, hours.closes)) if hours else None
            self._openings[on] = open_
        return self._openings[on]

    def instant(self, on: date, at: time) -> datetime:
        """The instant, in UTC, of a local time on a day."""
        return datetime.combine(on, at, self.zone).astimezone(UTC)

    def day_of(self, at: datetime) -> date:
        """The local day an instant falls on."""
        return local(at, self.zone).date()

    def end_of_day(self, on: date) -> datetime:
        """24:00 of a day: the first instant that no longer belongs to it."""
        return self.instant(on + timedelta(days=1), time())


def agency_calendar(agency: HasCalendar) -> AgencyCalendar:
    """The calendar of an agency as its profile states it."""
    return AgencyCalendar(
        zone=agency.zone,
        country=agency.country,
        weekend=frozenset(agency.weekend),
        closed_on=frozenset(agency.holidays),
        hours=Hours(agency.opens, agency.closes),
    )


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Public holidays of a year by the package; those that follow the moon are estimates until announced."""
    return frozenset(holidays.country_holidays(country, years=year))
