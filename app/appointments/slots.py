"""Free slots, and the three verbs of a place: book, move, cancel.

No operation commits. The caller has locked the case; this room then locks the calendars concerned in the order of their
ids, so that two bookings moved crosswise wait for each other instead of in a circle. The exclusion constraint of the
table is the last word all the same: it refuses a place given twice whoever writes the row.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Protocol

from sqlalchemy import distinct, func, select
from sqlalchemy.exc import IntegrityError

from app.appointments import passes, rules
from app.appointments.errors import AlreadyBooked, NotAllowed, NotBooked, SlotTaken, SlotUnknown
from app.appointments.models import Booking, DepartmentCalendar, Slot
from app.appointments.rules import BOOKED, CANCELLED, CITIZEN, STANDARD, Policy
from app.calendars.clock import now
from app.extensions import db


class By(Protocol):
    """Who acts, as far as this room cares: "citizen", "staff" or "clock"."""

    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FreeSlot:
    id: uuid.UUID
    on_day: date
    starts_at: datetime
    ends_at: datetime
    free: int


@dataclass(frozen=True, slots=True)
class FreePage:
    """Free slots grouped by day; `later` is the day the next page begins with, None at the end."""

    days: tuple[tuple[date, tuple[FreeSlot, ...]], ...]
    later: date | None


def free_slots(calendar_id: uuid.UUID, from_day: date, days: int = 7) -> FreePage:
    """The next `days` days from `from_day` that have a free place, in one query; days without one are skipped."""
    taken = (
        select(func.count(distinct(Booking.place)))
        .where(Booking.calendar_id == Slot.calendar_id, Booking.during.op("&&")(Slot.during))
        .where(Booking.state != CANCELLED, Booking.place <= Slot.places)
        .correlate(Slot)
        .scalar_subquery()
    )
    open_slots = (
        select(Slot.id, Slot.on_day, Slot.starts_at, Slot.ends_at, (Slot.places - taken).label("free"))
        .where(Slot.calendar_id == calendar_id, Slot.is_open, Slot.on_day >= from_day, Slot.starts_at > now())
        .subquery()
    )
    rank = func.dense_rank().over(order_by=open_slots.c.on_day).label("rank")
    ranked = select(open_slots, rank).where(open_slots.c.free > 0).subquery()
    rows = db.session.execute(select(ranked).where(ranked.c.rank <= days + 1).order_by(ranked.c.starts_at)).all()
    found = [FreeSlot(row.id, row.on_day, row.starts_at, row.ends_at, row.free) for row in rows if row.rank <= days]
    later = next((row.on_day for row in rows if row.rank > days), None)
    return FreePage(tuple((day, tuple(group)) for day, group in groupby(found, lambda slot: slot.on_day)), later)


def bookings_of(case_id: uuid.UUID) -> list[Booking]:
    """All bookings of a case, the newest first."""
    rows = select(Booking).where(Booking.case_id == case_id).order_by(Booking.created_at.desc(), Booking.id)
    return list(db.session.scalars(rows))


def find_booking(case_id: uuid.UUID) -> Booking | None:
    """The booking a case holds, else its last one, else None."""
    found = bookings_of(case_id)
    return next((booking for booking in found if booking.state == BOOKED), found[0] if found else None)


def booking_for(case_id: uuid.UUID) -> Booking:
    """The booking a case holds; raises NotBooked."""
    booking = find_booking(case_id)
    if booking is None or booking.state != BOOKED:
        raise NotBooked()
    return booking


def book(
    case_id: uuid.UUID,
    slot_id: uuid.UUID,
    *,
    by: By,
    within: uuid.UUID | None = None,
    gate: str = "",
    policy: Policy = STANDARD,
) -> Booking:
    """Take a place in a slot for a case. `within`: the calendar that the slot has to be of.

    Raises SlotTaken, AlreadyBooked, SlotUnknown; for a citizen also NotAllowed (see `rules.choose_refusal`).
    """
    slot = _locked_slot(slot_id, within=within)
    last = find_booking(case_id)
    booking = Booking(case_id=case_id, gate=gate or (last.gate if last else ""), booked_by_kind=by.kind, state=BOOKED)
    if last is not None:
        _carry_on(booking, last)
    if by.kind == CITIZEN:
        _allow(rules.choose_refusal(last.held if last else None, policy=policy))
        assert last is not None
        _allow_target(last, slot)
    _take(booking, slot)
    return booking


def move(
    booking: Booking,
    slot_id: uuid.UUID,
    *,
    by: By,
    within: uuid.UUID | None = None,
    gate: str = "",
    policy: Policy = STANDARD,
) -> Booking:
    """Move a booking to another slot; its pass is superseded at once and has to be issued again.

    Raises SlotTaken, NotBooked, SlotUnknown; for a citizen also NotAllowed. Officers are not counted.
    """
    slot = _locked_slot(slot_id, within=within, also=booking.calendar_id)
    db.session.refresh(booking, attribute_names=["state", "slot_id", "moves"])
    if booking.state != BOOKED:
        raise NotBooked()
    if slot.id == booking.slot_id and gate in ("", booking.gate):
        return booking
    if by.kind == CITIZEN:
        _allow(rules.move_refusal(booking.held, at=now(), policy=policy))
        _allow_target(booking, slot)
    _take(booking, slot, gate=gate or booking.gate, moves=booking.moves + (by.kind == CITIZEN))
    passes.supersede(booking)
    return booking


def cancel(booking: Booking, *, by: By) -> Booking:
    """Give the place back; the pass is no longer good. Raises NotBooked, and for a citizen NotAllowed."""
    db.session.refresh(booking, attribute_names=["state"])
    if booking.state != BOOKED:
        raise NotBooked()
    if by.kind == CITIZEN:
        _allow(rules.cancel_refusal(booking.held, at=now()))
    return release(booking, by=by)


def release(booking: Booking, *, by: By) -> Booking:
    """As `cancel`, without the citizen's time limit: for a case that ends as a whole (refused, withdrawn)."""
    booking.state = CANCELLED
    booking.ended_by_kind, booking.ended_at = by.kind, now()
    passes.cancel(booking)
    db.session.flush()
    return booking


def _locked_slot(slot_id: uuid.UUID, *, within: uuid.UUID | None, also: uuid.UUID | None = None) -> Slot:
    """The slot as it is once its calendar (and `also`) is ours until the end of the transaction."""
    calendar_id = db.session.scalar(select(Slot.calendar_id).where(Slot.id == slot_id))
    if calendar_id is None or within not in (None, calendar_id):
        raise SlotUnknown()
    lock_calendars({calendar_id, also or calendar_id})
    slot = db.session.get(Slot, slot_id, populate_existing=True)
    if slot is None or not slot.is_open or slot.starts_at <= now():
        raise SlotTaken()
    return slot


def lock_calendars(ids: Iterable[uuid.UUID]) -> None:
    """Lock in the order of ids. NO KEY: rows that merely point at a calendar may still be written."""
    db.session.execute(
        select(DepartmentCalendar.id)
        .where(DepartmentCalendar.id.in_(list(ids)))
        .order_by(DepartmentCalendar.id)
        .with_for_update(key_share=True)
    )


def _take(booking: Booking, slot: Slot, **also: object) -> None:
    """Put `booking` on the lowest free place of `slot`; the savepoint keeps the caller's transaction usable."""
    place = _free_place(booking, slot)
    try:
        with db.session.begin_nested():
            booking.slot_id, booking.calendar_id, booking.place = slot.id, slot.calendar_id, place
            booking.starts_at, booking.ends_at = slot.starts_at, slot.ends_at
            for name, value in also.items():
                setattr(booking, name, value)
            booking.calendar = slot.calendar
            db.session.add(booking)
            db.session.flush()
    except IntegrityError as clash:
        raise _refusal(clash) from clash


def _refusal(clash: IntegrityError) -> Exception:
    constraint = getattr(getattr(clash.orig, "diag", None), "constraint_name", "")
    known = {"ex_booking_place": SlotTaken(), "uq_booking_active_case": AlreadyBooked()}
    return known.get(constraint, clash)


def _free_place(booking: Booking, slot: Slot) -> int:
    with db.session.no_autoflush:
        taken = set(
            db.session.scalars(
                select(Booking.place)
                .where(Booking.calendar_id == slot.calendar_id, Booking.during.op("&&")(slot.during))
                .where(Booking.state != CANCELLED, Booking.id != booking.id if booking.id else Booking.place > 0)
            )
        )
    place = next((number for number in range(1, slot.places + 1) if number not in taken), None)
    if place is None:
        raise SlotTaken()
    return place


def _carry_on(booking: Booking, last: Booking) -> None:
    booking.moves = last.moves
    booking.chosen_after_no_show = last.chosen_after_no_show + (last.state == rules.NO_SHOW)


def _allow(refusal: str | None) -> None:
    if refusal:
        raise NotAllowed(refusal)


def _allow_target(last: Booking, slot: Slot) -> None:
    _allow(rules.target_refusal(last.held, calendar_id=slot.calendar_id, starts_at=slot.starts_at, at=now()))
