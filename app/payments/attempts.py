"""Trips to the gateway: begun as a row before anybody leaves, checked until the gateway has said how they ended.

`check_at` is the only timetable: a call-back, a return and the calendar all come down to asking the gateway now.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select, update

from app.calendars.clock import now
from app.extensions import db, ring_on_commit
from app.payments.gateways.base import Invoice
from app.payments.models import Attempt, Bill
from app.payments.states import UNDER_WAY, AttemptState

# Longer than any call to the gateway takes: whoever holds a check past it is dead.
LEASE = timedelta(seconds=60)
SOON, YOUNG, OLD = timedelta(minutes=2), timedelta(minutes=15), timedelta(days=1)
# How long an ended trip is still asked about: success wins over an earlier failure.
AFTERWARDS = timedelta(days=3)
PATIENCE = timedelta(seconds=2)
BATCH = 200


def live_attempt(bill_id: uuid.UUID) -> Attempt | None:
    """The one trip of a bill that is under way."""
    return db.session.scalar(select(Attempt).where(Attempt.bill_id == bill_id, Attempt.state.in_(UNDER_WAY)))


def newest_attempt(bill_id: uuid.UUID) -> Attempt | None:
    wanted = select(Attempt).where(Attempt.bill_id == bill_id).order_by(Attempt.started_at.desc()).limit(1)
    return db.session.scalar(wanted)


def begin(bill: Bill, gateway: str, language: str) -> Attempt:
    """A new trip of a locked bill that has none under way. Asked about soon, should its beginning get lost."""
    attempt = Attempt(
        id=uuid.uuid4(),
        bill_id=bill.id,
        gateway=gateway,
        amount=bill.amount,
        currency=bill.currency,
        language=language,
        state=AttemptState.STARTING,
        check_at=now() + LEASE,
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def opened(attempt: Attempt, invoice: Invoice) -> None:
    """The gateway has the invoice: the person may go there."""
    attempt.gateway_ref, attempt.pay_url = invoice.ref, invoice.url[:500]
    if attempt.state == AttemptState.STARTING:
        attempt.state, attempt.check_at = AttemptState.LIVE, now() + SOON


def end(attempt: Attempt, cause: str) -> None:
    """No money is expected of this trip any more; the gateway is asked once more, and closes its page."""
    if attempt.state in UNDER_WAY:
        attempt.state, attempt.ended_as, attempt.ended_at = AttemptState.ENDED, cause, now()
    hurry(attempt)


def hurry(attempt: Attempt) -> None:
    """Ask the gateway at the next opportunity, which the bell makes now."""
    attempt.check_at = now()
    ring_on_commit("payments", str(attempt.id))


def ring(attempt_id: uuid.UUID) -> None:
    """Wake the check of one trip; harmless when it is not due, and found by the sweep when the bell is lost."""
    bell = current_app.extensions.get("ring")
    if bell is not None:
        bell(("payments", str(attempt_id)))


def next_check(attempt: Attempt, *, settled: bool) -> datetime | None:
    """When to ask again. `settled`: the gateway can take no more money on it."""
    if attempt.state in UNDER_WAY:
        # However old the trip: money whose call-back was lost is found within a quarter of an hour.
        return now() + (SOON if now() - attempt.started_at < 5 * SOON else YOUNG)
    since = attempt.ended_at or attempt.started_at
    if settled and attempt.state == AttemptState.PAID or now() - since > AFTERWARDS:
        return None
    return now() + (OLD if settled else YOUNG)


def claim(attempt_id: uuid.UUID) -> Attempt | None:
    """Take the check of one trip upon us, if it is due and nobody else has it. The caller commits before asking.

    A trip under way may be asked about before its time, since a person waits for the answer, but not every moment.
    """
    waited_for = Attempt.state.in_(UNDER_WAY) & func.coalesce(Attempt.checked_at < now() - PATIENCE, True)
    attempt = db.session.scalar(
        select(Attempt)
        .where(Attempt.id == attempt_id, Attempt.check_at.is_not(None), (Attempt.check_at <= now()) | waited_for)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if attempt is not None:
        attempt.check_at = now() + LEASE
        db.session.flush()
    return attempt


def due(limit: int = BATCH) -> Sequence[uuid.UUID]:
    """Trips whose check has come, the longest waiting first."""
    rows = select(Attempt.id).where(Attempt.check_at <= now()).order_by(Attempt.check_at).limit(limit)
    return db.session.scalars(rows).all()


def any_due() -> bool:
    return bool(due(1))


def hurry_unsettled(since: datetime) -> None:
    """Every trip begun since then that brought no money is due now: the round that finds lost call-backs."""
    db.session.execute(
        update(Attempt)
        .where(Attempt.started_at >= since, Attempt.state != AttemptState.PAID, Attempt.gateway_ref.is_not(None))
        .where((Attempt.check_at.is_(None)) | (Attempt.check_at > now() + LEASE))
        .values(check_at=now())
    )


def find_attempt(gateway: str, ref: str, reference: str) -> Attempt | None:
    """The trip a call-back speaks of: by the gateway's number, else by ours."""
    known = select(Attempt).where(Attempt.gateway == gateway, Attempt.gateway_ref == ref)
    found = db.session.scalar(known) if ref else None
    if found is None and reference:
        try:
            found = db.session.get(Attempt, uuid.UUID(reference))
        except ValueError:
            return None
    return found
