"""The books: each amount that arrived is written down once, with what it is good for."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.extensions import db
from app.payments import refunds
from app.payments.gateways.base import Charge, Invoice
from app.payments.models import Attempt, Bill, Money
from app.payments.return_models import Refund
from app.payments.states import BillState, Fate


def enter(
    charge: Charge,
    *,
    gateway: str,
    fate: Fate,
    bill: Bill | None = None,
    attempt: Attempt | None = None,
    cash_day_id: uuid.UUID | None = None,
) -> Money | None:
    """Write an amount down; None when it was written down before."""
    row = insert(Money).values(
        id=uuid.uuid4(),
        bill_id=bill.id if bill else None,
        attempt_id=attempt.id if attempt else None,
        cash_day_id=cash_day_id,
        gateway=gateway,
        gateway_ref=charge.ref,
        amount=charge.amount,
        currency=charge.currency,
        method=charge.method,
        brand=charge.brand,
        last4=charge.last4,
        fate=fate,
        paid_at=charge.paid_at,
    )
    fresh = row.on_conflict_do_nothing(index_elements=["gateway", "gateway_ref"]).returning(Money)
    return db.session.scalars(fresh).one_or_none()


def is_known(gateway: str, ref: str) -> bool:
    return db.session.scalar(select(Money.id).where(Money.gateway == gateway, Money.gateway_ref == ref)) is not None


def fate_of(charge: Charge, invoice: Invoice, bill: Bill, attempt: Attempt, *, due_at: datetime | None) -> Fate:
    """What money is good for: reference, currency and amount must equal what was asked, and it must be in time.

    In time is what the gateway says was paid before `due_at`, however late we hear of it.
    """
    if invoice.reference != str(attempt.id):
        return Fate.UNMATCHED
    if charge.currency != bill.currency:
        return Fate.WRONG_CURRENCY
    if charge.amount != bill.amount or charge.refunded:
        # Also what somebody gave back at the gateway before we heard of it: not all of it is ours any more.
        return Fate.WRONG_AMOUNT
    if bill.state == BillState.PAID:
        return Fate.DOUBLE
    if bill.state == BillState.VOID or (due_at is not None and charge.paid_at >= due_at):
        return Fate.LATE
    return Fate.SETTLES


def queue_refund(money: Money, cause: str, *, case_id: uuid.UUID | None, agency: str | None) -> Refund:
    """Put an amount on the way back; it waits for two officers. Once for an amount."""
    known = db.session.scalar(select(Refund.id).where(Refund.money_id == money.id))
    if known is not None:
        return refunds.owed_for(refunds.locked(known), cause)
    refund = Refund(
        id=uuid.uuid4(), money_id=money.id, case_id=case_id, agency=agency, cause=cause, amount=money.amount,
        currency=money.currency,
    )  # fmt: skip
    db.session.add(refund)
    db.session.flush()
    return refund


def settling_money(bill_id: uuid.UUID) -> Money | None:
    """The money that paid a bill."""
    return db.session.scalar(select(Money).where(Money.bill_id == bill_id, Money.fate == Fate.SETTLES))
