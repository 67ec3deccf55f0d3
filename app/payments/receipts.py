"""Receipts: a number of their own, without gaps, and a code under which anybody who holds it may read the receipt."""

import uuid
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.calendars.clock import now
from app.extensions import db
from app.kit.codes import new_code
from app.payments.models import Bill, Money, Receipt, ReceiptCounter


def issue(bill: Bill, money: Money, zone: ZoneInfo) -> Receipt:
    """The receipt of a payment that settled a bill. Takes the number last: its counter stays locked until the end."""
    at = now()
    year = at.astimezone(zone).year
    taken = insert(ReceiptCounter).values(year=year, last=1)
    serial = db.session.scalar(
        taken.on_conflict_do_update(index_elements=["year"], set_={"last": ReceiptCounter.last + 1}).returning(
            ReceiptCounter.last
        )
    )
    receipt = Receipt(
        id=uuid.uuid4(), money_id=money.id, bill_id=bill.id, case_id=bill.case_id, year=year, serial=serial,
        code=new_code(), issued_at=at,
    )  # fmt: skip
    db.session.add(receipt)
    db.session.flush()
    return receipt


def find_receipt(code: str) -> Receipt | None:
    """By the code of its link (cleaned), with bill and money."""
    return db.session.scalar(_whole().where(Receipt.code == code))


def receipt_of_bill(bill_id: uuid.UUID) -> Receipt | None:
    return db.session.scalar(_whole().where(Receipt.bill_id == bill_id))


def receipt_of_money(money_id: uuid.UUID) -> Receipt | None:
    return db.session.scalar(_whole().where(Receipt.money_id == money_id))


def receipts_of_case(case_id: uuid.UUID) -> Sequence[Receipt]:
    """All receipts of a case, the newest first."""
    return db.session.scalars(_whole().where(Receipt.case_id == case_id).order_by(Receipt.issued_at.desc())).all()


def _whole() -> Select[Receipt]:
    return select(Receipt).options(joinedload(Receipt.money), joinedload(Receipt.bill))
