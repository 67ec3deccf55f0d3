"""Giving money back: opened by whoever finds that it is not ours, proposed by one officer, confirmed by another."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.calendars.clock import now
from app.extensions import db, ring_on_commit
from app.kit.errors import NotFound
from app.payments.errors import RefundMoved, SecondOfficer
from app.payments.return_models import Refund
from app.payments.states import COUNTER, RefundState

LEASE = timedelta(minutes=2)
MOST_TRIES = 12
BATCH = 100


@dataclass(frozen=True)
class Officer:
    """Who decides, as far as this room needs to know. `key`: the HMAC of the identity number, None where unknown."""

    staff_id: uuid.UUID
    key: bytes | None = None


def locked(refund_id: uuid.UUID) -> Refund:
    """Raises NotFound."""
    wanted = select(Refund).where(Refund.id == refund_id).with_for_update(of=Refund)
    refund = db.session.scalar(wanted.execution_options(populate_existing=True))
    if refund is None:
        raise NotFound
    return refund


def propose(refund: Refund, by: Officer, note: str) -> None:
    """The first officer has looked at it, also at one that was set aside. Raises RefundMoved."""
    if refund.state not in (RefundState.OPEN, RefundState.SET_ASIDE):
        raise RefundMoved
    refund.state, refund.note, refund.failure = RefundState.PROPOSED, note[:500], None
    refund.proposed_by_id, refund.proposed_key, refund.proposed_at = by.staff_id, by.key, now()
    refund.confirmed_by_id, refund.confirmed_key, refund.confirmed_at = None, None, None
    db.session.flush()


def send_back(refund: Refund, by: Officer) -> None:
    """The second officer wants the first to look again. Raises RefundMoved."""
    if refund.state != RefundState.PROPOSED:
        raise RefundMoved
    refund.state, refund.proposed_by_id, refund.proposed_key, refund.proposed_at = RefundState.OPEN, None, None, None
    db.session.flush()


def is_proposer(refund: Refund, by: Officer) -> bool:
    return by.staff_id == refund.proposed_by_id or (by.key is not None and by.key == refund.proposed_key)


def confirm(refund: Refund, by: Officer) -> None:
    """The second officer agrees; the money goes on its way. Raises RefundMoved, SecondOfficer."""
    if refund.state != RefundState.PROPOSED:
        raise RefundMoved
    if is_proposer(refund, by):
        raise SecondOfficer
    refund.state = RefundState.CONFIRMED
    refund.confirmed_by_id, refund.confirmed_key, refund.confirmed_at = by.staff_id, by.key, now()
    # Cash goes back over the counter, by the hands of a cashier.
    refund.due_at = None if refund.money.gateway == COUNTER else now()
    refund.tries = 0
    db.session.flush()
    if refund.due_at is not None:
        ring_on_commit("refunds", str(refund.id))


def claim(refund_id: uuid.UUID) -> Refund | None:
    """Take one confirmed refund upon us if it is due and nobody else has it."""
    refund = db.session.scalar(
        select(Refund)
        .where(Refund.id == refund_id, Refund.state == RefundState.CONFIRMED, Refund.due_at <= now())
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if refund is not None:
        refund.due_at, refund.tries = now() + LEASE * 2 ** min(refund.tries, 8), refund.tries + 1
        db.session.flush()
    return refund


def done(refund: Refund) -> None:
    refund.state, refund.done_at, refund.due_at, refund.failure = RefundState.DONE, now(), None, None
    db.session.flush()


def failed(refund: Refund, code: str) -> None:
    """The gateway said no: somebody has to look at it, and may confirm it again."""
    refund.state, refund.failure, refund.due_at = RefundState.FAILED, code, None
    db.session.flush()


def again(refund: Refund) -> None:
    """Try a failed one once more. The two officers have confirmed it; only the gateway refused."""
    if refund.state != RefundState.FAILED:
        raise RefundMoved
    refund.state, refund.due_at, refund.tries = RefundState.CONFIRMED, now(), 0
    db.session.flush()
    ring_on_commit("refunds", str(refund.id))


def may_set_aside(refund: Refund) -> bool:
    """Somebody has looked at it, and no money is on its way: what the gateway was told to return is not held back."""
    at_counter = refund.state == RefundState.CONFIRMED and refund.money.gateway == COUNTER
    return at_counter or refund.state in (RefundState.PROPOSED, RefundState.FAILED)


def set_aside(refund: Refund, by: Officer, reason: str) -> None:
    """Nothing is given back after all. Two have looked at it then: raises SecondOfficer, and RefundMoved."""
    if not may_set_aside(refund):
        raise RefundMoved
    if is_proposer(refund, by):
        raise SecondOfficer
    _end(refund, by, reason)


def withdraw(refund: Refund, by: Officer, reason: str, *, ends: bool) -> None:
    """The proposer takes his word back. `ends`: nobody is owed anything then; else another may propose it.

    Raises RefundMoved, also for somebody else's proposal.
    """
    if refund.state != RefundState.PROPOSED or not is_proposer(refund, by):
        raise RefundMoved
    if ends:
        _end(refund, by, reason)
    else:
        send_back(refund, by)
        refund.note = reason[:500]


def _end(refund: Refund, by: Officer, reason: str) -> None:
    refund.state, refund.due_at = RefundState.SET_ASIDE, None
    refund.set_aside_by_id, refund.set_aside_key, refund.set_aside_at = by.staff_id, by.key, now()
    refund.set_aside_reason = reason[:500]
    db.session.flush()


def owed_for(refund: Refund, cause: str) -> Refund:
    """The same amount is to go back for another cause: what was decided about the first one does not hold it back."""
    if refund.state != RefundState.DONE and refund.cause != cause:
        refund.cause = cause
        if refund.state == RefundState.SET_ASIDE:
            refund.state = RefundState.OPEN
            refund.proposed_by_id, refund.proposed_key, refund.proposed_at = None, None, None
            refund.confirmed_by_id, refund.confirmed_key, refund.confirmed_at = None, None, None
        db.session.flush()
    return refund


def due() -> Sequence[uuid.UUID]:
    rows = select(Refund.id).where(Refund.state == RefundState.CONFIRMED, Refund.due_at <= now())
    return db.session.scalars(rows.order_by(Refund.due_at).limit(BATCH)).all()


def any_due() -> bool:
    return bool(due())


def waiting(within: ColumnElement[bool], *, page: int, size: int) -> Sequence[Refund]:
    """The queue narrowed to `within`, the oldest first, what has ended last; one more than `size` for a next page."""
    query = select(Refund).options(joinedload(Refund.money)).where(within)
    ordered = query.order_by(Refund.state.in_((RefundState.DONE, RefundState.SET_ASIDE)), Refund.opened_at, Refund.id)
    return db.session.scalars(ordered.limit(size + 1).offset((page - 1) * size)).all()
