"""The daily comparison: everything the gateway says was paid stands in our books, and nothing else does."""

import logging
import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.calendars.clock import now
from app.cases import billing
from app.extensions import db, transaction
from app.payments import attempts, books
from app.payments.gateways import gateway
from app.payments.gateways.base import Invoice
from app.payments.models import Attempt, Money
from app.payments.return_models import Reconciliation
from app.payments.states import Fate

log = logging.getLogger(__name__)
# Longer than a trip can take, so that each is compared after it has ended.
BACK = timedelta(days=35)


def reconcile(since: datetime | None = None) -> Reconciliation:
    """Compare invoice by invoice; what was missing here is entered as if it had been told. Raises GatewayAway."""
    asked_at = now()
    since = since or asked_at - BACK
    kind, theirs, found, unmatched = gateway().kind, 0, 0, 0
    refs: set[str] = set()
    for invoice in gateway().statement(since):
        for charge in invoice.paid:
            theirs += charge.amount
            refs.add(charge.ref)
        fresh = [charge for charge in invoice.paid if not _is_known(kind, charge.ref)]
        if fresh:
            found += len(fresh)
            unmatched += _take_in(kind, invoice, asked_at)
    with transaction():
        return _note(kind, since, theirs, refs, found=found, unmatched=unmatched)


def _is_known(kind: str, ref: str) -> bool:
    known = books.is_known(kind, ref)
    db.session.rollback()
    return known


def _take_in(kind: str, invoice: Invoice, asked_at: datetime) -> int:
    """Enter what an invoice brought; how many amounts belong to nothing we began."""
    with transaction():
        attempt = attempts.find_attempt(kind, invoice.ref, invoice.reference)
        if attempt is not None:
            billing.apply(attempt.id, invoice, asked_at=asked_at)
            return 0
        strays = [books.enter(charge, gateway=kind, fate=Fate.UNMATCHED) for charge in invoice.paid]
        for money in filter(None, strays):
            books.queue_refund(money, Fate.UNMATCHED, case_id=None, agency=None)
        return len(strays)


def _note(kind: str, since: datetime, theirs: int, refs: set[str], *, found: int, unmatched: int) -> Reconciliation:
    begun = Attempt.started_at >= since
    query = select(Money.gateway_ref, Money.amount).outerjoin(Attempt).where(Money.gateway == kind)
    rows = db.session.execute(query.where(begun | (Money.attempt_id.is_(None) & (Money.recorded_at >= since)))).all()
    missing = sum(row.gateway_ref not in refs for row in rows)
    if found or unmatched or missing:
        log.error(
            "books and gateway differed: %d entered late, %d of nobody, %d unknown there", found, unmatched, missing
        )
    run = Reconciliation(
        id=uuid.uuid4(), gateway=kind, since=since, theirs=theirs, ours=sum(row.amount for row in rows), found=found,
        unmatched=unmatched, missing=missing,
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    return run


def newest_run() -> Reconciliation | None:
    return db.session.scalar(select(Reconciliation).order_by(Reconciliation.ran_at.desc()).limit(1))


def total_booked(kind: str) -> int:
    """Everything that ever came in by this gateway, in minor units."""
    return int(db.session.scalar(select(func.coalesce(func.sum(Money.amount), 0)).where(Money.gateway == kind)) or 0)
