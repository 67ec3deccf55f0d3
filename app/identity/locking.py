"""Locking a member of staff out, and back in: the account stays with its roles, and every session ends at once."""

from app.calendars.clock import now
from app.identity import sessions, staff
from app.identity.actors import Actor
from app.identity.audit import audit
from app.identity.models import Staff


def disable(email: str, by: Actor | None = None) -> int:
    """Nobody signs in under this e-mail any more, and every session ends now; returns how many. KeyError: unknown."""
    member = _known(email)
    if member.disabled_at is None:
        member.disabled_at = now()
    ended = sessions.end_all_of_staff(member.id)
    audit("staff.disabled", actor=by, detail={"staff": str(member.id), "sessions": ended})
    return ended


def enable(email: str, by: Actor | None = None) -> None:
    """Take a disabling back; raises KeyError for an unknown e-mail."""
    member = _known(email)
    member.disabled_at = None
    audit("staff.enabled", actor=by, detail={"staff": str(member.id)})


def _known(email: str) -> Staff:
    member = staff.find_by_email(email)
    if member is None:
        raise KeyError(email)
    return member
