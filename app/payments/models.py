"""Bills, attempts, the money that arrived, and receipts. Amounts are whole minor units."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base, at_column, id_column
from app.payments.states import AttemptState, BillState


class Bill(Base):
    """A demand for the fees of a case; at most one open at a time. `lines`: code, count, each, minor, label."""

    __tablename__ = "bill"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("state IN ('open', 'paid', 'void')", name="state"),
        Index("uq_bill_open", "case_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_bill_case_id", "case_id"),
        Index("ix_bill_person", "person_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = id_column()
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    agency: Mapped[str] = mapped_column(String(60))
    service: Mapped[str] = mapped_column(String(60))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(10), default=BillState.OPEN)
    created_at: Mapped[datetime] = at_column()
    settled_at: Mapped[datetime | None]


class Attempt(Base):
    """One trip to the gateway. Its id is our reference there; at most one of a bill is under way.

    `check_at`: when the gateway is asked next; None when nothing more is expected of it.
    """

    __tablename__ = "payment_attempt"
    __table_args__ = (
        CheckConstraint("state IN ('starting', 'live', 'paid', 'ended')", name="state"),
        UniqueConstraint("gateway", "gateway_ref"),
        Index(
            "uq_payment_attempt_live",
            "bill_id",
            unique=True,
            postgresql_where=text("state IN ('starting', 'live')"),
        ),
        Index("ix_payment_attempt_bill_id", "bill_id"),
        Index("ix_payment_attempt_due", "check_at", postgresql_where=text("check_at IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = id_column()
    bill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bill.id"))
    gateway: Mapped[str] = mapped_column(String(20))
    gateway_ref: Mapped[str | None] = mapped_column(String(80))
    pay_url: Mapped[str | None] = mapped_column(String(500))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(2), default="ar")
    state: Mapped[str] = mapped_column(String(10), default=AttemptState.STARTING)
    ended_as: Mapped[str | None] = mapped_column(String(20))
    declined: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[datetime] = at_column()
    checked_at: Mapped[datetime | None]
    check_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    bill: Mapped[Bill] = relationship()


class Money(Base):
    """One amount that arrived, at the gateway or at a counter, recorded once. The books are these rows.

    `gateway_ref`: the gateway's own number of the payment; at a counter ours.
    """

    __tablename__ = "money"
    __table_args__ = (
        UniqueConstraint("gateway", "gateway_ref"),
        Index("uq_money_settles", "bill_id", unique=True, postgresql_where=text("fate = 'settles'")),
        Index("ix_money_bill_id", "bill_id"),
        Index("ix_money_paid_at", "paid_at"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    id: Mapped[uuid.UUID] = id_column()
    bill_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("bill.id"))
    attempt_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("payment_attempt.id"))
    cash_day_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cash_day.id"))
    gateway: Mapped[str] = mapped_column(String(20))
    gateway_ref: Mapped[str] = mapped_column(String(80))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    method: Mapped[str] = mapped_column(String(20))
    brand: Mapped[str] = mapped_column(String(20), default="")
    last4: Mapped[str] = mapped_column(String(4), default="")
    fate: Mapped[str] = mapped_column(String(20))
    paid_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = at_column()


class Receipt(Base):
    """Proof of a payment that settled a bill. Numbers run without a gap within a year."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("year", "serial"),
        UniqueConstraint("money_id"),
        UniqueConstraint("code"),
        Index("ix_receipt_case_id", "case_id"),
    )

    id: Mapped[uuid.UUID] = id_column()
    money_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("money.id"))
    bill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bill.id"))
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"))
    year: Mapped[int] = mapped_column(Integer)
    serial: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(12))
    issued_at: Mapped[datetime] = at_column()
    refunded_at: Mapped[datetime | None]

    money: Mapped[Money] = relationship()
    bill: Mapped[Bill] = relationship()

    @property
    def number(self) -> str:
        """As printed: RC-2026-000123."""
        return f"RC-{self.year}-{self.serial:06d}"


class ReceiptCounter(Base):
    """The last receipt number of a year; locked while the next is taken, last in its transaction."""

    __tablename__ = "receipt_counter"

    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer, default=0)


class GatewayEvent(Base):
    """A call-back that came, by the gateway's own id of it. A repetition only counts up."""

    __tablename__ = "gateway_event"

    gateway: Mapped[str] = mapped_column(String(20), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    attempt_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("payment_attempt.id"))
    times: Mapped[int] = mapped_column(Integer, default=1)
    received_at: Mapped[datetime] = at_column()
