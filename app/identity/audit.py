"""Audit rows: sign-ins, refusals, views, settings. Inserted unchained; a sealing job chains them (DESIGN 4).

Not for the history of a case, which its own room keeps.
"""

import json
import uuid
from datetime import datetime
from typing import Any

from flask import has_request_context, request
from sqlalchemy import BigInteger, Identity, Index, String, bindparam, insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.calendars.clock import now
from app.extensions import Base, at_column
from app.hot import Hot
from app.identity.actors import Actor

MOST_DETAIL = 4_000


class AuditRow(Base):
    """Who did what to whom, when and from where. No foreign keys: the row outlives what it speaks of."""

    __tablename__ = "audit_row"
    # What one clerk did at the counter on a day is counted before each further act.
    __table_args__ = (
        Index("ix_audit_row_counter", "actor_staff_id", "at", postgresql_where=text("kind LIKE 'counter.%'")),
        # Auditors look for an act and for who did it, newest first.
        Index("ix_audit_row_kind", "kind", "id"),
        Index("ix_audit_row_staff", "actor_staff_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = at_column(index=True)
    kind: Mapped[str] = mapped_column(String(60))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_person_id: Mapped[uuid.UUID | None]
    actor_staff_id: Mapped[uuid.UUID | None]
    subject_person_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    case_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    address: Mapped[str | None] = mapped_column(String(45))
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


# Most pages of staff are noted.
_COLUMNS = AuditRow.__table__.c
_NOTED = Hot(
    insert(AuditRow)
    .values({each.name: bindparam(f"new_{each.name}", type_=each.type) for each in _COLUMNS if each.name != "id"})
    .returning(AuditRow.id)
)


def audit(
    kind: str,
    *,
    actor: Actor | None = None,
    subject_person: uuid.UUID | None = None,
    case_id: uuid.UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one row to the open transaction; on a page that only reads (`read_only`) it is a transaction by itself.

    `detail` holds codes, names of fields and ids, never personal data.
    """
    detail = detail or {}
    if len(json.dumps(detail, default=str)) > MOST_DETAIL:
        raise ValueError("the detail of an audit row is a few codes, not a document")
    values = {
        "at": now(),
        "kind": kind,
        "actor_kind": actor.kind if actor else "visitor",
        "actor_person_id": actor.person_id if actor else None,
        "actor_staff_id": actor.staff_id if actor else None,
        "subject_person_id": subject_person,
        "case_id": case_id,
        "address": request.remote_addr if has_request_context() else None,
        "detail": detail,
    }
    _NOTED.row({f"new_{name}": value for name, value in values.items()})
