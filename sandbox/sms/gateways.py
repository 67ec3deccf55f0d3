"""The gateways' addresses: both gateways speak both protocols, each with a memory of its own."""

import re
import time

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.faults import SLOW, hang, hang_up, unavailable
from sandbox.sms.log import NOTHING, Order, SmsLog, message_id, parts_of
from sandbox.world import world

NUMBER = re.compile(r"[1-9][0-9]{7,14}")
BEFORE = ("hang", "500", "502", "429", "refuse", "cut", "slow")


def gateway_blueprint(gateway: str) -> Blueprint:
    """A gateway under /`gateway`: taqnyat at /v1/messages, unifonic at /rest/SMS/messages."""
    blueprint = Blueprint(gateway, __name__, url_prefix=f"/{gateway}")
    blueprint.add_url_rule("/v1/messages", view_func=taqnyat, methods=["POST"])
    blueprint.add_url_rule("/rest/SMS/messages", view_func=unifonic, methods=["POST"])
    blueprint.add_url_rule("/sent.json", view_func=sent)
    blueprint.add_url_rule("/count.json", view_func=count)
    return blueprint


def sent() -> ResponseReturnValue:
    """Accepted messages of all gateways, newest first; ?to= ?gateway= ?reference= narrow it."""
    asked = {name: request.args.get(name, "") for name in ("to", "gateway", "reference")}
    return jsonify(SmsLog(world()).sent(**{**asked, "to": asked["to"].lstrip("+ ")}))


def count() -> ResponseReturnValue:
    """How often each reference was received and accepted, over all gateways; ?reference= for one."""
    counts = SmsLog(world()).counts()
    reference = request.args.get("reference")
    return jsonify(counts if reference is None else counts["references"].get(reference, {**NOTHING, "gateways": []}))


def taqnyat() -> ResponseReturnValue:
    gateway = request.blueprint or ""
    data = request.get_json(silent=True)
    data = data if isinstance(data, dict) else {}
    reference = str(data["reference"]) if data.get("reference") else None
    if broken := _misbehave(gateway, reference):
        return broken
    token = world().options.gateway_keys.get(gateway)
    offered = request.headers.get("Authorization", "")
    if not offered.startswith("Bearer ") or (token and offered != f"Bearer {token}"):
        return _refused(gateway, reference, 401, "Unauthorized")
    listed = data.get("recipients")
    recipients = [str(each) for each in listed] if isinstance(listed, list) else []
    if not recipients or not all(NUMBER.fullmatch(each) for each in recipients):
        return _refused(gateway, reference, 400, "recipients must be international, without + or 00")
    if not data.get("body") or not data.get("sender"):
        return _refused(gateway, reference, 400, "body and sender are required")
    order = Order(gateway, "taqnyat", reference, tuple(recipients), str(data["sender"]), str(data["body"]))
    return _accept(order)


def unifonic() -> ResponseReturnValue:
    gateway, form = request.blueprint or "", request.form
    reference = form.get("CorrelationID") or None
    if broken := _misbehave(gateway, reference):
        return broken
    user = world().options.gateway_keys.get(f"{gateway}.user")
    if not form.get("AppSid") or (user and form["AppSid"] != user):
        return _refused(gateway, reference, 401, "Authentication failed")
    if not NUMBER.fullmatch(form.get("Recipient", "")):
        return _refused(gateway, reference, 400, "Recipient must be international, without + or 00")
    if not form.get("Body") or not form.get("SenderID"):
        return _refused(gateway, reference, 400, "Body and SenderID are required")
    callback = _callback(form.get("statusCallback", ""))
    order = Order(gateway, "unifonic", reference, (form["Recipient"],), form["SenderID"], form["Body"], callback)
    return _accept(order)


def _callback(address: str) -> str | None:
    """Receipts go to the portal of this demonstration or to another one on this machine, and nowhere else."""
    ours = (f"{world().options.portal_url}/", "http://127.0.0.1:")
    return address if address.startswith(ours) else None


def _misbehave(gateway: str, reference: str | None) -> Response | None:
    fault = world().faults.take(gateway, *BEFORE)
    if fault is None:
        return None
    if fault == "slow":
        time.sleep(SLOW)
        return None
    SmsLog(world()).refuse(gateway, reference, fault)
    if fault in ("hang", "cut"):
        return hang() if fault == "hang" else hang_up()
    return unavailable({"refuse": 503}.get(fault) or int(fault))


def _accept(order: Order) -> ResponseReturnValue:
    if world().faults.take(order.gateway, "reject"):
        return _refused(order.gateway, order.reference, 400, "recipient cannot be reached")
    lie = world().faults.take("receipts")
    row, _ = SmsLog(world()).accept(order, lie)
    if lie == "early":
        current_app.extensions["postman"].flush(row["id"])
    if world().faults.take(order.gateway, "accept_then_close"):
        return hang_up()
    answer = _unifonic_answer if order.protocol == "unifonic" else _taqnyat_answer
    return answer(order, message_id(row))


def _taqnyat_answer(order: Order, number: int) -> ResponseReturnValue:
    """The real one writes its lists as strings."""
    return jsonify(
        statusCode=201,
        messageId=number,
        cost=f"{0.05 * parts_of(order.body) * len(order.recipients):.4f}",
        currency="SAR",
        totalCount=len(order.recipients),
        msgLength=parts_of(order.body),
        accepted=f"[{','.join(order.recipients)},]",
        rejected="[]",
    ), 201


def _unifonic_answer(order: Order, number: int) -> ResponseReturnValue:
    data = {
        "MessageID": number,
        "CorrelationID": order.reference or "",
        "Status": "Queued",
        "NumberOfUnits": parts_of(order.body),
        "Cost": 0.05 * parts_of(order.body),
        "Balance": "1000.0",
        "Recipient": order.recipients[0],
        "DateCreated": world().clock.now().isoformat(),
    }
    return jsonify(success=True, message="", errorCode="ER-00", data=data)


def _refused(gateway: str, reference: str | None, status: int, message: str) -> ResponseReturnValue:
    SmsLog(world()).refuse(gateway, reference, f"refused {status}")
    return jsonify(statusCode=status, success=False, message=message, errorCode=f"ER-{status}"), status
