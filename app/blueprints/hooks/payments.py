"""Call-backs of the payment gateway: a hint to ask it. Nothing in them is believed."""

import hmac

from flask import abort, current_app, request
from sqlalchemy.dialects.postgresql import insert

from app.blueprints.hooks import blueprint
from app.extensions import db, transaction
from app.identity import access
from app.payments import attempts
from app.payments.gateways import KINDS
from app.payments.gateways.base import Event, MalformedEvent
from app.payments.models import Attempt, GatewayEvent

MOST_BYTES = 64 * 1024


@blueprint.post("/payments", endpoint="payment")
@access.webhook
def payment() -> tuple[str, int]:
    """200 for every authentic event of any age, known or not, also repeated: what is refused comes again for days."""
    request.max_content_length = MOST_BYTES
    kind = current_app.config["SETTINGS"].payment_gateway
    if kind not in KINDS:
        abort(404)
    try:
        event = KINDS[kind].read_event(request.get_data())
    except MalformedEvent:
        abort(400)
    if not _is_gateway(event.secret):
        abort(401)
    with transaction():
        attempt = attempts.find_attempt(kind, event.invoice, event.reference)
        if _is_new(kind, event, attempt) and attempt is not None:
            attempts.hurry(attempt)
    return "", 200


def _is_gateway(secret: str) -> bool:
    """Compared in constant time, with every secret that holds during a rotation."""
    known = current_app.config["SETTINGS"].payment_webhook_secrets
    return any([hmac.compare_digest(secret.encode(), each.encode()) for each in known])


def _is_new(kind: str, event: Event, attempt: Attempt | None) -> bool:
    row = insert(GatewayEvent).values(
        gateway=kind, event_id=event.id, kind=event.kind, attempt_id=attempt.id if attempt else None
    )
    counted = row.on_conflict_do_update(
        index_elements=["gateway", "event_id"], set_={"times": GatewayEvent.times + 1}
    ).returning(GatewayEvent.times)
    return db.session.scalar(counted) == 1
