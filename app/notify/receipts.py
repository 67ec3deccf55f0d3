"""What gateways report later: twice, in any order, a day late, before our own mark, or of messages nobody knows.

Each receipt is kept once, and its message only climbs.
"""

import hashlib
import uuid

from flask import current_app
from sqlalchemy import ColumnElement, and_, select, text
from sqlalchemy.dialects.postgresql import insert

from app.calendars.clock import now
from app.extensions import db
from app.notify.gateways import names_of
from app.notify.gateways.base import Receipt
from app.notify.models import RANK, Message, MessageEvent, State

# A queued or leased message that its gateway tells us about has been taken: the lease and the next try fall away. A
# code's words go with the hand-over, whoever tells of it.
APPLY = text("""
    UPDATE message
    SET state = r.state, gateway_ref = coalesce(message.gateway_ref, nullif(r.ref, '')),
        sent_at = coalesce(sent_at, r.at),
        settled_at = CASE WHEN r.state = 'sent' THEN settled_at ELSE r.at END,
        error = CASE WHEN r.state = 'undelivered' THEN 'undelivered' END, lease_until = NULL, leased_by = NULL,
        recipient_sealed = CASE WHEN expires_at IS NULL THEN recipient_sealed END,
        body_sealed = CASE WHEN expires_at IS NULL THEN body_sealed END
    FROM (SELECT CAST(:state AS text) AS state, CAST(:ref AS text) AS ref, CAST(:now AS timestamptz) AS at) AS r
    WHERE id = :id AND message.state = ANY(CAST(:below AS text[]))
    RETURNING id
""")


def apply(gateway: str, receipt: Receipt) -> bool:
    """Keep the receipt and move its message up, if it is ours and lower; whether the message moved. Never commits."""
    message_id = _message_of(gateway, receipt)
    kept = insert(MessageEvent).values(
        id=uuid.uuid4(),
        at=now(),
        digest=digest_of(gateway, receipt),
        message_id=message_id,
        gateway=gateway,
        reference=receipt.reference,
        gateway_ref=receipt.gateway_ref,
        status=receipt.status,
        means=receipt.means,
        reported_at=receipt.at,
    )
    db.session.execute(kept.on_conflict_do_nothing(index_elements=["digest"]))
    if message_id is None or receipt.means is None:
        return False
    below = [str(state) for state in State if RANK[state] < RANK[receipt.means]]
    values = {"id": message_id, "state": str(receipt.means), "ref": receipt.gateway_ref, "now": now(), "below": below}
    return db.session.execute(APPLY, values).first() is not None


def digest_of(gateway: str, receipt: Receipt) -> bytes:
    """The same report twice is one event."""
    fields = (gateway, receipt.reference, receipt.gateway_ref, receipt.status.lower(), receipt.at)
    return hashlib.sha256("\x1f".join(fields).encode()).digest()


def _message_of(gateway: str, receipt: Receipt) -> uuid.UUID | None:
    """By our own reference, which is there before the gateway answers; else by the id of this very kind of gateway.

    Two gateways count their own numbers: the same number of the other one means another message.
    """
    try:
        found: ColumnElement[bool] = Message.id == uuid.UUID(receipt.reference)
    except ValueError:
        if not receipt.gateway_ref:
            return None
        names = names_of(current_app.config["SETTINGS"], gateway)
        found = and_(Message.gateway_ref == receipt.gateway_ref, Message.gateway.in_(names))
    return db.session.scalars(select(Message.id).where(found).limit(1)).first()
