import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for

from app.blueprints.cashier import view
from app.cases import collecting
from app.cases.errors import BadInput
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.identity.actors import Actor
from app.identity.audit import audit
from app.kit.errors import NotFound, Refused
from app.kit.roles import Role
from app.payments import receipts, tills
from app.web import limits
from app.web.language import t
from app.web.pages import page, refused_by, see_other

blueprint = Blueprint("cashier", __name__, url_prefix="/desk/cashier")
OVERSEERS = (Role.AUDITOR, Role.CASHIER, Role.SUPERVISOR)


@blueprint.get("")
@access.staff(Role.CASHIER)
def index() -> Response:
    return _index()


def _index(status: int = 200, **more: Any) -> Response:
    shown = {"errors": {}, "typed": {}, "refused": None, "done": request.args.get("done", ""), **more}
    return page("cashier/index.html", status=status, view=view.Till(signed_in_actor()), **shown)


def _act(verb: Callable[[], object], done: str, **address: Any) -> Response:
    """One verb in one transaction; a refusal draws the till as it is now."""
    if refused := refused_by(verb):
        return _index(refused.status, **_said(refused))
    return see_other(url_for("cashier.index", done=done, **address))


def _said(refused: Refused) -> dict[str, Any]:
    """What was wrong, at its field where it has one, and what was typed."""
    words = t(refused.text_key, **refused.params)
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    if isinstance(refused, BadInput):
        return {"errors": {refused.field: words}, "typed": typed}
    return {"refused": words, "typed": typed}


@blueprint.post("/day", endpoint="open_day")
@access.staff(Role.CASHIER)
@limits.forms
def open_day() -> Response:
    return _act(lambda: collecting.open_day(request.form.get("agency", ""), by=signed_in_actor()), "opened")


@blueprint.post("/find", endpoint="find")
@access.staff(Role.CASHIER)
@limits.forms
def find() -> Response:
    """By the number of the request; the same answer for none, for a paid one and for another agency's."""
    number = request.form.get("number", "")[:40]
    bill = collecting.open_bill_of(number, by=signed_in_actor())
    if bill is None:
        return _index(422, errors={"number": t("payments.cashier.not_found")}, typed={"number": number})
    return see_other(url_for("cashier.bill", bill_id=bill.id))


@blueprint.get("/bills/<uuid:bill_id>")
@access.staff(Role.CASHIER)
def bill(bill_id: uuid.UUID) -> Response:
    return _bill(bill_id)


def _bill(bill_id: uuid.UUID, status: int = 200, **more: Any) -> Response:
    actor = signed_in_actor()
    with transaction():
        found, case = collecting.bill_for(bill_id, by=actor)
        audit("bill.viewed", actor=actor, case_id=case.id)
    shown = {"errors": {}, "typed": {}, "refused": None, **more}
    return page("cashier/bill.html", status=status, view=view.Counter(found, case, actor), **shown)


@blueprint.post("/bills/<uuid:bill_id>", endpoint="collect")
@access.staff(Role.CASHIER)
@limits.forms
def collect(bill_id: uuid.UUID) -> Response:
    form, actor = request.form, signed_in_actor()
    try:
        with transaction():
            change = collecting.collect(bill_id, form.get("method", ""), form.get("tendered", ""), by=actor)
    except NotFound:
        raise
    except Refused as refused:
        return _bill(bill_id, refused.status, **_said(refused))
    receipt = receipts.receipt_of_bill(bill_id)
    return see_other(url_for("cashier.index", done="collected", change=change, receipt=receipt.code if receipt else ""))


@blueprint.post("/entries/<uuid:money_id>/reverse", endpoint="reverse")
@access.staff(Role.CASHIER)
@limits.forms
def reverse(money_id: uuid.UUID) -> Response:
    note = request.form.get("note", "")
    return _act(lambda: collecting.reverse(money_id, note, by=signed_in_actor()), "reversed")


@blueprint.post("/refunds/<uuid:refund_id>/pay-out", endpoint="pay_out")
@access.staff(Role.CASHIER)
@limits.forms
def pay_out(refund_id: uuid.UUID) -> Response:
    return _act(lambda: collecting.pay_out(refund_id, by=signed_in_actor()), "paid_out")


@blueprint.route("/close", methods=["GET", "POST"])
@access.staff(Role.CASHIER)
@limits.forms
def close() -> Response:
    """Count, write down, close. What should lie in the till is shown only afterwards, so that the count is a count."""
    actor, shown = signed_in_actor(), view.Till(signed_in_actor())
    if request.method != "POST":
        return page("cashier/close.html", view=shown, errors={}, typed={}, refused=None)
    try:
        with transaction():
            day = collecting.close_day(request.form.get("counted", ""), request.form.get("note", ""), by=actor)
    except Refused as refused:
        return page(
            "cashier/close.html", status=refused.status, view=shown, **{"errors": {}, "refused": None, **_said(refused)}
        )
    return see_other(url_for("cashier.day", day_id=day.id))


@blueprint.get("/days")
@access.staff(*OVERSEERS)
def days() -> Response:
    actor = signed_in_actor()
    return page("cashier/days.html", days=view.days(tills.days(_overseen(actor), actor.staff_id)))


def _overseen(actor: Actor) -> list[tills.Place]:
    """A till takes the fees of every service: who answers for one service alone oversees none."""
    roles = (Role.SUPERVISOR, Role.AUDITOR)
    return [(each.agency, each.office) for each in actor.grants if each.role in roles and each.service is None]


@blueprint.get("/days/<uuid:day_id>")
@access.staff(*OVERSEERS)
def day(day_id: uuid.UUID) -> Response:
    """The report of a till: for its cashier, and for whoever oversees the agency."""
    actor, found = signed_in_actor(), tills.day_of(day_id)
    places = _overseen(actor)
    oversees = any(agency in (None, found.agency) and office in (None, found.office) for agency, office in places)
    if found.staff_id != actor.staff_id and not oversees:
        raise NotFound
    return page("cashier/day.html", view=view.Report(found))
