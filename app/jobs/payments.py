"""Money: asking the gateway about trips, refunds, and the comparison of books."""

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta

from app.calendars.clock import now
from app.cases import billing, reconciling, refunding
from app.extensions import db, transaction
from app.jobs.context import job
from app.payments import attempts, refunds
from app.payments.gateways.base import GatewayAway

log = logging.getLogger(__name__)
YOUNG = timedelta(days=1)


@job
def verify(attempt_id: str | None = None) -> None:
    """One trip; without an id (the sweep's bell) everything that is due."""
    _each(billing.verify, (uuid.UUID(attempt_id),) if attempt_id else attempts.due())


@job
def refund(refund_id: str | None = None) -> None:
    """Give back what two officers confirmed."""
    _each(refunding.send, (uuid.UUID(refund_id),) if refund_id else refunds.due())


@job
def ask_again() -> None:
    """Every 15 minutes: trips of the last day that brought no money are asked about, whatever we have heard."""
    with transaction():
        attempts.hurry_unsettled(now() - YOUNG)
    _each(billing.verify, attempts.due())


@job
def reconcile() -> None:
    """Daily: the gateway's statement against our books."""
    reconciling.reconcile()


def _each(act: Callable[[uuid.UUID], object], ids: Iterable[uuid.UUID]) -> None:
    """One that fails does not keep the others from their turn; its fault is raised when all had theirs."""
    fault: Exception | None = None
    db.session.rollback()
    for each in ids:
        try:
            act(each)
        except GatewayAway as away:
            db.session.rollback()
            log.warning("payment gateway away: %s", away.code)
            return
        except Exception as wrong:
            db.session.rollback()
            log.error("payment %s failed: %s", each, type(wrong).__name__)
            fault = wrong
    if fault is not None:
        raise fault
