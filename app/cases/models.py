"""The case, its stages' past, and the numbers it is known by."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.numbered import Numbered
from app.extensions import Base, at_column, id_column
from app.identity.models import Person, Staff
from app.kit.workflow import FIRST_PERSON, SECOND_PERSON


def _named(steps: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in steps)


# 1 and 2: the two people of a service with two approvals; NULL for every other step.
PART = f"CASE WHEN step IN ({_named(FIRST_PERSON)}) THEN 1 WHEN step IN ({_named(SECOND_PERSON)}) THEN 2 END"


class Declaration(Base):
    """A version of a declared service with its labels; old cases print as they were filed."""

    __tablename__ = "declaration"

    service: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[str] = mapped_column(String(12), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    first_used_at: Mapped[datetime] = at_column()


class Case(Numbered, Base):
    """One request of one person for one service. `stage` changes in one function only (app/cases/steps.py)."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("year", "serial"),
        UniqueConstraint("agency", "transaction_year", "transaction_number"),
        CheckConstraint("(transaction_number IS NULL) = (transaction_year IS NULL)", name="transaction_whole"),
        Index("ix_case_applicant_filed", "applicant_id", "filed_at"),
        Index("ix_case_open", "agency", "service", "filed_at", postgresql_where=text("closed_at IS NULL")),
        Index(
            "ix_case_queue",
            "agency",
            text("comes_first DESC"),
            "target_at",
            "filed_at",
            "id",
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_case_same", "same_key", postgresql_where=text("closed_at IS NULL AND same_key IS NOT NULL")),
        Index("ix_case_service_closed", "service", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
        Index("ix_case_closed", "agency", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
        Index("ix_case_assignee", "assignee_id", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = id_column()
    year: Mapped[int] = mapped_column(Integer)
    serial: Mapped[int] = mapped_column(Integer)
    service: Mapped[str] = mapped_column(String(60))
    agency: Mapped[str] = mapped_column(String(60))
    office: Mapped[str] = mapped_column(String(60))
    department: Mapped[str | None] = mapped_column(String(60))
    declaration_version: Mapped[str] = mapped_column(String(12))
    applicant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    beneficiary_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    filed_by_staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    channel: Mapped[str] = mapped_column(String(20), default="portal")
    language: Mapped[str] = mapped_column(String(2), default="ar")
    stage: Mapped[str] = mapped_column(String(40))
    # Two versions: staff compare the first; the second moves only with what the citizen may see, so that his pages do
    # not betray a hidden step.
    version: Mapped[int] = mapped_column(Integer, default=1)
    public_version: Mapped[int] = mapped_column(Integer, default=1)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    transaction_number: Mapped[str | None] = mapped_column(String(20))
    transaction_year: Mapped[int | None] = mapped_column(Integer)
    filed_at: Mapped[datetime] = at_column()
    touched_at: Mapped[datetime] = at_column()
    # When the open deadline `target` is due. A trigger keeps it, from the rows of deadlines, for the order of a queue.
    target_at: Mapped[datetime | None] = mapped_column(deferred=True)
    # By its answers; and whether it stands at the top of the queue, which it leaves once it is decided.
    is_urgent: Mapped[bool] = mapped_column(default=False, server_default="false")
    comes_first: Mapped[bool] = mapped_column(
        Computed("is_urgent AND target_at IS NOT NULL", persisted=True), deferred=True
    )
    # Finds other requests about the same thing (`Service.one_open_by`) without telling what it is.
    same_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(40))
    # Days from filing to the end (or to the decision that asks for the fee), without the time waiting for the citizen.
    spent_days: Mapped[float | None]
    copied_from_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case.id"))

    applicant: Mapped[Person] = relationship(foreign_keys=[applicant_id], lazy="joined", innerjoin=True)
    assignee: Mapped[Staff | None] = relationship(foreign_keys=[assignee_id])


class History(Base):
    """Append-only, chained per case. The hash covers the digest of the words; the words lie in `history_text`."""

    __tablename__ = "history"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        CheckConstraint("seq >= 1", name="seq_positive"),
        Index("ix_history_at", "at"),
        # Four eyes, whatever the application believes: one identity never stands on both sides of a case.
        CheckConstraint("part IS NULL OR actor_key IS NOT NULL", name="part_known"),
        ExcludeConstraint(
            ("case_id", "="),
            ("actor_key", "="),
            ("part", "<>"),
            name="ex_history_four_eyes",
            using="gist",
            where=text("part IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = id_column()
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(40))
    from_stage: Mapped[str] = mapped_column(String(40))
    to_stage: Mapped[str] = mapped_column(String(40))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_person_id: Mapped[uuid.UUID | None]
    actor_staff_id: Mapped[uuid.UUID | None]
    actor_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    acting_for: Mapped[uuid.UUID | None]
    hidden: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = at_column()
    digest: Mapped[str] = mapped_column(String(64))
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    part: Mapped[int | None] = mapped_column(SmallInteger, Computed(PART, persisted=True))

    words: Mapped["HistoryText | None"] = relationship(back_populates="history", lazy="joined")


class HistoryText(Base):
    """What was said with a step: reason codes, note, parameters. Retention may blank it; the chain then still holds."""

    __tablename__ = "history_text"

    history_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("history.id"), primary_key=True)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    history: Mapped[History] = relationship(back_populates="words")


class Deadline(Base):
    """A due time with what the clock does after it. Reminders are rows too. One open per (case, kind).

    `state`: open, met, fired, void (its step is no longer of the case's stage) or failed (set aside after too many
    failures). `retry_at`: the clock tries again not before; when it is due stays as it was.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        Index("uq_deadline_open", "case_id", "kind", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_deadline_case", "case_id", "kind"),
        Index(
            "ix_deadline_due",
            "due_at",
            postgresql_where=text("state = 'open' AND (step IS NOT NULL OR notice IS NOT NULL)"),
        ),
    )

    id: Mapped[uuid.UUID] = id_column()
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(String(40))
    basis_at: Mapped[datetime]
    amount: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime]
    last_on: Mapped[date]
    step: Mapped[str | None] = mapped_column(String(40))
    notice: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="open")
    cycle: Mapped[int] = mapped_column(Integer, default=1)
    failures: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    retry_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class FormToken(Base):
    """A form that was acted on once. A double click finds the first result instead of making a second."""

    __tablename__ = "form_token"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    result: Mapped[str] = mapped_column(String(80))
    used_at: Mapped[datetime] = at_column()


class TransactionCounter(Base):
    """The last transaction number given by an agency in a Hijri year; locked while the next is taken."""

    __tablename__ = "transaction_counter"

    agency: Mapped[str] = mapped_column(String(60), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer, default=0)


class ServiceFact(Base):
    """What a service's card tells: counted by a job, so that a card costs the same with a million cases as with ten."""

    __tablename__ = "service_fact"

    service: Mapped[str] = mapped_column(String(60), primary_key=True)
    votes: Mapped[int] = mapped_column(Integer, default=0)
    average: Mapped[float | None]
    median_days: Mapped[float | None]
    p90_days: Mapped[float | None]
    counted_at: Mapped[datetime] = at_column()


class Seal(Base):
    """A seal over new audit rows and the head of every case that moved, each holding the hash of the one before."""

    __tablename__ = "seal"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = at_column()
    audit_from: Mapped[int]
    audit_to: Mapped[int]
    audit_digest: Mapped[str] = mapped_column(String(64))
    heads: Mapped[dict[str, Any]] = mapped_column(JSONB)
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
