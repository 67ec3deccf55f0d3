"""Booking, moving and cancelling a place in a department's calendar."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime

import psycopg
import pytest
import time_machine

from app.appointments import attendance, calendars, slots
from app.appointments.errors import AlreadyBooked, NotAllowed, NotBooked, SlotTaken, SlotUnknown
from app.appointments.models import Booking, DepartmentCalendar
from app.extensions import db, transaction
from tests.appointments.conftest import CITIZEN, OFFICER, TUESDAY
from tests.support.statements import counted

Free = Callable[..., list[slots.FreeSlot]]
Booked = Callable[..., Booking]
WEDNESDAY, THURSDAY, SUNDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 29)


def test_free_slots_skip_weekend_holiday_and_what_has_passed(free: Free) -> None:
    found = free(days=5)
    assert sorted({slot.on_day for slot in found}) == [TUESDAY, WEDNESDAY, THURSDAY, SUNDAY, date(2026, 12, 1)]
    assert min(slot.starts_at for slot in found) == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def test_free_slots_come_in_one_query_and_name_the_day_of_the_next_page(calendar: DepartmentCalendar) -> None:
    with counted() as asked:
        page = slots.free_slots(calendar.id, WEDNESDAY, 2)
    assert len(asked) == 1
    assert [day for day, _ in page.days] == [WEDNESDAY, THURSDAY]
    assert page.later == SUNDAY
    assert slots.free_slots(calendar.id, SUNDAY, 60).later is None


def test_a_booked_slot_is_no_longer_free_and_a_cancelled_one_is_again(free: Free, booked: Booked) -> None:
    before = free(WEDNESDAY, 1)
    booking = booked(WEDNESDAY)
    assert [slot.id for slot in free(WEDNESDAY, 1)] == [slot.id for slot in before[1:]]
    with transaction():
        slots.cancel(booking, by=CITIZEN)
    assert free(WEDNESDAY, 1) == before


def test_two_places_take_two_cases_and_refuse_the_third(
    calendar: DepartmentCalendar, free: Free, new_case: Callable[[], uuid.UUID]
) -> None:
    slot = free(WEDNESDAY, 1)[0]
    with transaction():
        db.session.get_one(calendars.Slot, slot.id).places = 2
    with transaction():
        places = [slots.book(new_case(), slot.id, by=OFFICER).place for _ in range(2)]
    assert places == [1, 2]
    with pytest.raises(SlotTaken), transaction():
        slots.book(new_case(), slot.id, by=OFFICER)


def test_a_case_holds_one_appointment(free: Free, new_case: Callable[[], uuid.UUID]) -> None:
    case_id, (first, second, *_) = new_case(), free(WEDNESDAY, 1)
    with transaction():
        slots.book(case_id, first.id, by=OFFICER)
    with pytest.raises(AlreadyBooked), transaction():
        slots.book(case_id, second.id, by=OFFICER)


def test_a_refused_booking_leaves_the_rest_of_the_transaction_usable(
    free: Free, booked: Booked, new_case: Callable[[], uuid.UUID]
) -> None:
    taken = booked(WEDNESDAY).slot_id
    case_id, other = new_case(), free(WEDNESDAY, 1)[0]
    with transaction():
        with pytest.raises(SlotTaken):
            slots.book(case_id, taken, by=OFFICER)
        slots.book(case_id, other.id, by=OFFICER)
    assert slots.booking_for(case_id).slot_id == other.id


def test_the_database_itself_refuses_a_place_given_twice(
    booked: Booked,
    new_case: Callable[[], uuid.UUID],
    owner_connection: "psycopg.Connection[tuple[object, ...]]",
) -> None:
    booking, case_id = booked(WEDNESDAY), new_case()
    columns = "calendar_id, slot_id, place, starts_at, ends_at, gate, state, moves, chosen_after_no_show"
    copy = (
        f"INSERT INTO booking (id, case_id, booked_by_kind, created_at, {columns})"
        f" SELECT gen_random_uuid(), %s, 'staff', now(), {columns} FROM booking WHERE id = %s"
    )
    with pytest.raises(psycopg.errors.ExclusionViolation):
        owner_connection.execute(copy, (case_id, booking.id))
    owner_connection.rollback()


def test_a_citizen_moves_twice_within_the_department_and_then_only_an_officer_can(free: Free, booked: Booked) -> None:
    booking = booked(WEDNESDAY)
    targets = free(THURSDAY, 1)
    for target in targets[:2]:
        with transaction():
            slots.move(booking, target.id, by=CITIZEN)
    assert (booking.on_day, booking.moves, booking.gate) == (THURSDAY, 2, "main")
    with pytest.raises(NotAllowed, match="moves_used"), transaction():
        slots.move(booking, targets[2].id, by=CITIZEN)
    with transaction():
        slots.move(booking, targets[2].id, by=OFFICER)
    assert (booking.slot_id, booking.moves) == (targets[2].id, 2)


def test_a_citizen_is_refused_another_department_and_today(
    morning: time_machine.Traveller, free: Free, booked: Booked
) -> None:
    booking = booked(WEDNESDAY)
    other = calendars.calendar_for("emirate", "development")
    with pytest.raises(NotAllowed, match="other_department"), transaction():
        slots.move(booking, free(THURSDAY, 1, other)[0].id, by=CITIZEN)
    with pytest.raises(NotAllowed, match="too_soon"), transaction():
        slots.move(booking, free(TUESDAY, 1)[0].id, by=CITIZEN)


def test_with_the_governor_an_officer_moves_and_a_citizen_only_asks(
    free: Free, new_case: Callable[[], uuid.UUID]
) -> None:
    calendar_free = free
    governor = calendars.calendar_for("emirate", "governor")
    first, second, *_ = calendar_free(WEDNESDAY, 1, governor)
    with transaction():
        booking = slots.book(new_case(), first.id, by=OFFICER)
    for verb in (lambda: slots.move(booking, second.id, by=CITIZEN), lambda: slots.cancel(booking, by=CITIZEN)):
        with pytest.raises(NotAllowed, match="on_request"), transaction():
            verb()
    with transaction():
        slots.move(booking, second.id, by=OFFICER)
    assert booking.slot_id == second.id


def test_from_midnight_on_a_citizen_can_no_longer_cancel(morning: time_machine.Traveller, booked: Booked) -> None:
    booking = booked(WEDNESDAY)
    morning.move_to(datetime(2026, 11, 24, 21, 0, tzinfo=UTC))
    with pytest.raises(NotAllowed, match="too_late"), transaction():
        slots.cancel(booking, by=CITIZEN)
    assert slots.find_booking(booking.case_id) is booking
    with transaction():
        slots.cancel(booking, by=OFFICER)
    assert booking.state == "cancelled"


def test_after_a_no_show_a_citizen_chooses_once_more(
    morning: time_machine.Traveller, free: Free, booked: Booked
) -> None:
    booking = booked(WEDNESDAY)
    morning.move_to(datetime(2026, 11, 25, 6, 0, tzinfo=UTC))
    with transaction():
        attendance.mark_no_show(booking, by=OFFICER)
    with transaction():
        again = slots.book(booking.case_id, free(THURSDAY, 1)[0].id, by=CITIZEN)
    assert (again.chosen_after_no_show, again.gate) == (1, "main")
    morning.move_to(datetime(2026, 11, 26, 8, 0, tzinfo=UTC))
    with transaction():
        attendance.mark_no_show(again, by=OFFICER)
    with pytest.raises(NotAllowed, match="no_show_used"), transaction():
        slots.book(booking.case_id, free(SUNDAY, 1)[0].id, by=CITIZEN)


def test_an_unknown_a_closed_and_a_passed_slot_cannot_be_booked(
    morning: time_machine.Traveller, free: Free, new_case: Callable[[], uuid.UUID]
) -> None:
    case_id, (slot, *_) = new_case(), free(WEDNESDAY, 1)
    with pytest.raises(SlotUnknown), transaction():
        slots.book(case_id, uuid.uuid4(), by=OFFICER)
    morning.move_to(slot.starts_at)
    with pytest.raises(SlotTaken), transaction():
        slots.book(case_id, slot.id, by=OFFICER)


def test_an_appointment_that_is_over_is_not_moved(morning: time_machine.Traveller, free: Free, booked: Booked) -> None:
    booking = booked(WEDNESDAY)
    morning.move_to(datetime(2026, 11, 25, 5, 0, tzinfo=UTC))
    with transaction():
        attendance.mark_attended(booking, by=OFFICER)
    with pytest.raises(NotBooked), transaction():
        slots.move(booking, free(THURSDAY, 1)[0].id, by=OFFICER)
