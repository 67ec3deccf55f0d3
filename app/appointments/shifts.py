"""A guard's shift on a registered telephone: eight hours at most, kept open by a PIN after 15 idle minutes.

The supervisor registers the telephone; the guard signs in once and chooses a PIN for this shift. The PIN opens nothing
by itself: it is asked only where the guard's own session has merely fallen idle, on the telephone of that shift.
"""

import hashlib
import hmac
import re
import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.appointments.errors import PinWrong
from app.appointments.gate_models import GateDevice, GateShift
from app.calendars.clock import now
from app.extensions import db
from app.kit.arabic import western_digits

LONGEST = timedelta(hours=8)
MOST_WRONG = 5
PIN = re.compile(r"[0-9]{4,8}")
# Digits that anybody tries first.
GUESSABLE = re.compile(r"(.)\1*|0123.*|1234.*|4321|9876.*")


def register_device(agency: str, gate: str, label: str, *, by_staff_id: uuid.UUID) -> tuple[GateDevice, str]:
    """A telephone for a gate, and the reference its cookie will hold (256 random bits, kept here only as a digest)."""
    reference = secrets.token_urlsafe(32)
    device = GateDevice(
        agency=agency, gate=gate, label=label[:80], reference_digest=_digest(reference), by_staff_id=by_staff_id
    )
    db.session.add(device)
    db.session.flush()
    return device, reference


def find_device(reference: str) -> GateDevice | None:
    """The telephone behind a cookie, unless it was taken out of use."""
    row = select(GateDevice).where(GateDevice.reference_digest == _digest(reference), GateDevice.ended_at.is_(None))
    return db.session.scalar(row) if reference else None


def devices_of(agencies: list[str]) -> list[GateDevice]:
    """Telephones in use, by gate and name."""
    rows = select(GateDevice).where(GateDevice.agency.in_(agencies), GateDevice.ended_at.is_(None))
    return list(db.session.scalars(rows.order_by(GateDevice.agency, GateDevice.gate, GateDevice.label)))


def end_device(device: GateDevice) -> None:
    """Take a telephone out of use; whatever shift is open on it is over."""
    device.ended_at = now()
    _end_shifts(device.id)


def begin(device: GateDevice, staff_id: uuid.UUID, pin: str, *, session_ends_at: datetime) -> GateShift:
    """Begin a shift; an earlier one on this telephone is over. Raises PinWrong for a PIN that is none or too plain."""
    pin = western_digits(pin.strip())
    if not PIN.fullmatch(pin) or GUESSABLE.fullmatch(pin):
        raise PinWrong("gate.refused.pin_plain")
    _end_shifts(device.id)
    salt = secrets.token_bytes(16)
    ends_at = min(now() + LONGEST, session_ends_at)
    shift = GateShift(
        device_id=device.id, staff_id=staff_id, pin_salt=salt, pin_digest=_stretch(pin, salt), ends_at=ends_at
    )
    db.session.add(shift)
    db.session.flush()
    return shift


def open_shift(device: GateDevice | None, staff_id: uuid.UUID | None) -> GateShift | None:
    """The shift of this guard on this telephone that a PIN may still keep open."""
    if device is None or staff_id is None:
        return None
    row = select(GateShift).where(
        GateShift.device_id == device.id,
        GateShift.staff_id == staff_id,
        GateShift.is_over.is_(False),
        GateShift.ends_at > now(),
    )
    return db.session.scalar(row)


def is_pin_good(shift: GateShift, pin: str) -> bool:
    """Try a PIN. The fifth wrong one in a row ends the shift; the row is locked, so tries at once all count."""
    db.session.refresh(shift, with_for_update=True)
    if shift.is_over:
        return False
    if hmac.compare_digest(_stretch(western_digits(pin.strip())[:8], shift.pin_salt), shift.pin_digest):
        shift.wrong_pins, shift.seen_at = 0, now()
        return True
    shift.wrong_pins += 1
    shift.is_over = shift.wrong_pins >= MOST_WRONG
    return False


def _end_shifts(device_id: uuid.UUID) -> None:
    db.session.execute(
        update(GateShift).where(GateShift.device_id == device_id, GateShift.is_over.is_(False)).values(is_over=True)
    )


def _digest(reference: str) -> bytes:
    return hashlib.sha256(reference.encode()).digest()


def _stretch(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1)
