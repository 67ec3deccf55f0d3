"""Tables of this room: what people attach, and the papers the portal makes."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, at_column, id_column
from app.vault import Sealed, SealedRow


class CheckState(StrEnum):
    """`waiting`: stored, but the scanner was away; shown to nobody but its owner until it has spoken."""

    CLEAN = "clean"
    WAITING = "waiting"
    REFUSED = "refused"


class DocumentState(StrEnum):
    """What a stranger is told of a paper, whether or not its file has been rendered."""

    ISSUED = "issued"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    EXPIRED = "expired"


# The kind of paper that a stranger relies on: signed, numbered, good until a day.
CERTIFICATE = "certificate"


class RenderState(StrEnum):
    """`failed`: set aside after the last attempt, for a person to look at."""

    ORDERED = "ordered"
    RENDERING = "rendering"
    READY = "ready"
    FAILED = "failed"


class Attachment(Base):
    """One file of a person, of a draft and later of a case. A file that replaces another keeps its ancestor."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("check_state IN ('clean', 'waiting', 'refused')", name="check_state"),
        Index("ix_attachment_waiting", "created_at", postgresql_where=text("check_state = 'waiting'")),
        Index("ix_attachment_card", "case_id", postgresql_where=text("is_identity_image AND removed_at IS NULL")),
        Index("ix_attachment_orphan", "created_at", postgresql_where=text("case_id IS NULL AND removed_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = id_column()
    owner_person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    draft_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("draft.id", ondelete="SET NULL"), index=True)
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case.id"), index=True)
    field: Mapped[str] = mapped_column(String(80))
    row: Mapped[int | None] = mapped_column(Integer)
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attachment.id"))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int | None] = mapped_column(Integer)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str | None] = mapped_column(String(120))
    check_state: Mapped[str] = mapped_column(String(10))
    checked_at: Mapped[datetime | None]
    # Pictures of identity cards go once the decision has fallen; the row stays and says that there was one.
    is_identity_image: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = at_column()

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def is_visible_to_staff(self) -> bool:
        return self.check_state == CheckState.CLEAN and self.removed_at is None and self.storage_key is not None


class Document(SealedRow, Base):
    """An order for one paper, and from then on the paper itself. Rendered once; the file is never made anew."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint(
            "kind", "case_id", "key", "language", postgresql_nulls_not_distinct=True, name="uq_document_order"
        ),
        CheckConstraint("state IN ('issued', 'superseded', 'revoked', 'expired')", name="state"),
        CheckConstraint("render_state IN ('ordered', 'rendering', 'ready', 'failed')", name="render_state"),
        Index("ix_document_due", "due_at", postgresql_where=text("render_state IN ('ordered', 'rendering')")),
        Index("ix_document_case_id", "case_id"),
        Index("uq_document_number", "kind", "number", unique=True, postgresql_where=text("number IS NOT NULL")),
        Index("ix_document_sha256", "sha256", postgresql_where=text("kind = 'certificate'")),
    )

    id: Mapped[uuid.UUID] = id_column()
    kind: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case.id"))
    key: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2))
    # The words as they are printed, fixed at the order: PDF and page are made from these and from nothing else.
    paper_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    paper_json = Sealed("paper_sealed")
    # What a stranger with the code may see. No name, no identity number.
    shown: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    code: Mapped[str | None] = mapped_column(String(12), index=True)
    state: Mapped[str] = mapped_column(String(12), default=DocumentState.ISSUED)
    state_at: Mapped[datetime | None]
    # Of a certificate: its number (with /2, /3 when it superseded others), and the last day on which it is good.
    number: Mapped[str | None] = mapped_column(String(30))
    valid_until: Mapped[date | None]
    file_name: Mapped[str] = mapped_column(String(120))
    render_state: Mapped[str] = mapped_column(String(10), default=RenderState.ORDERED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime] = at_column()
    failure: Mapped[str | None] = mapped_column(Text)
    storage_key: Mapped[str | None] = mapped_column(String(120))
    size: Mapped[int | None] = mapped_column(Integer)
    sha256: Mapped[str | None] = mapped_column(String(64))
    ready_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = at_column()

    @property
    def is_ready(self) -> bool:
        return self.render_state == RenderState.READY
