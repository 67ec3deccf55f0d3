"""When an agency works."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.calendars.offices import AgencyCalendar, Hours, agency_calendar, public_holidays
from app.kit import profile

RIYADH = ZoneInfo("Asia/Riyadh")
OFFICE = AgencyCalendar(RIYADH)


def test_friday_and_saturday_are_the_weekend_of_a_saudi_agency() -> None:
    week = [date(2026, 11, 22 + offset) for offset in range(7)]
    assert [OFFICE.is_working_day(on) for on in week] == [True, True, True, True, True, False, False]


def test_an_emirati_agency_has_its_own_weekend() -> None:
    office = AgencyCalendar(ZoneInfo("Asia/Dubai"), country="AE", weekend=frozenset({5, 6}))
    assert office.is_working_day(date(2026, 11, 27))
    assert not office.is_working_day(date(2026, 11, 29))


def test_public_holidays_are_no_working_days() -> None:
    assert not OFFICE.is_working_day(date(2026, 9, 23))
    assert date(2026, 12, 18) in public_holidays("QA", 2026)


def test_an_agency_closes_and_opens_by_its_own_announcement() -> None:
    office = AgencyCalendar(RIYADH, closed_on=frozenset({date(2026, 11, 24)}), open_on=frozenset({date(2026, 9, 23)}))
    assert not office.is_working_day(date(2026, 11, 24))
    assert office.is_working_day(date(2026, 9, 23))


def test_a_week_without_a_working_day_is_refused() -> None:
    with pytest.raises(ValueError, match="working day"):
        AgencyCalendar(RIYADH, weekend=frozenset(range(7)))


def test_an_office_cannot_close_before_it_opens() -> None:
    with pytest.raises(ValueError, match="cannot open"):
        Hours(time(14), time(8))


def test_a_closed_day_has_no_opening() -> None:
    assert OFFICE.opening(date(2026, 11, 27)) is None


def test_opening_hours_are_instants_of_the_agencys_zone() -> None:
    opening = OFFICE.opening(date(2026, 11, 24))
    assert opening == (datetime(2026, 11, 24, 4, 30, tzinfo=UTC), datetime(2026, 11, 24, 11, 30, tzinfo=UTC))


def test_hours_are_shorter_in_ramadan_and_on_a_half_day() -> None:
    office = AgencyCalendar(
        RIYADH,
        weekday_hours={3: Hours(time(7, 30), time(12))},
        ramadan_hours=Hours(time(10), time(15)),
    )
    assert office.hours_on(date(2027, 2, 9)) == Hours(time(10), time(14, 30))
    assert office.hours_on(date(2027, 2, 11)) == Hours(time(10), time(12))
    assert office.hours_on(date(2026, 11, 24)) == Hours(time(7, 30), time(14, 30))


def test_a_day_ends_at_local_midnight() -> None:
    assert OFFICE.end_of_day(date(2026, 11, 24)) == datetime(2026, 11, 24, 21, tzinfo=UTC)
    assert OFFICE.day_of(datetime(2026, 11, 24, 21, tzinfo=UTC)) == date(2026, 11, 25)


def test_the_calendar_of_a_profile_has_its_hours_and_holidays() -> None:
    agency = profile.load(profile.DEMO).agency("municipality")
    office = agency_calendar(agency)
    assert office.hours == Hours(agency.opens, agency.closes)
    assert not any(office.is_working_day(on) for on in agency.holidays)
