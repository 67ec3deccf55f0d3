"""Whether the visitor came: attended, missed, and the bookings that wait for an answer or a reminder."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select

from app.appointments import passes
from app.appointments.errors import NotBooked
from app.appointments.models import Booking, DepartmentCalendar
from app.appointments.rules import ATTENDED, BOOKED, NO_SHOW, day_of
from app.appointments.slots import By
from app.calendars.clock import now
from app.extensions import db


def mark_attended(booking: Booking, *, by: By) -> Booking:
    """The visitor came. A missed booking may be corrected so; again changes nothing. Raises NotBooked if cancelled."""
    if booking.state == ATTENDED:
        return booking
    if booking.state not in (BOOKED, NO_SHOW):
        raise NotBooked()
    if booking.on_day > day_of(now(), booking.calendar.zone):
        raise NotBooked("calendar.refused.not_yet")
    _end(booking, ATTENDED, by)
    return booking


def mark_no_show(booking: Booking, *, by: By) -> Booking:
    """Nobody came; the pass is no longer good. Raises NotBooked, also while the visitor may still come."""
    if booking.state != BOOKED:
        raise NotBooked()
    if booking.ends_at > now():
        raise NotBooked("calendar.refused.not_over")
    _end(booking, NO_SHOW, by)
    passes.cancel(booking)
    return booking


def due_for_reminder(at: datetime) -> Sequence[Booking]:
    """Bookings whose visit is tomorrow in their agency's zone, soonest first; whoever reminds is safe to ask again."""
    rows = _booked().where(Booking.starts_at > at, Booking.starts_at < at + timedelta(days=3))
    return [each for each in db.session.scalars(rows) if each.on_day == _tomorrow(each, at)]


def unanswered(agency: str, at: datetime) -> Sequence[Booking]:
    """Bookings of an agency that are over and neither attended nor missed, the oldest first."""
    rows = _booked().join(DepartmentCalendar).where(DepartmentCalendar.agency == agency, Booking.ends_at <= at)
    return list(db.session.scalars(rows))


def _booked() -> Select[Booking]:
    return select(Booking).where(Booking.state == BOOKED).order_by(Booking.starts_at, Booking.id)


def _tomorrow(booking: Booking, at: datetime) -> date:
    return day_of(at, booking.calendar.zone) + timedelta(days=1)


def _end(booking: Booking, state: str, by: By) -> None:
    booking.state, booking.ended_by_kind, booking.ended_at = state, by.kind, now()
    db.session.flush()
