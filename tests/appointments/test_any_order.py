"""Whatever is booked, moved and cancelled in whatever order: places and free places always add up."""

import random
import uuid
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from app.appointments import slots
from app.appointments.errors import AlreadyBooked, NotBooked, SlotTaken
from app.appointments.models import Booking, DepartmentCalendar, Slot
from app.extensions import db, transaction
from tests.appointments.conftest import OFFICER

WEDNESDAY = date(2026, 11, 25)
PLACES = 2


@pytest.mark.parametrize("seed", range(4))
def test_free_places_are_those_that_nobody_holds(
    seed: int, calendar: DepartmentCalendar, new_case: Callable[[], uuid.UUID]
) -> None:
    chance = random.Random(seed)
    cases = [new_case() for _ in range(9)]
    with transaction():
        day = list(db.session.scalars(select(Slot).where(Slot.calendar_id == calendar.id, Slot.on_day == WEDNESDAY)))
        for slot in day:
            slot.places = PLACES
    for _ in range(40):
        _take_a_turn(chance, cases, day)
        _must_add_up(calendar, day)


def _take_a_turn(chance: random.Random, cases: list[uuid.UUID], day: list[Slot]) -> None:
    case_id, slot = chance.choice(cases), chance.choice(day)
    try:
        with transaction():
            match chance.choice(("book", "book", "move", "cancel")):
                case "book":
                    slots.book(case_id, slot.id, by=OFFICER)
                case "move":
                    slots.move(slots.booking_for(case_id), slot.id, by=OFFICER)
                case "cancel":
                    slots.cancel(slots.booking_for(case_id), by=OFFICER)
    except (SlotTaken, AlreadyBooked, NotBooked):
        pass


def _must_add_up(calendar: DepartmentCalendar, day: list[Slot]) -> None:
    held = list(db.session.scalars(select(Booking).where(Booking.state == "booked")))
    assert len({(booking.slot_id, booking.place) for booking in held}) == len(held)
    assert len({booking.case_id for booking in held}) == len(held)
    shown = {slot.id: slot.free for on_day, group in slots.free_slots(calendar.id, WEDNESDAY, 1).days for slot in group}
    for slot in day:
        taken = sum(booking.slot_id == slot.id for booking in held)
        assert taken <= PLACES
        if any(each.id in shown for each in day):
            assert shown.get(slot.id, 0) == PLACES - taken
