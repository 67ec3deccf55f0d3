"""Delivery receipts of the SMS gateways."""

import hmac

from flask import abort, current_app, request

from app.blueprints.hooks import blueprint
from app.extensions import transaction
from app.identity import access
from app.notify import receipts
from app.notify.gateways import KINDS
from app.notify.gateways.base import MalformedReceipt

MOST_BYTES = 8 * 1024


@blueprint.post("/sms/receipts/<gateway>")
@access.webhook
def sms_receipt(gateway: str) -> tuple[str, int]:
    """200 for every readable receipt, known to us or not: a gateway that is refused sends again for days."""
    request.max_content_length = MOST_BYTES
    if not _is_gateway(request.headers.get("Authorization", "")):
        abort(401)
    if gateway not in KINDS:
        abort(404)
    try:
        receipt = KINDS[gateway].read_receipt(request.get_data())
    except MalformedReceipt:
        abort(400)
    with transaction():
        receipts.apply(gateway, receipt)
    return "", 200


def _is_gateway(header: str) -> bool:
    token = current_app.config["SETTINGS"].sms_receipt_token
    return bool(token) and hmac.compare_digest(header.encode(), f"Bearer {token}".encode())
