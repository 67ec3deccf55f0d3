"""Umm al-Qura dates. Month lengths are irregular and only the published table knows them, so nothing computes them.

The table covers 1343-1500 (1 August 1924 to 16 November 2077). Older birth dates and later expiry dates exist: such a
Hijri date is valid as text and simply has no counterpart, hence the pairs `to_…` (raises) and `find_…` (may be None).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from hijridate import Gregorian, Hijri

from app.calendars.clock import local

FIRST_YEAR, LAST_YEAR = 1343, 1500
# Years a living person or a document of today can carry; anything else is a Gregorian year in the wrong box or a slip.
OLDEST_YEAR, LATEST_YEAR = 1300, 1600
FIRST_DAY, LAST_DAY = date(1924, 8, 1), date(2077, 11, 16)


class InvalidDate(ValueError):
    """No such date. `code` is a key of `common.errors.date`: wrong or no_such_day."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OutsideTable(InvalidDate):
    """A possible date that the published table does not cover."""

    def __init__(self) -> None:
        super().__init__("wrong")


@dataclass(frozen=True, order=True)
class HijriDate:
    """A day of the Hijri calendar. Build one from input with `read_hijri`, which checks it."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        """As in exports and data fields: 1448-06-14."""
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 1448-06-14 or 1448/06/14, as identity providers and exports write it. Raises InvalidDate."""
        found = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text.strip(), re.ASCII)
        if found is None:
            raise InvalidDate("wrong")
        year, month, day = (int(part) for part in found.groups())
        read_hijri(year, month, day)
        return cls(year, month, day)


def to_hijri(on: date) -> HijriDate:
    """The Hijri date of a civil day. Raises OutsideTable."""
    if not FIRST_DAY <= on <= LAST_DAY:
        raise OutsideTable
    return HijriDate(*Gregorian(on.year, on.month, on.day).to_hijri().datetuple())


def find_hijri(on: date) -> HijriDate | None:
    """The Hijri date of a civil day, or None outside the table."""
    return to_hijri(on) if FIRST_DAY <= on <= LAST_DAY else None


def to_gregorian(on: HijriDate) -> date:
    """The civil day of a Hijri date. Raises OutsideTable, or InvalidDate for a day its month does not have."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise OutsideTable
    read_hijri(on.year, on.month, on.day)
    return date(*Hijri(on.year, on.month, on.day).to_gregorian().datetuple())


def find_gregorian(on: HijriDate) -> date | None:
    """The civil day of a Hijri date, or None outside the table (a birth in 1340, say)."""
    return to_gregorian(on) if FIRST_YEAR <= on.year <= LAST_YEAR else None


def month_length(year: int, month: int) -> int:
    """29 or 30, from the table, which has eight months of 28 or 31 days before 1365. Raises OutsideTable."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutsideTable
    return int(Hijri(year, month, 1).month_length())


def read_hijri(year: int, month: int, day: int) -> HijriDate:
    """A Hijri date from three numbers a person entered. Raises InvalidDate with the code of the error text."""
    if not OLDEST_YEAR <= year <= LATEST_YEAR or not 1 <= month <= 12 or day < 1:
        raise InvalidDate("wrong")
    longest = month_length(year, month) if FIRST_YEAR <= year <= LAST_YEAR else 30
    if day > longest:
        raise InvalidDate("no_such_day")
    return HijriDate(year, month, day)


def read_gregorian(year: int, month: int, day: int) -> date:
    """A civil date from three numbers a person entered. Raises InvalidDate with the code of the error text."""
    # Before 1800 it is a Hijri year in the Gregorian boxes, and would silently become a date of the Middle Ages.
    if not 1800 <= year <= 2200 or not 1 <= month <= 12 or day < 1:
        raise InvalidDate("wrong")
    try:
        return date(year, month, day)
    except ValueError:
        raise InvalidDate("no_such_day") from None


def hijri_year(at: datetime, zone: str | ZoneInfo) -> int:
    """The Hijri year of an instant in an agency's zone: numbers roll over at local midnight, by the table."""
    return to_hijri(local(at, zone).date()).year


def years_down_to(first: int, at: datetime, zone: str | ZoneInfo) -> list[int]:
    """The Hijri years a list offers: the current one first, then back to the first year of operation."""
    return list(range(hijri_year(at, zone), first - 1, -1))


def age_in_hijri_years(born: HijriDate, on: date) -> int:
    """Completed Hijri years at a civil day; needs no conversion of the birth date, so it works before the table too."""
    today = to_hijri(on)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def age_in_years(born: date, on: date) -> int:
    """Completed Gregorian years at a civil day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
