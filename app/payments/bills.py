"""Bills: issuing, finding, ending. The case is locked by the caller; the bill's own row after it, never before."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.calendars.clock import now
from app.extensions import db
from app.payments.errors import BillNotFound
from app.payments.models import Bill
from app.payments.states import BillState


def issue(case_id: uuid.UUID, person_id: uuid.UUID, lines: list[dict[str, Any]], **more: str) -> Bill:
    """A new bill of a case; `more`: agency, service, currency. At most one is open: the database says so."""
    bill = Bill(case_id=case_id, person_id=person_id, lines=lines, amount=sum(line["minor"] for line in lines), **more)
    db.session.add(bill)
    db.session.flush()
    return bill


def open_bill(case_id: uuid.UUID) -> Bill | None:
    return db.session.scalar(select(Bill).where(Bill.case_id == case_id, Bill.state == BillState.OPEN))


def newest_bill(case_id: uuid.UUID) -> Bill | None:
    return db.session.scalar(select(Bill).where(Bill.case_id == case_id).order_by(Bill.created_at.desc()).limit(1))


def locked(bill_id: uuid.UUID) -> Bill:
    """The bill with its row locked, as it is now. Raises BillNotFound."""
    bill = db.session.scalar(
        select(Bill).where(Bill.id == bill_id).with_for_update().execution_options(populate_existing=True)
    )
    if bill is None:
        raise BillNotFound
    return bill


def bill_of(bill_id: uuid.UUID, person_id: uuid.UUID) -> Bill:
    """A person's own bill. Raises BillNotFound, the same for none and for another's."""
    bill = db.session.scalar(select(Bill).where(Bill.id == bill_id, Bill.person_id == person_id))
    if bill is None:
        raise BillNotFound
    return bill


def bills_of(person_id: uuid.UUID, limit: int = 50) -> Sequence[Bill]:
    """A person's bills, the newest first."""
    rows = select(Bill).where(Bill.person_id == person_id).order_by(Bill.created_at.desc()).limit(limit)
    return db.session.scalars(rows).all()


def bills_of_case(case_id: uuid.UUID) -> Sequence[Bill]:
    """Every bill of a case, in their order."""
    return db.session.scalars(select(Bill).where(Bill.case_id == case_id).order_by(Bill.created_at)).all()


def void(bill: Bill) -> None:
    bill.state, bill.settled_at = BillState.VOID, now()
    db.session.flush()
