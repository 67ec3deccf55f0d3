"""Choosing another date: free slots of the same department by day, with or without scripts."""

from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from app.appointments.slots import free_slots
from app.blueprints.account import blueprint
from app.blueprints.account.case import back, conflict, own_case, version
from app.blueprints.account.show import CaseView
from app.calendars.clock import now
from app.cases import messages, steps, visits
from app.cases.errors import BadInput
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.errors import Refused
from app.web import limits
from app.web.language import t
from app.web.pages import page

DAYS = 5


def _from_day(today: date) -> date:
    try:
        return max(today, date.fromisoformat(request.args.get("from", "")))
    except ValueError:
        return today


@blueprint.get("/cases/<number>/slot")
@access.citizen
def slot(number: str) -> ResponseReturnValue:
    case = own_case(number)
    view = CaseView(case, signed_in_actor())
    try:
        calendar = visits.calendar_of_case(case)
    except Refused as refused:
        return conflict(number, refused)
    today = now().astimezone(calendar.zone).date()
    free = free_slots(calendar.id, _from_day(today), DAYS) if view.slot_refusal is None else None
    return page(
        "account/slot.html",
        fragment="account/_slots.html",
        case=case,
        view=view,
        free=free,
        zone=calendar.zone,
        errors={},
    )


@blueprint.post("/cases/<number>/slot")
@access.citizen
@limits.forms
def choose_slot(number: str) -> ResponseReturnValue:
    case = own_case(number)
    try:
        with transaction():
            steps.move(
                case.id,
                "choose_slot",
                by=signed_in_actor(),
                version=version(),
                inputs={"slot": request.form.get("slot", "")},
            )
    except BadInput as wrong:
        return _again(number, t(wrong.text_key))
    except Refused as refused:
        return conflict(number, refused)
    return back(case, "moved")


def _again(number: str, sentence: str) -> ResponseReturnValue:
    case = own_case(number)
    calendar = visits.calendar_of_case(case)
    free = free_slots(calendar.id, now().astimezone(calendar.zone).date(), DAYS)
    view = CaseView(case, signed_in_actor())
    return page(
        "account/slot.html", status=422, case=case, view=view, free=free, zone=calendar.zone, errors={"slot": sentence}
    )


@blueprint.post("/cases/<number>/slot/ask")
@access.citizen
@limits.words
def ask_new_date(number: str) -> ResponseReturnValue:
    """With the governor or the deputy: a wish, in the citizen's own words."""
    case = own_case(number)
    try:
        with transaction():
            messages.write(case.id, request.form.get("message", ""), by=signed_in_actor())
            steps.move(case.id, "ask_new_date", by=signed_in_actor(), version=version())
    except Refused as refused:
        return conflict(number, refused, {"message": request.form.get("message", "")})
    return back(case, "written", "messages")
