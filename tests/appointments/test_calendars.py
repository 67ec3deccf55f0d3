"""Calendars from the profile, changed by a supervisor, turned into slots."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.appointments import calendars, opening, slots
from app.appointments.errors import CalendarUnknown, HoursWrong
from app.appointments.models import Booking, DepartmentCalendar, Slot
from app.extensions import db, transaction
from app.kit.profile import Profile
from tests.appointments.conftest import OFFICER, TUESDAY

WEDNESDAY, SATURDAY, HOLIDAY = date(2026, 11, 25), date(2026, 11, 28), date(2026, 11, 30)
Free = Callable[..., list[slots.FreeSlot]]


def open_slots(calendar: DepartmentCalendar, day: date) -> int:
    rows = (
        select(func.count()).select_from(Slot).where(Slot.calendar_id == calendar.id, Slot.on_day == day, Slot.is_open)
    )
    return db.session.scalar(rows) or 0


def test_slots_reach_sixty_days_ahead_and_a_second_run_changes_nothing(
    calendar: DepartmentCalendar, profile: Profile
) -> None:
    last = db.session.scalar(select(func.max(Slot.on_day)))
    assert TUESDAY + timedelta(days=57) <= last <= TUESDAY + timedelta(days=60)
    with transaction():
        assert calendars.generate(profile) == 0


def test_loading_the_profile_twice_makes_no_second_calendar_and_keeps_a_supervisors_change(
    calendar: DepartmentCalendar, profile: Profile
) -> None:
    agency = profile.agency("emirate")
    with transaction():
        opening.change_hours(calendar, agency, hours={1: "09:00-10:00"}, slot_minutes=20, places=4)
        calendars.load(profile)
    assert db.session.scalar(select(func.count()).select_from(DepartmentCalendar)) == 3
    assert (calendar.slot_minutes, calendar.places, calendar.hours) == (20, 4, {"1": [["09:00", "10:00"]]})
    assert open_slots(calendar, WEDNESDAY) == 0
    assert open_slots(calendar, date(2026, 12, 1)) == 3


def test_a_closed_day_takes_nobody_and_keeps_who_is_booked(
    calendar: DepartmentCalendar, profile: Profile, free: Free, booked: Callable[..., Booking]
) -> None:
    booking = booked(WEDNESDAY)
    agency = profile.agency("emirate")
    with transaction():
        opening.change_day(calendar, agency, WEDNESDAY, is_open=False, places=None, reason="", by_staff_id=None)
    assert free(WEDNESDAY, 1)[0].on_day > WEDNESDAY
    assert calendars.booked_between(calendar, WEDNESDAY, WEDNESDAY) == [booking]
    with transaction():
        opening.change_day(calendar, agency, WEDNESDAY, is_open=None, places=None, reason="", by_staff_id=None)
    assert len(free(WEDNESDAY, 1)) == 3


@pytest.mark.parametrize("day", [SATURDAY, HOLIDAY])
def test_a_day_closed_by_rule_can_be_opened_with_other_places(
    calendar: DepartmentCalendar, profile: Profile, free: Free, day: date
) -> None:
    assert open_slots(calendar, day) == 0
    agency = profile.agency("emirate")
    with transaction():
        opening.change_day(calendar, agency, day, is_open=True, places=5, reason="", by_staff_id=None)
    assert {slot.free for slot in free(day, 1)} == {5}


def test_a_day_that_has_passed_and_places_that_are_none_are_refused(
    calendar: DepartmentCalendar, profile: Profile
) -> None:
    agency = profile.agency("emirate")
    for day, places in ((date(2026, 11, 23), None), (WEDNESDAY, 0)):
        with pytest.raises(HoursWrong), transaction():
            opening.change_day(calendar, agency, day, is_open=True, places=places, reason="", by_staff_id=None)


def test_a_block_closes_its_slots_until_it_is_lifted(
    calendar: DepartmentCalendar, profile: Profile, free: Free
) -> None:
    agency = profile.agency("emirate")
    starts_at = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    with transaction():
        block = opening.block(
            calendar, agency, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), reason="", by_staff_id=None
        )
    assert [slot.starts_at for slot in free(WEDNESDAY, 1)] == [starts_at + timedelta(minutes=m) for m in (60, 90)]
    other = calendars.calendar_for("emirate", "development")
    with pytest.raises(CalendarUnknown), transaction():
        opening.unblock(other, agency, block.id)
    with transaction():
        opening.unblock(calendar, agency, block.id)
    assert len(free(WEDNESDAY, 1)) == 4


def test_a_calendar_cut_into_other_slots_gives_no_place_that_an_old_booking_still_holds(
    calendar: DepartmentCalendar,
    profile: Profile,
    free: Free,
    booked: Callable[..., Booking],
    new_case: Callable[[], uuid.UUID],
) -> None:
    booked(WEDNESDAY, 1)  # 8:30 to 9:00 on place 1
    hours = {day: "08:00-10:00" for day in range(7)}
    with transaction():
        opening.change_hours(calendar, profile.agency("emirate"), hours=hours, slot_minutes=60, places=2)
    eight, nine = free(WEDNESDAY, 1)
    assert (eight.free, nine.free) == (1, 2)
    with transaction():
        assert slots.book(new_case(), eight.id, by=OFFICER).place == 2


def test_a_calendar_of_no_agency_or_department_is_unknown(calendar: DepartmentCalendar) -> None:
    with pytest.raises(CalendarUnknown):
        calendars.calendar_for("municipality", "rights")


def test_hours_of_the_agency_stand_where_a_department_names_none(profile: Profile) -> None:
    (agency, entry), *_ = calendars.calendar_entries(profile)
    hours = calendars._hours(agency, replace(entry, more={"agency": "emirate"}))
    assert sorted(hours) == ["0", "1", "2", "3", "6"]
    assert hours["6"] == [["08:00", "15:00"]]
