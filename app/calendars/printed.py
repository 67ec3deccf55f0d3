"""Dates and instants as an agency prints them: in its zone, and first in the calendar it counts by (wording.py)."""

from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from app.calendars.clock import local
from app.calendars.wording import full_date, moment_text, short_date


class Counts(Protocol):
    """What printing a date asks of an agency."""

    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def counts_hijri(self) -> bool: ...


def day_text(agency: Counts, on: date, lang: str, *, weekday: bool = False) -> str:
    """A day in full, in both calendars."""
    return full_date(on, lang, hijri=agency.counts_hijri, weekday=weekday)


def date_text(agency: Counts, at: datetime, lang: str) -> str:
    """The day of an instant in full."""
    return day_text(agency, local(at, agency.zone).date(), lang)


def instant_text(agency: Counts, at: datetime, lang: str) -> str:
    """An instant in full: date and time of day."""
    return moment_text(at, agency.zone, lang, hijri=agency.counts_hijri)


def short_day(agency: Counts, on: date, lang: str, *, other: bool = False) -> str:
    """A day in the agency's own calendar alone, as in lists; `other`: in the one beside it."""
    return short_date(on, lang, hijri=agency.counts_hijri != other)
