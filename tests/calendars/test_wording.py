"""Dates and times as people read them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendars import wording
from app.kit.sms_text import measure

DAY = date(2026, 11, 24)


def test_a_full_date_gives_hijri_then_gregorian_where_the_agency_counts_so() -> None:
    assert wording.full_date(DAY, "ar", hijri=True) == "14 جمادى الآخرة 1448هـ (24 نوفمبر 2026)"
    assert wording.full_date(DAY, "en", hijri=True) == "14 Jumada al-Thani 1448 (24 November 2026)"


def test_a_full_date_of_other_agencies_gives_gregorian_then_hijri() -> None:
    assert wording.full_date(DAY, "ar", hijri=False) == "24 نوفمبر 2026 (14 جمادى الآخرة 1448هـ)"
    assert wording.full_date(DAY, "en", hijri=False) == "24 November 2026 (14 Jumada al-Thani 1448)"


def test_a_short_date_is_of_the_calendar_that_the_agency_counts_by() -> None:
    assert wording.short_date(DAY, "ar", hijri=True) == "14 جمادى الآخرة 1448هـ"
    assert wording.short_date(DAY, "ar", hijri=False) == "24 نوفمبر 2026"
    assert wording.short_date(DAY, "en", hijri=True) == "14 Jumada al-Thani 1448"
    assert wording.short_date(DAY, "en", hijri=False) == "24 November 2026"


def test_a_full_date_may_begin_with_the_weekday() -> None:
    assert wording.full_date(DAY, "ar", hijri=True, weekday=True).startswith("الثلاثاء 14 جمادى")
    assert wording.full_date(DAY, "en", hijri=True, weekday=True).startswith("Tuesday 14 Jumada")
    assert wording.full_date(DAY, "ar", hijri=False, weekday=True).startswith("الثلاثاء 24 نوفمبر 2026 (")


@pytest.mark.parametrize("hijri", [True, False])
def test_a_date_outside_the_table_is_gregorian_alone(hijri: bool) -> None:
    assert wording.full_date(date(1920, 5, 1), "ar", hijri=hijri) == "1 مايو 1920"
    assert wording.short_date(date(1920, 5, 1), "en", hijri=hijri) == "1 May 1920"
    assert wording.sms_day(date(2100, 5, 1), "ar") == "1 مايو"


def test_the_day_in_an_sms_has_no_year() -> None:
    assert wording.sms_day(date(2026, 12, 9), "ar") == "29 جمادى الآخرة"
    assert wording.sms_day(date(2026, 12, 9), "en") == "9 December"
    assert wording.sms_day(date(2026, 12, 9), "ar", hijri=False) == "9 ديسمبر"


@given(st.dates(date(1924, 8, 1), date(2077, 11, 16)))
def test_no_day_in_an_sms_is_longer_than_the_sample_messages_are_measured_with(on: date) -> None:
    assert len(wording.sms_day(on, "ar")) <= len("29 جمادى الآخرة")
    english = wording.sms_day(on, "en")
    assert len(english) <= len("29 جمادى الآخرة")
    assert measure(english).coding == "GSM"


@pytest.mark.parametrize(
    ("hour", "minute", "arabic", "plain", "english"),
    [
        (0, 5, "12:05 صباحًا", "12:05 صباحا", "12:05 am"),
        (10, 30, "10:30 صباحًا", "10:30 صباحا", "10:30 am"),
        (12, 6, "12:06 ظهرًا", "12:06 ظهرا", "12:06 pm"),
        (14, 59, "2:59 ظهرًا", "2:59 ظهرا", "2:59 pm"),
        (15, 0, "3:00 مساءً", "3:00 مساء", "3:00 pm"),
        (23, 59, "11:59 مساءً", "11:59 مساء", "11:59 pm"),
    ],
)
def test_times_name_the_part_of_the_day(hour: int, minute: int, arabic: str, plain: str, english: str) -> None:
    at = datetime(2026, 11, 24, hour, minute, tzinfo=UTC)
    assert wording.clock_text(at, "UTC", "ar") == arabic
    assert wording.clock_text(at, "UTC", "ar", plain=True) == plain
    assert wording.clock_text(at, "UTC", "en") == english


def test_a_moment_is_told_in_the_zone_of_the_agency() -> None:
    at = datetime(2026, 11, 23, 21, 5, tzinfo=UTC)
    arabic = wording.moment_text(at, "Asia/Riyadh", "ar", hijri=True)
    assert arabic == "14 جمادى الآخرة 1448هـ (24 نوفمبر 2026)، الساعة 12:05 صباحًا"
    english = wording.moment_text(at, "Asia/Riyadh", "en", hijri=True)
    assert english == "14 Jumada al-Thani 1448 (24 November 2026) at 12:05 am"
    assert wording.moment_text(at, "Asia/Qatar", "en", hijri=False).startswith("24 November 2026 (14 Jumada")


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("hijri", [True, False])
def test_twelve_months_have_twelve_names(lang: str, hijri: bool) -> None:
    assert len(set(wording.month_names(lang, hijri=hijri))) == 12


def test_a_year_in_a_list_carries_its_mark() -> None:
    assert wording.year_label(1448, "ar") == "1448هـ"
    assert wording.year_label(1448, "en") == "1448"
