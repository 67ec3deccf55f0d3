"""The inquiry pages and the look-up of a transaction by number, Hijri year and second factor."""

import hashlib

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.blueprints.inquiries import blueprint
from app.blueprints.inquiries.entry import Entry, read_entry
from app.calendars.clock import now
from app.calendars.hijri import years_down_to
from app.cases import inquiry
from app.cases.models import Case
from app.cases.timeline import label_of
from app.extensions import limiter, read_only
from app.identity import access
from app.identity.access import current_actor
from app.web import limits
from app.web.language import lang
from app.web.pages import page

FIRST_YEAR = 1440


@blueprint.get("")
@access.public
def index() -> ResponseReturnValue:
    """One register so far; the page of all kinds is this kind's page."""
    return redirect(url_for("inquiries.transaction"), 302)


def _number_key() -> str:
    """One transaction, whoever asks for it and however he types its number; hashed, since limits live in Redis."""
    entry = read_entry(request.form, owner=None)
    asked = entry.agency, entry.year, entry.number
    entered = asked if all(asked) else entry.typed.values()
    return "inquiry:" + hashlib.sha256("|".join(map(str, entered)).encode()).hexdigest()[:24]


def _only_reads() -> bool:
    return request.method != "POST"


@blueprint.route("/transactions", methods=["GET", "POST"])
@access.public
@limiter.limit("10/minute;60/hour", exempt_when=_only_reads)
@limiter.limit("12/hour", key_func=_number_key, exempt_when=_only_reads)
def transaction() -> ResponseReturnValue:
    read_only()  # a look-up is posted to keep it out of addresses; it changes nothing
    entry = read_entry(request.form, owner=current_actor()) if request.method == "POST" else None
    found, status = None, 200
    if entry is not None:
        status = 422 if entry.errors else 200
        found = None if entry.errors else _found(entry)
    return page(
        "inquiries/transaction.html",
        status=status,
        fragment="inquiries/_transaction.html",
        entry=entry,
        found=found,
        errors=list(entry.errors.items()) if entry else [],
        years=_years(),
        agencies=tuple((agency.id, agency.name[lang()]) for agency in inquiry.agencies()),
        looked_up_at=now(),
        label_of=lambda state: label_of(state, lang()),
        own=_own(),
    )


def _found(entry: Entry) -> inquiry.Found | None:
    with limits.inquiries:
        return inquiry.look_up(entry.agency, entry.number, entry.year, entry.digits, by=current_actor())


def _own() -> list[Case]:
    actor = current_actor()
    return inquiry.own_transactions(actor) if actor and actor.kind == "citizen" else []


def _years() -> tuple[tuple[int, str], ...]:
    zone = next(iter(current_app.extensions["profile"].agencies.values())).zone
    return tuple((year, str(year)) for year in years_down_to(FIRST_YEAR, now(), zone))
