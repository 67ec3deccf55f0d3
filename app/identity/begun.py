"""Sign-ins that were begun and are not finished: kept in the browser's session row, each good once. Never commits."""

import secrets
from typing import Any

from sqlalchemy import delete

from app.calendars.clock import now
from app.extensions import db
from app.identity.models import WebSession
from app.identity.sessions import ABSOLUTE, BEGUN_LIVES, Found, hash_of, new_reference

MOST_BEGUN = 5


def keep(found: Found | None, kind: str, entry: dict[str, Any]) -> str | None:
    """Keep a begun sign-in in the browser's row; returns the reference of the row made for it, if one was made."""
    entry = {**entry, "at": now().timestamp()}
    if found is not None and found.alive:
        row = db.session.get(WebSession, found.id, with_for_update=True)
        if row is not None:
            row.begun = [*_fresh(row.begun), entry][-MOST_BEGUN:]
            return None
    reference = new_reference()
    db.session.add(
        WebSession(
            kind=kind,
            reference_hash=hash_of(reference),
            csrf_secret=secrets.token_bytes(32),
            begun=[entry],
            ends_at=now() + ABSOLUTE,
        )
    )
    return reference


def _fresh(begun: list[dict[str, Any]]) -> list[dict[str, Any]]:
    oldest = (now() - BEGUN_LIVES).timestamp()
    return [entry for entry in begun if entry["at"] > oldest]


def take(found: Found | None, state: str) -> dict[str, Any] | None:
    """Remove and return the begun sign-in with this state. It is good once: the row is locked meanwhile."""
    if found is None or not found.alive or not state:
        return None
    row = db.session.get(WebSession, found.id, with_for_update=True, populate_existing=True)
    if row is None:
        return None
    taken = [entry for entry in _fresh(row.begun) if secrets.compare_digest(entry["state"].encode(), state.encode())]
    row.begun = [entry for entry in row.begun if entry not in taken]
    return taken[0] if taken else None


def drop_if_empty(found: Found | None) -> bool:
    """After a refused sign-in an anonymous row without begun sign-ins goes; says whether it did."""
    if found is None or found.owner is not None:
        return False
    gone = delete(WebSession).where(
        WebSession.id == found.id, WebSession.person_id.is_(None), WebSession.staff_id.is_(None), WebSession.begun == []
    )
    return bool(db.session.execute(gone.returning(WebSession.id)).first())
