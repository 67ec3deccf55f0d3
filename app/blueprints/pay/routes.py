import uuid

from flask import Blueprint, Response, request

from app.blueprints.pay import view
from app.cases import billing
from app.extensions import db
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.errors import Refused
from app.payments import attempts, bills
from app.payments.errors import BillNotFound
from app.payments.models import Bill
from app.payments.states import AttemptState
from app.web import limits
from app.web.language import lang, t
from app.web.pages import page, see_other

blueprint = Blueprint("pay", __name__, url_prefix="/pay")
REFRESH_SECONDS = 3


@blueprint.get("/<uuid:bill_id>")
@access.citizen
def show(bill_id: uuid.UUID) -> Response:
    """The bill as it is. `back` counts the looks after the return from the hosted page: a hint that asking is worth it,
    and nothing else."""
    looks = request.args.get("back", 0, type=int)
    shown = view.of(_own(bill_id), looks)
    if not shown.is_waiting:
        return page(shown.template, view=shown, refused=None)
    assert shown.attempt is not None
    if shown.attempt.state == AttemptState.LIVE:
        attempts.ring(shown.attempt.id)
    answer = page("pay/waiting.html", view=shown)
    answer.headers["Refresh"] = f"{REFRESH_SECONDS}; url={shown.next_look}"
    return answer


@blueprint.post("/<uuid:bill_id>")
@access.citizen
@limits.forms
def start(bill_id: uuid.UUID) -> Response:
    """On to the hosted page. While one is open for this bill it is the same one, in how many windows ever."""
    bill = _own(bill_id)
    try:
        address = billing.start(bill.id, by=signed_in_actor(), language=lang())
    except BillNotFound:
        raise
    except Refused as refused:
        db.session.rollback()
        shown = view.of(_own(bill_id), 0)
        return page(shown.template, status=refused.status, view=shown, refused=t(refused.text_key))
    return see_other(address)


def _own(bill_id: uuid.UUID) -> Bill:
    person_id = signed_in_actor().person_id
    assert person_id is not None
    return bills.bill_of(bill_id, person_id)
