"""Showing a case, and doing something to it: every form of the page is judged and answered in the same way."""

from collections.abc import Callable
from datetime import date

from flask import Response, request, url_for

from app.blueprints.desk import case_view
from app.blueprints.desk.typed import NOTHING, Typed, refused
from app.blueprints.desk.words import step_done
from app.cases import dossier, looking, messages, queries
from app.cases.context import service_of
from app.cases.errors import CaseNotFound, OwnCase
from app.cases.models import Case
from app.extensions import read_only, transaction
from app.identity.access import signed_in_actor
from app.kit.errors import Refused
from app.web.language import lang, t
from app.web.pages import page, see_other

SAID = ("message", "note", "request", "discard")


def show(number: str, *, status: int = 200, typed: Typed = NOTHING, fragment: str | None = None) -> Response:
    """The page of a case. A view is an audit row; whoever may answer has read the citizen's messages by it."""
    actor = signed_in_actor()
    read_only()
    case = dossier.case_for(actor, number)
    looking.allow(case, actor)
    shown = case_view.of(case, actor, typed, _day(request.values.get("from", "")))
    looking.note(case, actor, "case.viewed")
    if shown["may_write"] and (read := messages.read_now(case, actor)):
        with transaction():
            messages.mark_read(read, by=actor)
    return page("desk/case.html", status=status, fragment=fragment, done=_done(case), **shown)


def act(number: str, form: str, verb: Callable[[Case], object], *, done: str) -> Response:
    """One verb in one transaction, then 303; a refusal draws the page again as the case is now, with what was typed."""
    actor = signed_in_actor()
    case = queries.case_for(actor, number)
    try:
        with transaction():
            verb(case)
    except (CaseNotFound, OwnCase):
        raise
    except Refused as refusal:
        typed = refused(form, request.form, refusal)
        return show(number, status=422 if typed.errors and refusal.status == 404 else refusal.status, typed=typed)
    if request.form.get("then") == "next":
        return see_other(url_for("desk.following", after=case.address))
    if queries.find_case(number, queries.visible(actor)) is None:
        # A referral that was given back is no longer this department's to see.
        return see_other(url_for("desk.queue"))
    return see_other(url_for("desk.case", number=case.address, done=done))


def version() -> int:
    """The version the page was drawn from; anything else is one that never was."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _done(case: Case) -> str:
    """What the last press did, said once on the page it led to."""
    name, service = request.args.get("done", ""), service_of(case)
    if name in SAID:
        return t(f"desk.done.{name}")
    return step_done(service, name, lang()) if name in service.workflow.names() else ""


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
