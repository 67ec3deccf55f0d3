"""Where one is signed in, and ending it: the same page behind both doors."""

import uuid

from flask import Response, request, url_for

from app.extensions import transaction
from app.identity import sessions
from app.identity.access import signed_in_actor
from app.identity.audit import audit
from app.web.moments import house
from app.web.pages import page, see_other


def show(door: str) -> Response:
    return page(
        "login/sessions.html",
        door=door,
        house=house(),
        sessions=sessions.open_sessions(signed_in_actor()),
        done=request.args.get("done"),
    )


def end(door: str) -> Response:
    """End the session named in the form, or all others; this one ends by signing out."""
    actor, named = signed_in_actor(), request.form.get("session", "")
    with transaction():
        ended = sessions.end_own(actor, None if named == "others" else _id(named))
        audit("sessions.ended", actor=actor, subject_person=actor.person_id, detail={"sessions": ended})
    return see_other(url_for(f"{door}.sessions", done=1))


def _id(named: str) -> uuid.UUID:
    try:
        return uuid.UUID(named)
    except ValueError:
        return uuid.UUID(int=0)
