"""The hosted page: what is asked for, and the choice how the bank shall behave this time."""

from urllib.parse import urlencode

from flask import Blueprint, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.bank.ledger import OPEN, WAYS, Ledger, NotPayable
from sandbox.pages import page
from sandbox.world import world

blueprint = Blueprint("bank", __name__, url_prefix="/bank")
MINOR = 100


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The newest invoices, to look at from outside."""
    rows = world().store.rows("SELECT * FROM bank_invoice ORDER BY created_at DESC LIMIT 50")
    return page("bank.html", invoices=[(row, _figure(row["amount"])) for row in rows])


@blueprint.get("/pay/<ref>")
def show(ref: str) -> ResponseReturnValue:
    return _page(ref)


@blueprint.post("/pay/<ref>")
def pay(ref: str) -> ResponseReturnValue:
    invoice, way = Ledger(world()).find(ref), request.form.get("way", "")
    if invoice is None or way not in WAYS:
        return _page(ref, 422)
    if way == "abandon":
        return redirect(invoice["back_url"] or url_for(".show", ref=ref), 303)
    try:
        status = Ledger(world()).pay(ref, way)
    except NotPayable:
        return _page(ref, 409)
    current_app.extensions["bank_postman"].wake()
    address = invoice["success_url"] or url_for(".show", ref=ref)
    mark = "&" if "?" in address else "?"
    return redirect(f"{address}{mark}{urlencode({'id': ref, 'status': status})}", 303)


def _page(ref: str, status: int = 200) -> ResponseReturnValue:
    invoice = Ledger(world()).find(ref)
    if invoice is None:
        return page("error.html", 404, reason="not_found")
    g.wished_language = "en" if '"language": "en"' in invoice["metadata"] else "ar"
    amount, is_open = _figure(invoice["amount"]), invoice["status"] == OPEN
    return page("bank_pay.html", status, invoice=invoice, amount=amount, is_open=is_open, ways=WAYS)


def _figure(minor: int) -> str:
    return f"{minor // MINOR:,}.{minor % MINOR:02d}"
