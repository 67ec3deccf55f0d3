"""Dates and times in the words of the portal, in Arabic and English, with Western digits.

Full date: both calendars, first the one that the agency counts by (`hijri`, from `Agency.counts_hijri`), the other in
brackets. In an SMS the day is short: Hijri in Arabic where the agency counts so, else Gregorian (the English names of
Hijri months would not fit). Instants take the agency's zone, dates need none.
"""

import tomllib
import unicodedata
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from app.calendars.clock import local
from app.calendars.hijri import HijriDate, find_hijri

# Lists say the same few days again and again.
DAYS_REMEMBERED = 4096
TEXTS = Path(__file__).parent.parent / "texts" / "dates.toml"


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(TEXTS.read_text("utf-8"))


@cache
def month_names(lang: str, *, hijri: bool) -> tuple[str, ...]:
    """The twelve names in order, for a list of months."""
    months = _words()["hijri_months" if hijri else "months"]
    return tuple(months[str(number)][lang] for number in range(1, 13))


def weekday_name(on: date, lang: str) -> str:
    return _words()["weekdays"][str(on.isoweekday())][lang]


def year_label(year: int, lang: str) -> str:
    """A Hijri year alone, as in the list of years."""
    return _words()["forms"]["year"][lang].format(hijri_year=year)


def hijri_text(on: HijriDate, lang: str) -> str:
    """Day, month and Hijri year."""
    return f"{on.day} {month_names(lang, hijri=True)[on.month - 1]} {year_label(on.year, lang)}"


@lru_cache(DAYS_REMEMBERED)
def gregorian_text(on: date, lang: str) -> str:
    """Day, month and Gregorian year."""
    return f"{on.day} {month_names(lang, hijri=False)[on.month - 1]} {on.year}"


@lru_cache(DAYS_REMEMBERED)
def full_date(on: date, lang: str, *, hijri: bool, weekday: bool = False) -> str:
    """The placeholder {date}: the agency's calendar, then the other in brackets; Gregorian alone outside the table."""
    found, text = find_hijri(on), gregorian_text(on, lang)
    if found is not None:
        also = hijri_text(found, lang)
        text = f"{also} ({text})" if hijri else f"{text} ({also})"
    return f"{weekday_name(on, lang)} {text}" if weekday else text


@lru_cache(DAYS_REMEMBERED)
def short_date(on: date, lang: str, *, hijri: bool) -> str:
    """The date of one calendar alone, as in lists; the Gregorian one outside the table."""
    found = find_hijri(on) if hijri else None
    return gregorian_text(on, lang) if found is None else hijri_text(found, lang)


def sms_day(on: date, lang: str, *, hijri: bool = True) -> str:
    """The placeholder {day}: day and month, no year; Hijri in Arabic, where the agency's country counts so."""
    found = find_hijri(on) if lang == "ar" and hijri else None
    if found is None:
        return f"{on.day} {month_names(lang, hijri=False)[on.month - 1]}"
    return f"{found.day} {month_names(lang, hijri=True)[found.month - 1]}"


def time_text(at: datetime, zone: str | ZoneInfo) -> str:
    """The placeholder {time}: hours and minutes of twelve hours, such as 10:30."""
    shown = local(at, zone)
    return f"{shown.hour % 12 or 12}:{shown.minute:02d}"


def period_text(at: datetime, zone: str | ZoneInfo, lang: str, *, plain: bool = False) -> str:
    """The placeholder {period}. `plain` has no marks: they cost a character in an SMS and print badly in PDFs."""
    hour = local(at, zone).hour
    name = "morning" if hour < 12 else "noon" if hour < 15 else "evening"
    text = _words()["periods"][name][lang]
    return "".join(letter for letter in text if unicodedata.category(letter) != "Mn") if plain else text


def clock_text(at: datetime, zone: str | ZoneInfo, lang: str, *, plain: bool = False) -> str:
    """Time with the part of the day: 10:30 am."""
    return f"{time_text(at, zone)} {period_text(at, zone, lang, plain=plain)}"


def moment_text(
    at: datetime, zone: str | ZoneInfo, lang: str, *, hijri: bool, weekday: bool = False, plain: bool = False
) -> str:
    """An instant in full: date and time in the agency's zone."""
    day = full_date(local(at, zone).date(), lang, hijri=hijri, weekday=weekday)
    period = period_text(at, zone, lang, plain=plain)
    return _words()["forms"]["moment"][lang].format(date=day, time=time_text(at, zone), period=period)
