"""Many at once, on real connections: one place has one holder, and nobody waits in a circle."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, func, select

from app.appointments import slots
from app.appointments.calendars import calendar_for
from app.appointments.errors import SlotTaken
from app.appointments.models import Booking
from app.extensions import db, transaction
from tests.appointments.conftest import OFFICER

WEDNESDAY = date(2026, 11, 25)
CROWD = 50


@pytest.fixture
def unpooled(app: Flask, morning: object) -> Iterator[None]:
    """Each thread gets a connection of its own: the pool of a web process is smaller than the crowd."""
    engines = db._app_engines[app]
    pooled = engines[None]
    engines[None] = create_engine(pooled.url, poolclass=NullPool)
    yield
    engines[None] = pooled


def at_once(app: Flask, verbs: list[Callable[[], object]]) -> Counter[str]:
    """Run every verb in its own thread, connection and transaction; the names of what came out."""
    barrier = Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> str:
        with app.app_context():
            try:
                db.session.execute(select(1))
                barrier.wait(timeout=60)
                with transaction():
                    return type(verb()).__name__
            except SlotTaken:
                return "SlotTaken"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(verbs)) as threads:
        return Counter(threads.map(run, verbs))


def mover(booking: Booking, slot_id: uuid.UUID) -> Callable[[], Booking]:
    return lambda: slots.move(db.session.get_one(Booking, booking.id), slot_id, by=OFFICER)


@pytest.mark.usefixtures("unpooled")
def test_of_fifty_who_want_one_place_exactly_one_gets_it(
    app: Flask, free: Callable[..., list[slots.FreeSlot]], new_case: Callable[[], uuid.UUID]
) -> None:
    slot = free(WEDNESDAY, 1)[0]
    cases = [new_case() for _ in range(CROWD)]
    outcome = at_once(app, [lambda case_id=case_id: slots.book(case_id, slot.id, by=OFFICER) for case_id in cases])
    assert outcome == {"Booking": 1, "SlotTaken": CROWD - 1}
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 1


@pytest.mark.usefixtures("unpooled")
def test_a_crowd_over_one_day_fills_each_place_once(
    app: Flask, free: Callable[..., list[slots.FreeSlot]], new_case: Callable[[], uuid.UUID]
) -> None:
    day = free(WEDNESDAY, 1)
    cases = [new_case() for _ in range(20)]
    verbs = [
        lambda case_id=case_id, slot=day[turn % len(day)]: slots.book(case_id, slot.id, by=OFFICER)
        for turn, case_id in enumerate(cases)
    ]
    outcome = at_once(app, verbs)
    assert outcome == {"Booking": len(day), "SlotTaken": 20 - len(day)}
    assert free(WEDNESDAY, 1)[0].on_day > WEDNESDAY


@pytest.mark.usefixtures("unpooled")
def test_two_bookings_moved_crosswise_end_in_an_answer_and_not_in_a_deadlock(
    app: Flask, free: Callable[..., list[slots.FreeSlot]], booked: Callable[..., Booking]
) -> None:
    here, there = booked(WEDNESDAY), booked(date(2026, 11, 26))
    for _ in range(5):
        first, second = here.slot_id, there.slot_id
        outcome = at_once(app, [mover(here, second), mover(there, first)])
        assert outcome == {"SlotTaken": 2}


@pytest.mark.usefixtures("unpooled")
def test_two_who_move_across_two_departments_do_not_wait_for_each_other_for_ever(
    app: Flask, free: Callable[..., list[slots.FreeSlot]], new_case: Callable[[], uuid.UUID]
) -> None:
    rights, development = free(WEDNESDAY, 1), free(WEDNESDAY, 1, calendar_for("emirate", "development"))
    with transaction():
        here = slots.book(new_case(), rights[0].id, by=OFFICER)
        there = slots.book(new_case(), development[0].id, by=OFFICER)
    for turn in range(1, 4):
        to_there, to_here = (development, rights) if turn % 2 else (rights, development)
        outcome = at_once(app, [mover(here, to_there[turn].id), mover(there, to_here[turn].id)])
        assert outcome == {"Booking": 2}
