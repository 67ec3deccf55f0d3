"""The bank's API under /bank/v1: invoices, payments, refunds. Basic authentication with the key as user name."""

import time
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.bank import shapes
from sandbox.bank.ledger import Ledger, NotPayable
from sandbox.faults import SLOW, hang, hang_up, unavailable
from sandbox.world import world

blueprint = Blueprint("bank_api", __name__, url_prefix="/bank/v1")
PAGE = 100


@blueprint.before_request
def misbehave() -> ResponseReturnValue | None:
    fault = world().faults.take("bank", "hang", "500", "502", "429", "refuse", "cut", "slow")
    if fault == "slow":
        time.sleep(SLOW)
    elif fault == "hang":
        return hang()
    elif fault == "cut":
        return hang_up()
    elif fault:
        return unavailable({"refuse": 503}.get(fault) or int(fault))
    key = world().options.gateway_keys.get("bank")
    given = request.authorization
    if given is None or (key and given.username != key):
        return _no("authentication_error", 401)
    return None


@blueprint.post("/invoices")
def create() -> ResponseReturnValue:
    order = request.get_json(silent=True)
    if not isinstance(order, dict) or type(order.get("amount")) is not int or order["amount"] <= 0:
        return _no("invalid_request_error", 400)
    if order.get("currency") not in ("SAR", "QAR", "AED", "USD") or not isinstance(order.get("metadata", {}), dict):
        return _no("invalid_request_error", 400)
    row = _ledger().open(order)
    if world().faults.take("bank", "accept_then_close"):
        return hang_up()
    return jsonify(_invoice(row)), 201


@blueprint.get("/invoices")
def listed() -> ResponseReturnValue:
    page = max(1, request.args.get("page", 1, type=int))
    since, reference = request.args.get("created[gt]", ""), request.args.get("metadata[attempt]", "")
    rows = _ledger().listed(since=since.replace("Z", "+00:00"), reference=reference, page=page, size=PAGE)
    meta = {"current_page": page, "next_page": page + 1 if len(rows) > PAGE else None}
    return jsonify(invoices=[_invoice(row) for row in rows[:PAGE]], meta=meta)


@blueprint.get("/invoices/<ref>")
def show(ref: str) -> ResponseReturnValue:
    row = _ledger().find(ref)
    return _no("record_not_found", 404) if row is None else jsonify(_invoice(row))


@blueprint.put("/invoices/<ref>/cancel")
def cancel(ref: str) -> ResponseReturnValue:
    try:
        row = _ledger().cancel(ref)
    except NotPayable:
        return _no("invalid_request_error", 400)
    return _no("record_not_found", 404) if row is None else jsonify(_invoice(row))


@blueprint.get("/payments/<ref>")
def payment(ref: str) -> ResponseReturnValue:
    row = _ledger().payment(ref)
    return _no("record_not_found", 404) if row is None else _payment(row)


@blueprint.post("/payments/<ref>/refund")
def refund(ref: str) -> ResponseReturnValue:
    found = _ledger().payment(ref)
    if found is None:
        return _no("record_not_found", 404)
    order = request.get_json(silent=True) or {}
    try:
        row = _ledger().refund(ref, int(order.get("amount") or found["amount"]))
    except (NotPayable, TypeError, ValueError):
        return _no("invalid_request_error", 400)
    current_app.extensions["bank_postman"].wake()
    return _payment(row)


def _ledger() -> Ledger:
    return Ledger(world())


def _invoice(row: Any) -> dict[str, Any]:
    return shapes.invoice(world(), row, _ledger().payments(row["id"]))


def _payment(row: Any) -> Response:
    return jsonify(shapes.payment(row, _ledger().find(row["invoice_id"])))  # type: ignore[arg-type]


def _no(kind: str, status: int) -> ResponseReturnValue:
    return jsonify(type=kind, message=kind), status
