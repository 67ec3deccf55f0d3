"""Umm al-Qura dates against published anchors, and the rules for dates outside the table."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendars import hijri
from app.calendars.hijri import HijriDate, InvalidDate, OutsideTable

days_of_the_table = st.dates(hijri.FIRST_DAY, hijri.LAST_DAY)


@pytest.mark.parametrize(
    ("gregorian", "expected"),
    [
        (date(2026, 6, 16), HijriDate(1448, 1, 1)),
        (date(2027, 6, 6), HijriDate(1449, 1, 1)),
        (date(2027, 2, 8), HijriDate(1448, 9, 1)),
        (date(2027, 3, 9), HijriDate(1448, 10, 1)),
        (date(2027, 5, 16), HijriDate(1448, 12, 10)),
        (date(2026, 11, 24), HijriDate(1448, 6, 14)),
        (hijri.FIRST_DAY, HijriDate(1343, 1, 1)),
        (hijri.LAST_DAY, HijriDate(1500, 12, 30)),
    ],
)
def test_published_dates_agree(gregorian: date, expected: HijriDate) -> None:
    assert hijri.to_hijri(gregorian) == expected
    assert hijri.to_gregorian(expected) == gregorian


@given(days_of_the_table)
def test_every_day_of_the_table_goes_there_and_back(on: date) -> None:
    there = hijri.to_hijri(on)
    assert hijri.to_gregorian(there) == on
    assert hijri.read_hijri(there.year, there.month, there.day) == there
    assert HijriDate.parse(str(there)) == there


@given(days_of_the_table, days_of_the_table)
def test_the_order_of_days_is_the_same_in_both_calendars(one: date, other: date) -> None:
    assert (one < other) == (hijri.to_hijri(one) < hijri.to_hijri(other))


@given(st.integers(hijri.FIRST_YEAR, hijri.LAST_YEAR), st.integers(1, 12))
def test_a_month_ends_where_its_length_says(year: int, month: int) -> None:
    length = hijri.month_length(year, month)
    # Before 1365 months were corrected as they came, and the official table has eight of 28 or 31 days.
    assert length in ((29, 30) if year >= 1365 else (28, 29, 30, 31))
    hijri.read_hijri(year, month, length)
    with pytest.raises(InvalidDate) as refused:
        hijri.read_hijri(year, month, length + 1)
    assert refused.value.code == "no_such_day"


def test_ramadan_of_1446_has_no_thirtieth_day() -> None:
    with pytest.raises(InvalidDate) as refused:
        hijri.read_hijri(1446, 9, 30)
    assert refused.value.code == "no_such_day"


@pytest.mark.parametrize("numbers", [(2026, 6, 14), (1448, 13, 1), (1448, 0, 1), (1448, 6, 0), (0, 1, 1)])
def test_numbers_that_are_no_hijri_date_are_wrong(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidDate) as refused:
        hijri.read_hijri(*numbers)
    assert refused.value.code == "wrong"


def test_a_birth_before_the_table_is_kept_and_has_no_gregorian_day() -> None:
    born = hijri.read_hijri(1340, 5, 30)
    assert hijri.find_gregorian(born) is None
    with pytest.raises(OutsideTable):
        hijri.to_gregorian(born)


@pytest.mark.parametrize("on", [date(1924, 7, 31), date(2077, 11, 17), date.min, date.max])
def test_a_day_outside_the_table_has_no_hijri_date(on: date) -> None:
    assert hijri.find_hijri(on) is None
    with pytest.raises(OutsideTable):
        hijri.to_hijri(on)


@pytest.mark.parametrize(
    ("numbers", "code"),
    [((1448, 6, 14), "wrong"), ((2026, 2, 29), "no_such_day"), ((2026, 13, 1), "wrong"), ((2026, 1, 0), "wrong")],
)
def test_gregorian_dates_say_what_is_wrong(numbers: tuple[int, int, int], code: str) -> None:
    with pytest.raises(InvalidDate) as refused:
        hijri.read_gregorian(*numbers)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["1448-6-14", " 1448/06/14 "])
def test_dates_of_providers_and_exports_are_read(text: str) -> None:
    assert HijriDate.parse(text) == HijriDate(1448, 6, 14)


@pytest.mark.parametrize("text", ["", "14/06/1448", "1448-06-31", "1448061", "٤٤٤٤-٠٦-١٤", "1448.06.14"])
def test_other_texts_are_no_dates(text: str) -> None:
    with pytest.raises(InvalidDate):
        HijriDate.parse(text)


def test_the_hijri_year_turns_at_midnight_of_the_agency() -> None:
    last = datetime(2026, 6, 15, 20, 59, 59, tzinfo=UTC)
    first = datetime(2026, 6, 15, 21, 0, tzinfo=UTC)
    assert hijri.hijri_year(last, "Asia/Riyadh") == 1447
    assert hijri.hijri_year(first, "Asia/Riyadh") == 1448
    assert hijri.hijri_year(last, "Asia/Dubai") == 1448


def test_a_gregorian_year_may_hold_two_hijri_new_years() -> None:
    assert hijri.to_hijri(date(2041, 1, 1)).year == 1462
    assert hijri.to_hijri(date(2041, 12, 31)).year == 1464


def test_the_list_of_years_begins_with_the_current_one() -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    assert hijri.years_down_to(1446, at, "Asia/Riyadh") == [1448, 1447, 1446]


def test_age_counts_completed_years_of_its_calendar() -> None:
    on = date(2026, 11, 24)
    assert hijri.age_in_hijri_years(HijriDate(1363, 6, 14), on) == 85
    assert hijri.age_in_hijri_years(HijriDate(1363, 6, 15), on) == 84
    assert hijri.age_in_hijri_years(HijriDate(1340, 1, 1), on) == 108
    assert hijri.age_in_years(date(1941, 11, 24), on) == 85
    assert hijri.age_in_years(date(1941, 11, 25), on) == 84
