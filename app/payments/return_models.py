"""Money on its way back, the cashier's day, and what the reconciliation found."""

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base, at_column, id_column
from app.payments.models import Money
from app.payments.states import RefundState


class Refund(Base):
    """One amount to be given back. Two officers, never the same person: the database refuses it too.

    Two of them also set it aside. Only a client's change of mind is taken back by whoever wrote it down.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint(
            "confirmed_by_id IS NULL OR (proposed_by_id IS NOT NULL AND confirmed_by_id <> proposed_by_id)",
            name="two_officers",
        ),
        CheckConstraint("confirmed_key IS NULL OR confirmed_key <> proposed_key", name="two_persons"),
        CheckConstraint("state <> 'done' OR confirmed_by_id IS NOT NULL", name="done_when_confirmed"),
        CheckConstraint(
            "state <> 'set_aside' OR (set_aside_by_id IS NOT NULL AND set_aside_reason <> '')",
            name="set_aside_with_reason",
        ),
        CheckConstraint(
            "state <> 'set_aside' OR (proposed_by_id IS NOT NULL AND (cause = 'changed_mind' OR "
            "(set_aside_by_id <> proposed_by_id AND (set_aside_key IS NULL OR set_aside_key <> proposed_key))))",
            name="set_aside_by_two",
        ),
        Index("uq_refund_money", "money_id", unique=True),
        Index("ix_refund_waiting", "opened_at", postgresql_where=text("state <> 'done'")),
        Index("ix_refund_due", "due_at", postgresql_where=text("state = 'confirmed'")),
    )

    id: Mapped[uuid.UUID] = id_column()
    money_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("money.id"))
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case.id"))
    agency: Mapped[str | None] = mapped_column(String(60))
    cause: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(10), default=RefundState.OPEN)
    note: Mapped[str] = mapped_column(String(500), default="")
    opened_at: Mapped[datetime] = at_column()
    proposed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    proposed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    proposed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    failure: Mapped[str | None] = mapped_column(String(40))
    done_at: Mapped[datetime | None]
    set_aside_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    set_aside_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    set_aside_at: Mapped[datetime | None]
    set_aside_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")

    money: Mapped[Money] = relationship()


class CashDay(Base):
    """One cashier's till from opening to closing. `expected` is what the entries say, `counted` what lay in it."""

    __tablename__ = "cash_day"
    __table_args__ = (
        Index("uq_cash_day_open", "staff_id", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_cash_day_agency", "agency", "on_day"),
    )

    id: Mapped[uuid.UUID] = id_column()
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    agency: Mapped[str] = mapped_column(String(60))
    office: Mapped[str] = mapped_column(String(60), default="")
    currency: Mapped[str] = mapped_column(String(3))
    on_day: Mapped[date]
    opened_at: Mapped[datetime] = at_column()
    closed_at: Mapped[datetime | None]
    expected: Mapped[int | None] = mapped_column(BigInteger)
    counted: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(500), default="")


class CashEntry(Base):
    """One movement of a till: money taken (positive) or given back (negative). Only added, never changed."""

    __tablename__ = "cash_entry"
    __table_args__ = (Index("ix_cash_entry_day", "cash_day_id", "at"),)

    id: Mapped[uuid.UUID] = id_column()
    cash_day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cash_day.id"))
    money_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("money.id"))
    method: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = at_column()

    money: Mapped[Money] = relationship()


class Reconciliation(Base):
    """What one daily comparison with the gateway's statement found; all numbers 0 but the totals when books agree."""

    __tablename__ = "reconciliation"

    id: Mapped[uuid.UUID] = id_column()
    gateway: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]
    ran_at: Mapped[datetime] = at_column()
    theirs: Mapped[int] = mapped_column(BigInteger)
    ours: Mapped[int] = mapped_column(BigInteger)
    found: Mapped[int] = mapped_column(Integer, default=0)
    unmatched: Mapped[int] = mapped_column(Integer, default=0)
    missing: Mapped[int] = mapped_column(Integer, default=0)
