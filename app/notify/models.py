"""Rows of the outbox: messages, what gateways reported of them, one-time codes, and how each gateway is doing."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, at_column, id_column
from app.vault import Sealed, SealedRow


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class State(StrEnum):
    """`sent`: a gateway has it. `undelivered`: the gateway says the person did not get it. `failed`: we gave up."""

    QUEUED = "queued"
    SENDING = "sending"
    FAILED = "failed"
    EXPIRED = "expired"
    SENT = "sent"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"


# A message only climbs. A receipt may thus correct our own despair (failed, expired); nothing undoes a final receipt.
RANK = {
    State.QUEUED: 0,
    State.SENDING: 1,
    State.FAILED: 2,
    State.EXPIRED: 2,
    State.SENT: 3,
    State.UNDELIVERED: 4,
    State.DELIVERED: 4,
}
TROUBLED = (State.FAILED, State.UNDELIVERED)

CODE_FIRST, NOTICE = 0, 5


class Message(SealedRow, Base):
    """One row per person, channel and event. Recipient and words are sealed; a code's words go when handed over."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("channel IN ('sms', 'email')", name="channel"),
        CheckConstraint(
            "state IN ('queued', 'sending', 'failed', 'expired', 'sent', 'undelivered', 'delivered')", name="state"
        ),
        # What the drain and the sweep look at: their cost follows what is due, not what exists.
        Index("ix_message_due", "priority", "not_before", postgresql_where=text("state = 'queued'")),
        Index("ix_message_leased", "lease_until", postgresql_where=text("state = 'sending'")),
        Index("ix_message_troubled", "case_id", postgresql_where=text("state IN ('failed', 'undelivered')")),
        Index("ix_message_settled", "settled_at", postgresql_where=text("state IN ('failed', 'undelivered')")),
        Index("ix_message_case", "case_id", "seq"),
        Index("ix_message_words", "created_at", postgresql_where=text("body_sealed IS NOT NULL")),
        Index("ix_message_ref", "gateway_ref", postgresql_where=text("gateway_ref IS NOT NULL")),
        Index("ix_message_expires", "expires_at", postgresql_where=text("state IN ('queued', 'sending')")),
    )

    id: Mapped[uuid.UUID] = id_column()
    created_at: Mapped[datetime] = at_column()
    dedupe: Mapped[str] = mapped_column(String(200), unique=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int | None]
    event: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(2))
    priority: Mapped[int] = mapped_column(SmallInteger, default=NOTICE)
    parts: Mapped[int] = mapped_column(SmallInteger, default=1)
    recipient_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    subject_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default=State.QUEUED)
    not_before: Mapped[datetime] = at_column()
    expires_at: Mapped[datetime | None]
    first_tried_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[uuid.UUID | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    dropped: Mapped[int] = mapped_column(SmallInteger, default=0)
    gateway: Mapped[str | None] = mapped_column(String(12))
    gateway_ref: Mapped[str | None] = mapped_column(String(120))
    error: Mapped[str | None] = mapped_column(String(40))
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    recipient = Sealed("recipient_sealed")
    subject = Sealed("subject_sealed")
    body = Sealed("body_sealed")


class MessageEvent(Base):
    """A receipt as it came, kept once and for a year: also late ones, and ones of messages we do not know."""

    __tablename__ = "message_event"

    id: Mapped[uuid.UUID] = id_column()
    at: Mapped[datetime] = at_column()
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    message_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("message.id"), index=True)
    gateway: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(String(120))
    gateway_ref: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(40))
    means: Mapped[str | None] = mapped_column(String(12))
    reported_at: Mapped[str] = mapped_column(String(40))


class OneTimeCode(Base):
    """Who asked for a code, from where and for what; the code itself only as a keyed hash."""

    __tablename__ = "one_time_code"
    __table_args__ = (
        Index("ix_one_time_code_mobile", "mobile_key", "created_at"),
        Index("ix_one_time_code_address", "address_key", "created_at"),
        Index("ix_one_time_code_person", "person_id", "created_at"),
        Index("ix_one_time_code_created", "created_at"),
        Index("ix_one_time_code_session", "session_id", "purpose", "created_at"),
    )

    id: Mapped[uuid.UUID] = id_column()
    created_at: Mapped[datetime] = at_column()
    purpose: Mapped[str] = mapped_column(String(120))
    session_id: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    mobile_key: Mapped[bytes] = mapped_column(LargeBinary)
    address_key: Mapped[bytes] = mapped_column(LargeBinary)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    used_at: Mapped[datetime | None]


class GatewayHealth(Base):
    """How a gateway has answered lately, shared by all workers: its share of new messages, and until when it rests."""

    __tablename__ = "gateway_health"

    name: Mapped[str] = mapped_column(String(12), primary_key=True)
    weight: Mapped[int] = mapped_column(SmallInteger, default=100)
    failures: Mapped[int] = mapped_column(SmallInteger, default=0)
    resting_until: Mapped[datetime | None]
    changed_at: Mapped[datetime] = at_column()
