"""The outbox's side of sending, in few statements: claim a batch, record what became of it, take back what was dropped.

Leases run on the database's clock, so that workers with wrong clocks and the demo clock's jumps cannot end one early;
due times and expiry are the portal's own time. No transaction is open while a gateway is asked.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from app.calendars.clock import now
from app.extensions import db, transaction
from app.notify.models import State

MAIL = "smtp"

# One claim looks at one priority, so that the partial index is read from its first due entry and no further: reminders
# posted for next month cost nothing.
CLAIM = text("""
    WITH due AS (
        SELECT id, gateway AS held FROM message
        WHERE state = 'queued' AND priority = :priority AND not_before <= :now
          AND (expires_at IS NULL OR expires_at > :now)
          AND CASE WHEN channel = 'email' THEN 'smtp' WHEN gateway = ANY(CAST(:known AS text[])) THEN gateway
                   ELSE :pick END = ANY(CAST(:open AS text[]))
        ORDER BY not_before LIMIT :most FOR UPDATE SKIP LOCKED
    )
    UPDATE message AS m
    SET state = 'sending', attempts = m.attempts + 1, leased_by = :token,
        lease_until = clock_timestamp() + make_interval(secs => :lease),
        gateway = CASE WHEN m.channel = 'email' THEN 'smtp' WHEN m.gateway = ANY(CAST(:known AS text[])) THEN m.gateway
                       ELSE :pick END,
        first_tried_at = coalesce(m.first_tried_at, :now)
    FROM due WHERE m.id = due.id
    RETURNING m.id, m.channel, m.priority, m.language, m.attempts, m.gateway, due.held, m.first_tried_at, m.not_before,
              m.recipient_sealed, m.subject_sealed, m.body_sealed
""")

# A result counts when the lease is still ours, success always: the gateway has the message whoever asked. A receipt may
# have been quicker than we are; then the state stays where the receipt put it. A code's words go with the hand-over.
RECORD = text("""
    UPDATE message AS m
    SET state = CASE WHEN m.state IN ('queued', 'sending', 'failed', 'expired') THEN r.state ELSE m.state END,
        gateway = r.gateway, gateway_ref = coalesce(r.ref, m.gateway_ref), error = r.error, not_before = r.not_before,
        attempts = m.attempts - r.unspent, lease_until = NULL, leased_by = NULL,
        sent_at = CASE WHEN r.state = 'sent' THEN coalesce(m.sent_at, :now) ELSE m.sent_at END,
        settled_at = CASE WHEN r.state = 'failed' THEN :now ELSE m.settled_at END,
        recipient_sealed = CASE WHEN m.expires_at IS NULL OR r.state = 'queued' THEN m.recipient_sealed END,
        subject_sealed = CASE WHEN m.expires_at IS NULL OR r.state = 'queued' THEN m.subject_sealed END,
        body_sealed = CASE WHEN m.expires_at IS NULL OR r.state = 'queued' THEN m.body_sealed END
    FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:gateways AS text[]), CAST(:refs AS text[]),
                CAST(:errors AS text[]), CAST(:times AS timestamptz[]), CAST(:unspent AS int[]))
         AS r(id, state, gateway, ref, error, not_before, unspent)
    WHERE m.id = r.id AND (r.state = 'sent' OR (m.state = 'sending' AND m.leased_by = :token))
""")

# A message whose worker vanishes every time may be what kills it: after ten times it is set aside for a person to see.
TAKE_BACK = text("""
    UPDATE message
    SET state = CASE WHEN dropped >= 9 THEN 'failed' ELSE 'queued' END, dropped = dropped + 1,
        error = CASE WHEN dropped >= 9 THEN 'dropped' ELSE error END, lease_until = NULL, leased_by = NULL
    WHERE id IN (
        SELECT id FROM message WHERE state = 'sending' AND lease_until <= clock_timestamp() FOR UPDATE SKIP LOCKED
    )
""")

EXPIRE = text("""
    UPDATE message SET state = 'expired', settled_at = :now, lease_until = NULL, leased_by = NULL, error = 'expired',
                       recipient_sealed = NULL, subject_sealed = NULL, body_sealed = NULL
    WHERE id IN (
        SELECT id FROM message WHERE expires_at <= :now AND state IN ('queued', 'sending') FOR UPDATE SKIP LOCKED
    )
""")

ANY_DUE = text("""
    SELECT EXISTS (SELECT FROM message WHERE state = 'queued' AND priority = 0 AND not_before <= :now)
        OR EXISTS (SELECT FROM message WHERE state = 'queued' AND priority = 5 AND not_before <= :now)
        OR EXISTS (SELECT FROM message WHERE state = 'sending' AND lease_until <= clock_timestamp())
        OR EXISTS (SELECT FROM message WHERE expires_at <= :now AND state IN ('queued', 'sending'))
""")


@dataclass(frozen=True)
class Outcome:
    """What became of one claimed message. `unspent` 1: it was never tried and keeps its attempt."""

    id: uuid.UUID
    state: State
    not_before: datetime
    gateway: str | None
    ref: str | None = None
    error: str | None = None
    unspent: int = 0


@dataclass(frozen=True)
class Terms:
    """Of one claim: whose it is, for how many seconds, at most how many, and which gateways may be asked.

    New SMS get the gateway `pick` and keep it; one of a gateway that is `known` but not `open` waits for it.
    """

    token: uuid.UUID
    lease: int
    most: int
    known: Sequence[str]
    open: Sequence[str]
    pick: str


def claim(priority: int, terms: Terms) -> list[Row[Any]]:
    """Lease due messages of one priority, longest due first, and commit."""
    values = {**vars(terms), "known": list(terms.known), "open": list(terms.open)}
    with transaction():
        return list(db.session.execute(CLAIM, {**values, "priority": priority, "now": now()}))


def record(token: uuid.UUID, outcomes: Sequence[Outcome]) -> None:
    """Write the results of a batch in one statement and commit."""
    with transaction():
        db.session.execute(
            RECORD,
            {
                "token": token,
                "now": now(),
                "ids": [each.id for each in outcomes],
                "states": [str(each.state) for each in outcomes],
                "gateways": [each.gateway for each in outcomes],
                "refs": [each.ref for each in outcomes],
                "errors": [each.error for each in outcomes],
                "times": [each.not_before for each in outcomes],
                "unspent": [each.unspent for each in outcomes],
            },
        )


def take_back() -> None:
    """Queue what a dead worker held (under its old gateway, which may have it), and wipe codes whose time is over."""
    with transaction():
        db.session.execute(TAKE_BACK)
        db.session.execute(EXPIRE, {"now": now()})


def any_due() -> bool:
    """Whether a drain would find something to do: one SELECT over partial indexes."""
    return bool(db.session.execute(ANY_DUE, {"now": now()}).scalar())
