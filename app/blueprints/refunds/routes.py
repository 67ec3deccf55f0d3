import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from app.cases import officers, refunding
from app.cases.errors import BadInput
from app.cases.models import Case
from app.cases.refunding import CONFIRMERS, PROPOSERS, READERS
from app.extensions import db
from app.identity import access
from app.identity.access import signed_in_actor
from app.identity.actors import Actor
from app.kit.numbers import amount
from app.payments import refunds
from app.payments.return_models import Refund
from app.payments.states import COUNTER, RefundState
from app.web import limits
from app.web.language import lang, t
from app.web.moments import moment_of
from app.web.pages import page, refused_by, see_other

blueprint = Blueprint("refunds", __name__, url_prefix="/desk/refunds")
SIZE = 30


@blueprint.get("")
@access.staff(*READERS)
def index() -> Response:
    return _index()


def _index(status: int = 200, **said: object) -> Response:
    number = max(1, request.args.get("page", 1, type=int))
    found = refunding.queue(signed_in_actor(), *READERS, page=min(number, 500), size=SIZE)
    shown: dict[str, Any] = {"page_number": number, "more": len(found) > SIZE}
    names = officers.names_of(id for each in found for id in _hands(each))
    shown["rows"] = [_row(each, names) for each in found[:SIZE]]
    shown |= {"refused": None, "wrong_at": None, "done": request.args.get("done", ""), **said}
    return page("refunds/index.html", status=status, **shown)


def _act(verb: Callable[[], object], done: str) -> Response:
    """One verb in one transaction; a refusal draws the queue as it is now."""
    if refused := refused_by(verb):
        at = (request.view_args or {}).get("refund_id") if isinstance(refused, BadInput) else None
        return _index(refused.status, refused=t(refused.text_key, **refused.params), wrong_at=at)
    return see_other(url_for("refunds.index", done=done))


@blueprint.post("/<uuid:refund_id>/propose", endpoint="propose")
@access.staff(*PROPOSERS)
@limits.forms
def propose(refund_id: uuid.UUID) -> Response:
    note = request.form.get("note", "")
    return _act(lambda: refunding.propose(refund_id, note, by=signed_in_actor()), "proposed")


@blueprint.post("/<uuid:refund_id>/confirm", endpoint="confirm")
@access.staff(*CONFIRMERS)
@limits.forms
def confirm(refund_id: uuid.UUID) -> Response:
    return _act(lambda: refunding.confirm(refund_id, by=signed_in_actor()), "confirmed")


@blueprint.post("/<uuid:refund_id>/send-back", endpoint="send_back")
@access.staff(*CONFIRMERS)
@limits.forms
def send_back(refund_id: uuid.UUID) -> Response:
    return _act(lambda: refunding.send_back(refund_id, by=signed_in_actor()), "sent_back")


@blueprint.post("/<uuid:refund_id>/again", endpoint="again")
@access.staff(*CONFIRMERS)
@limits.forms
def again(refund_id: uuid.UUID) -> Response:
    return _act(lambda: refunding.again(refund_id, by=signed_in_actor()), "confirmed")


@blueprint.post("/<uuid:refund_id>/set-aside", endpoint="set_aside")
@access.staff(*CONFIRMERS)
@limits.forms
def set_aside(refund_id: uuid.UUID) -> Response:
    reason = request.form.get("reason", "")
    return _act(lambda: refunding.set_aside(refund_id, reason, by=signed_in_actor()), "set_aside")


@blueprint.post("/<uuid:refund_id>/withdraw", endpoint="withdraw")
@access.staff(*PROPOSERS)
@limits.forms
def withdraw(refund_id: uuid.UUID) -> Response:
    reason = request.form.get("reason", "")
    return _act(lambda: refunding.withdraw(refund_id, reason, by=signed_in_actor()), "withdrawn")


def _hands(refund: Refund) -> tuple[uuid.UUID | None, ...]:
    """Who proposed, who confirmed, and who set it aside where it is."""
    aside = refund.set_aside_by_id if refund.state == RefundState.SET_ASIDE else None
    return refund.proposed_by_id, refund.confirmed_by_id, aside


def _row(refund: Refund, names: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """A line of the queue, with what this officer may do about it."""
    case = db.session.get(Case, refund.case_id) if refund.case_id else None
    *acted, aside = _hands(refund)
    at_counter = refund.money.gateway == COUNTER and refund.state == RefundState.CONFIRMED
    return {
        "id": refund.id,
        "number": case.number if case else t("payments.refunds.nobody"),
        "amount": amount(refund.amount, refund.currency, lang()),
        "cause": t(f"payments.refunds.causes.{refund.cause}"),
        "opened": moment_of(refund.opened_at, case.agency) if case else refund.opened_at.date().isoformat(),
        "state": refund.state,
        "state_words": t(f"payments.refunds.states.{'at_counter' if at_counter else refund.state}"),
        "note": refund.note,
        "people": [names[each] for each in acted if each],
        "set_aside_by": names[aside] if aside else "",
        "set_aside_reason": refund.set_aside_reason,
        **_open_to(refund, signed_in_actor()),
    }


def _open_to(refund: Refund, actor: Actor) -> dict[str, bool]:
    """What this officer may do about it."""
    proposed, proposer = refund.state == RefundState.PROPOSED, bool(actor.roles & set(PROPOSERS))
    mine = refund.proposed_by_id == actor.staff_id or actor.same_person(refund.proposed_key)
    second = bool(actor.roles & set(CONFIRMERS))
    # A client who changes his mind once more does so at the till.
    anew = refund.state == RefundState.SET_ASIDE and refund.cause != refunding.CHANGED_MIND
    return {
        "may_propose": refund.state == RefundState.OPEN and proposer,
        "may_confirm": proposed and second and not mine,
        "may_withdraw": proposed and mine and proposer,
        "may_retry": refund.state == RefundState.FAILED and second,
        "may_set_aside": refunds.may_set_aside(refund) and second and not mine,
        "may_propose_anew": anew and proposer,
    }
