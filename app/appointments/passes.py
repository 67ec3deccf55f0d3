"""Visit passes: issue, re-issue, end, and what a stranger may learn from a code.

A pass belongs to one booking. Issuing another for the same case supersedes the earlier one in the same transaction, so
that of two papers only the newest opens the gate; a unique index keeps it so.
"""

import uuid
from datetime import date

from sqlalchemy import select, update

from app.appointments.errors import NotBooked, PassUnknown
from app.appointments.gate_models import VisitPass
from app.appointments.holder import Holder
from app.appointments.models import Booking
from app.appointments.rules import BOOKED
from app.appointments.states import CANCELLED, ISSUED, SUPERSEDED, USED
from app.calendars.clock import as_zone, now, today
from app.extensions import db
from app.kit.codes import clean_code, new_code


def issue(booking: Booking, holder: Holder, *, gate: str = "") -> VisitPass:
    """Issue the pass of a booking; what the case held before is superseded. Raises NotBooked."""
    if booking.state != BOOKED:
        raise NotBooked()
    supersede(booking)
    visit_pass = VisitPass(
        code=new_code(),
        case_id=booking.case_id,
        booking_id=booking.id,
        agency=booking.calendar.agency,
        gate=gate or booking.gate,
        host=booking.calendar.key,
        zone_name=booking.calendar.zone_name,
        on_day=booking.on_day,
        starts_at=booking.starts_at,
        state=ISSUED,
        holder_text=holder.dump(),
    )
    db.session.add(visit_pass)
    db.session.flush()
    return visit_pass


def supersede(booking: Booking) -> None:
    """The pass in force for this case is no longer good, because another date or paper takes its place."""
    _end(booking.case_id, SUPERSEDED)


def cancel(booking: Booking) -> None:
    """The pass in force for this case is no longer good, because nobody is expected."""
    _end(booking.case_id, CANCELLED)


def find_pass(code: str) -> VisitPass | None:
    """The pass of a code as it was typed, Arabic digits included."""
    clean = clean_code(code)
    return db.session.scalar(select(VisitPass).where(VisitPass.code == clean)) if clean else None


def pass_for(code: str) -> VisitPass:
    """Raises PassUnknown."""
    found = find_pass(code)
    if found is None:
        raise PassUnknown()
    return found


def last_pass(case_id: uuid.UUID) -> VisitPass | None:
    rows = select(VisitPass).where(VisitPass.case_id == case_id).order_by(VisitPass.issued_at.desc()).limit(1)
    return db.session.scalar(rows)


def pass_in_force(case_id: uuid.UUID) -> VisitPass | None:
    """The pass the citizen may show: issued, or used on its day."""
    found = last_pass(case_id)
    return found if found is not None and found.state in (ISSUED, USED) else None


def valid_for(code: str) -> date | None:
    """All a stranger learns: the day it is, if the pass is good for it; None for any other day or code."""
    found = find_pass(code)
    if found is None or found.state not in (ISSUED, USED):
        return None
    day = today(as_zone(found.zone_name))
    return day if found.on_day == day else None


def _end(case_id: uuid.UUID, state: str) -> None:
    db.session.execute(
        update(VisitPass)
        .where(VisitPass.case_id == case_id, VisitPass.state == ISSUED)
        .values(state=state, ended_at=now())
    )
