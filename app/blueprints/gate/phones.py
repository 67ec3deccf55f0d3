"""The telephone in the guard's hand: which registered one it is, and whether its shift can be taken up by a PIN."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, current_app, request

from app.appointments import shifts
from app.appointments.gate_models import GateDevice, GateShift
from app.blueprints.gate.posts import Post, posts_of
from app.calendars.clock import now
from app.extensions import db
from app.identity.actors import Actor
from app.identity.browser import cookie_name, current_browser
from app.identity.models import Staff
from app.identity.sessions import Found

COOKIE = "gate_device"
KEPT = timedelta(days=365)


@dataclass(frozen=True)
class Idle:
    """A guard's session that has only fallen idle, on the telephone of his open shift."""

    session: Found
    guard: Actor
    shift: GateShift


def this_phone() -> GateDevice | None:
    """The registered telephone that sent this request."""
    return shifts.find_device(request.cookies.get(cookie_name(current_app, COOKIE), ""))


def mark_phone(response: Response, reference: str) -> None:
    """Let the telephone be known again for a year."""
    response.set_cookie(
        cookie_name(current_app, COOKIE),
        reference,
        max_age=KEPT,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SETTINGS"].secure_cookies,
    )


def keeps(phone: GateDevice | None, posts: list[Post]) -> bool:
    """Is the telephone one of a gate that the guard keeps?"""
    return phone is not None and any(phone.agency == post.agency.id and phone.gate in post.gates for post in posts)


def idle_shift() -> Idle | None:
    """What a PIN may take up again; None where only a sign-in helps (over, signed out, ended, another telephone)."""
    session = current_browser().found
    if session is None or session.alive or session.owner is None or now() >= session.ends_at:
        return None
    guard, phone = session.owner, this_phone()
    if not keeps(phone, posts_of(guard, current_app.extensions["profile"])) or _is_disabled(guard):
        return None
    shift = shifts.open_shift(phone, guard.staff_id)
    return Idle(session, guard, shift) if shift else None


def _is_disabled(guard: Actor) -> bool:
    member = db.session.get(Staff, guard.staff_id)
    return member is None or member.disabled_at is not None
