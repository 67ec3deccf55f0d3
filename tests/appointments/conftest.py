"""A department's calendar with slots, cases to book for, and a Tuesday morning to do it on."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count

import pytest
import time_machine
from flask import Flask

from app.appointments import calendars, slots
from app.appointments.holder import Guest, Holder
from app.appointments.models import Booking, DepartmentCalendar
from app.cases.models import Case
from app.extensions import db, transaction
from app.identity.models import Person, Staff, identity_key
from app.kit.profile import Agency, Choice, Profile

TUESDAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Someone:
    """Who acts, in the three forms the room asks for."""

    kind: str
    staff_id: uuid.UUID | None = None
    name: str = ""


CITIZEN, OFFICER = Someone("citizen"), Someone("staff")
HOLDER = Holder(
    Guest("فهد عبدالله آل منصور", "4321"),
    (Guest("أحمد فهد آل منصور", "1111"), Guest("سارة فهد آل منصور", "2222")),
    "ا ب ح 1234",
    ("phone", "laptop"),
)


@pytest.fixture
def profile() -> Profile:
    """An emirate with two departments and a governor; Sunday to Thursday, 8 to 10; one holiday."""
    agency = Agency("emirate", {"ar": "إمارة", "en": "Emirate"}, holidays=(date(2026, 11, 30),))
    hours = {day: "08:00-10:00" for day in ("sun", "mon", "tue", "wed", "thu")}
    more = {"agency": "emirate", "hours": hours, "slot_minutes": 30, "places": 1}
    names = {"ar": "إدارة", "en": "Department"}
    departments = (Choice("rights", names, more), Choice("development", names, more))
    leaders = (Choice("governor", names, {**more, "on_request": True}),)
    return Profile({"emirate": agency}, {}, {"departments": departments, "leaders": leaders})


@pytest.fixture
def morning(app: Flask) -> Iterator[time_machine.Traveller]:
    """Tuesday 24 November 2026, 9 o'clock in Riyadh; the test may move it."""
    with time_machine.travel(MORNING, tick=True) as clock, app.app_context():
        yield clock


@pytest.fixture
def calendar(morning: time_machine.Traveller, profile: Profile) -> DepartmentCalendar:
    """The rights department's calendar, its slots made."""
    with transaction():
        calendars.load(profile)
        calendars.generate(profile)
    return calendars.calendar_for("emirate", "rights")


@pytest.fixture
def new_case(app: Flask) -> Callable[[], uuid.UUID]:
    """Files a bare case and gives its id."""
    serials = count(1)

    def make() -> uuid.UUID:
        serial = next(serials)
        number = f"{1_000_000_000 + serial}"
        person = Person(
            country="SA", identity_key=identity_key("SA", number), identity_number=number, id_type="citizen"
        )
        case = Case(
            year=1448,
            serial=serial,
            service="emirate_appointment",
            agency="emirate",
            office="emirate_main",
            declaration_version="1",
            applicant=person,
            stage="in_review",
            answers={},
        )
        with transaction():
            db.session.add(case)
        return case.id

    return make


@pytest.fixture
def guard(app: Flask) -> Callable[[str], Someone]:
    """A member of staff by name."""

    def make(name: str) -> Someone:
        with transaction():
            staff = Staff(email=f"{uuid.uuid4().hex}@example.test", name=name)
            db.session.add(staff)
        return Someone("staff", staff.id, name)

    return make


@pytest.fixture
def free(calendar: DepartmentCalendar) -> Callable[..., list[slots.FreeSlot]]:
    """Free slots of the calendar (or another) from a day on, in one list."""

    def find(from_day: date = TUESDAY, days: int = 7, of: DepartmentCalendar = calendar) -> list[slots.FreeSlot]:
        return [slot for _, group in slots.free_slots(of.id, from_day, days).days for slot in group]

    return find


@pytest.fixture
def booked(free: Callable[..., list[slots.FreeSlot]], new_case: Callable[[], uuid.UUID]) -> Callable[..., Booking]:
    """An appointment set by an officer for a day (Wednesday unless told)."""

    def make(day: date = date(2026, 11, 25), index: int = 0) -> Booking:
        with transaction():
            return slots.book(new_case(), free(day, 1)[index].id, by=OFFICER, gate="main")

    return make
