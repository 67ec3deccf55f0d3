"""The appointment of a case: what each slot mode of a step does in the room of appointments."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from app.appointments import attendance, passes, slots
from app.appointments.calendars import calendar_for
from app.appointments.gate_models import VisitPass
from app.appointments.holder import Guest, Holder
from app.appointments.models import Booking, DepartmentCalendar
from app.appointments.rules import BOOKED, NO_SHOW, Policy
from app.calendars.clock import now
from app.cases import deadlines, memory
from app.cases.answers import open_answers
from app.cases.context import service_of
from app.cases.errors import BadInput, StepRefused
from app.cases.models import Case
from app.documents import orders
from app.identity.actors import Actor

Kept = dict[str, Any]


def booking_of(case: Case) -> Booking | None:
    """The place the case holds, or the last it held."""
    remembered = memory.known(case, Booking)
    return slots.find_booking(case.id) if remembered is None else next(iter(remembered), None)


def pass_of(case: Case) -> VisitPass | None:
    """The newest pass, good or not."""
    remembered = memory.known(case, VisitPass)
    return passes.last_pass(case.id) if remembered is None else next(iter(remembered), None)


def calendar_of_case(case: Case) -> DepartmentCalendar:
    """Whose time the visit takes: the governor's, the deputy's or a department's, as the answers say."""
    rule = service_of(case).slots
    if rule is None:
        raise StepRefused
    chosen = case.answers.get(rule.by_field)
    key = rule.fixed.get(str(chosen)) or case.answers.get(rule.else_field)
    return calendar_for(case.agency, str(key))


def gate_of(case: Case) -> str:
    """The gate chosen in the form; empty where the service has none."""
    rule = service_of(case).slots
    return str(case.answers.get(rule.gate_field) or "") if rule and rule.gate_field else ""


def policy_of(case: Case) -> Policy:
    rule = service_of(case).slots
    return Policy(rule.moves, rule.after_no_show) if rule else Policy()


def book(case: Case, entered: str, by: Actor) -> Kept:
    within = calendar_of_case(case).id
    gate, rule = gate_of(case), policy_of(case)
    return _placed(case, slots.book(case.id, _slot(entered), by=by, within=within, gate=gate, policy=rule))


def move(case: Case, entered: str, by: Actor) -> Kept:
    booking = slots.find_booking(case.id)
    if booking is None or booking.state != BOOKED:
        return book(case, entered, by)
    within = calendar_of_case(case).id
    gate, rule = gate_of(case), policy_of(case)
    return _placed(case, slots.move(booking, _slot(entered), by=by, within=within, gate=gate, policy=rule))


def ask(case: Case, entered: str, by: Actor) -> Kept:
    """With the governor or the deputy a citizen can only ask; his words stand in the thread."""
    return {}


def release(case: Case, entered: str, by: Actor) -> Kept:
    booking = slots.find_booking(case.id)
    if booking is not None and booking.state == BOOKED:
        if by.kind == "citizen":
            slots.cancel(booking, by=by)
        else:
            slots.release(booking, by=by)
        orders.revoke(case.id, "pass")
    return {}


def after_miss(case: Case, entered: str, by: Actor) -> Kept:
    """The visit was missed and nobody chose another date: there is nothing left to give back."""
    return {}


def call_off(case: Case, entered: str, by: Actor) -> Kept:
    """The agency takes back a date that stands; the case goes on, and another date can be set or chosen."""
    for kind in ("visit", "visit_reminder"):
        deadlines.clear(case, kind)
    return release(case, entered, by)


# Modes that have their place only while the last booking is in this state.
ONLY_WHILE = {"after_miss": NO_SHOW, "call_off": BOOKED}


def fits(case: Case, mode: str | None) -> bool:
    """Whether a step of this slot mode has its place now: no date that stands is taken away in passing."""
    if mode not in ONLY_WHILE:
        return True
    booking = booking_of(case)
    return booking is not None and booking.state == ONLY_WHILE[mode]


def attended(case: Case, entered: str, by: Actor) -> Kept:
    booking = slots.find_booking(case.id)
    if booking is None:
        raise StepRefused
    attendance.mark_attended(booking, by=by)
    return {}


def no_show(case: Case, entered: str, by: Actor) -> Kept:
    attendance.mark_no_show(slots.booking_for(case.id), by=by)
    orders.revoke(case.id, "pass")
    deadlines.clear(case, "visit")
    deadlines.set_deadline(case, "rechoose")
    return {}


MODES: Mapping[str, Callable[[Case, str, Actor], Kept]] = {
    "book": book,
    "move": move,
    "self_move": move,
    "ask": ask,
    "release": release,
    "after_miss": after_miss,
    "call_off": call_off,
    "attended": attended,
    "no_show": no_show,
}


def holder_of(case: Case) -> Holder:
    """Who the pass lets in, from the answers: names, last four digits, car and devices."""
    answers, rule = open_answers(case.id, case.answers), service_of(case).slots
    assert rule is not None
    guests = rule.guests
    rows = (answers.get(guests.group) or ()) if guests else ()
    companions = tuple(Guest(row[guests.name], row[guests.identity][-4:]) for row in rows if guests)
    devices = tuple(item for item in answers.get(rule.items_field or "") or () if item != rule.car_item)
    visitor = Guest(answers["applicant_name"], answers["applicant_id"][-4:])
    return Holder(visitor, companions, answers.get(rule.car_field or "") or "", devices)


def _slot(entered: str) -> uuid.UUID:
    try:
        return uuid.UUID(entered)
    except ValueError:
        raise BadInput("slot", "errors.choice.missing") from None


def _placed(case: Case, booking: Booking) -> Kept:
    """A date is set: issue the pass, plan the reminder of the day before and the look at who came."""
    passes.issue(booking, holder_of(case))
    zone = booking.calendar.zone
    day_before = datetime.combine(booking.on_day - timedelta(days=1), time(10), zone).astimezone(UTC)
    rule = service_of(case).slots
    for kind in ("rechoose", "target"):
        deadlines.clear(case, kind)
    deadlines.clear(case, "visit_reminder")
    if rule and rule.reminder and day_before > now():
        deadlines.set_moment(case, "visit_reminder", day_before, notice=rule.reminder)
    ends = datetime.combine(booking.on_day + timedelta(days=1), time.min, zone).astimezone(UTC)
    deadlines.set_moment(case, "visit", ends, step="no_show")
    return {"slot": str(booking.slot_id), "on": booking.on_day.isoformat(), "starts_at": booking.starts_at.isoformat()}
