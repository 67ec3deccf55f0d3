"""What is said and asked in a case: requests to the citizen, the thread, drafts, ratings and appeals."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.cases.counter.models import CounterVisit
from app.extensions import Base, at_column, id_column
from app.vault import Sealed, SealedRow

PREPARED, OPEN, ANSWERED, ACCEPTED, WITHDRAWN, LAPSED = (
    "prepared",
    "open",
    "answered",
    "accepted",
    "withdrawn",
    "lapsed",
)
REQUEST_KINDS = ("document", "replacement", "correction", "answer")


class Draft(SealedRow, Base):
    """Answers not sent yet, kept as typed. Invisible to staff; expires with a warning."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("ix_draft_person", "person_id", "service"),
        Index("ix_draft_expires", "expires_at"),
        CheckConstraint("(visit_id IS NULL) = (who_came IS NULL)", name="counter_whole"),
    )

    id: Mapped[uuid.UUID] = id_column()
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    service: Mapped[str] = mapped_column(String(60))
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    token: Mapped[str] = mapped_column(String(64))
    copied_from_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case.id"))
    created_at: Mapped[datetime] = at_column()
    saved_at: Mapped[datetime] = at_column()
    expires_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    # A clerk's draft for the person: the visit it belongs to, and who came. Not among the person's own drafts.
    visit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(CounterVisit.id), index=True)
    who_came: Mapped[str | None] = mapped_column(String(20))

    content = Sealed("content_sealed")


class Signature(SealedRow, Base):
    """The declaration as it was ticked: when, by whom, how sure of the person, and what was shown with its hash."""

    __tablename__ = "signature"

    # One of each case, so the case's id is its own: what is sealed in it is bound to it.
    id: Mapped[uuid.UUID] = mapped_column("case_id", ForeignKey("case.id"), primary_key=True)
    case_id = synonym("id")
    signed_at: Mapped[datetime] = at_column()
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    acr: Mapped[str | None] = mapped_column(String(255))
    auth_time: Mapped[datetime | None]
    text_shown: Mapped[str] = mapped_column(Text)
    # Exactly the text that was hashed, so that the hash can be checked for as long as the case is kept.
    shown_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown_hash: Mapped[str] = mapped_column(String(64))

    shown = Sealed("shown_sealed")


class InfoRequest(SealedRow, Base):
    """One thing asked of the citizen. Prepared ones are invisible; all open ones went out as one notice."""

    __tablename__ = "info_request"
    __table_args__ = (
        Index(
            "uq_info_request_live",
            "case_id",
            "kind",
            "target",
            unique=True,
            postgresql_where=text("state IN ('prepared', 'open', 'answered')"),
        ),
        Index("ix_info_request_case", "case_id"),
        CheckConstraint("kind IN ('document', 'replacement', 'correction', 'answer')", name="kind_known"),
    )

    id: Mapped[uuid.UUID] = id_column()
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12), default=PREPARED)
    by_staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    prepared_at: Mapped[datetime] = at_column()
    opened_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reply: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    # JSON with `before` and `after`: the answer that the reply changed, as it was signed and as it is now.
    change_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    change = Sealed("change_sealed")


class ThreadEntry(Base):
    """One line of the conversation. Notices stand here too, so that nobody depends on a telephone."""

    __tablename__ = "thread_entry"
    __table_args__ = (
        Index("ix_thread_entry_case", "case_id", "at"),
        Index(
            "ix_thread_entry_unread",
            "person_id",
            postgresql_where=text("read_at IS NULL AND visible AND author_kind <> 'citizen'"),
        ),
    )

    id: Mapped[uuid.UUID] = id_column()
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = at_column()
    author_kind: Mapped[str] = mapped_column(String(10))
    author_staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    visible: Mapped[bool] = mapped_column(default=True)
    event: Mapped[str | None] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text)
    read_at: Mapped[datetime | None]
    staff_read_at: Mapped[datetime | None]


class Rating(Base):
    """One to five stars and words, one per closed case; may be changed for a while."""

    __tablename__ = "rating"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"), Index("ix_rating_service", "service"))

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(60))
    stars: Mapped[int] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = at_column()


class Appeal(Base):
    """An objection to a decision, examined by people who took no part in it. One open at a time."""

    __tablename__ = "appeal"
    __table_args__ = (
        Index("uq_appeal_open", "case_id", unique=True, postgresql_where=text("decided_at IS NULL")),
        Index("ix_appeal_case", "case_id", "at"),
    )

    id: Mapped[uuid.UUID] = id_column()
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"))
    subject: Mapped[str] = mapped_column(Text)
    grounds: Mapped[str] = mapped_column(Text)
    late_reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = at_column()
    outcome: Mapped[str | None] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))


class PageOpinion(Base):
    """«هل كانت هذه الصفحة مفيدة؟»: nobody's name, only yes or no and a few words."""

    __tablename__ = "page_opinion"

    id: Mapped[uuid.UUID] = id_column()
    service: Mapped[str] = mapped_column(String(60), index=True)
    useful: Mapped[bool]
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = at_column()
