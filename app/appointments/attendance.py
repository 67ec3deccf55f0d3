"""Whether the visitor came: attended or missed."""

from app.appointments import passes
from app.appointments.errors import NotBooked
from app.appointments.models import Booking
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


def _end(booking: Booking, state: str, by: By) -> None:
    booking.state, booking.ended_by_kind, booking.ended_at = state, by.kind, now()
    db.session.flush()
