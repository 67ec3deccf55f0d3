"""What was typed into a form that came after its session had ended: kept sealed for an hour, for its owner alone.

Not for the application form, which keeps itself as a draft (a keeper of `access.on_expired`).
"""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, delete, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.calendars.clock import now
from app.extensions import Base, at_column, db, id_column
from app.identity.actors import Actor
from app.vault import Sealed, SealedRow

LIVES = timedelta(hours=1)
MOST_KEPT = 10
MOST_LETTERS = 100_000


class LateForm(SealedRow, Base):
    """One such form. `arguments`: of the address it was sent to; `fields`: pairs of name and value, without files."""

    __tablename__ = "late_form"
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (staff_id IS NULL)", name="one_owner"),)

    id: Mapped[uuid.UUID] = id_column()
    at: Mapped[datetime] = at_column(index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    endpoint: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    fields_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    has_files: Mapped[bool] = mapped_column(default=False)

    fields = Sealed("fields_sealed")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in json.loads(self.fields)]


def keep(
    *,
    person_id: uuid.UUID | None,
    staff_id: uuid.UUID | None,
    endpoint: str,
    arguments: dict[str, Any],
    fields: list[tuple[str, str]],
    has_files: bool,
) -> LateForm | None:
    """Keep a form in the open transaction; None where nothing was typed, or more than a person types."""
    text = json.dumps(fields, ensure_ascii=False)
    if not fields or len(text) > MOST_LETTERS:
        return None
    _make_room(person_id, staff_id)
    row = LateForm(
        person_id=person_id,
        staff_id=staff_id,
        endpoint=endpoint,
        arguments={name: str(value) for name, value in arguments.items()},
        fields=text,
        has_files=has_files,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _make_room(person_id: uuid.UUID | None, staff_id: uuid.UUID | None) -> None:
    """Only the newest of an owner stay."""
    own = select(LateForm.id).where(LateForm.person_id == person_id, LateForm.staff_id == staff_id)
    older = own.order_by(LateForm.at.desc()).offset(MOST_KEPT - 1)
    db.session.execute(delete(LateForm).where(LateForm.id.in_(older)).execution_options(synchronize_session=False))


def find(form_id: uuid.UUID, owner: Actor) -> LateForm | None:
    """The owner's own form, while it lives."""
    row = db.session.get(LateForm, form_id)
    if row is None or row.at < now() - LIVES:
        return None
    return row if (row.person_id, row.staff_id) == (owner.person_id, owner.staff_id) else None


def sweep() -> int:
    """Forget what has not been fetched within its hour."""
    gone = delete(LateForm).where(LateForm.at < now() - LIVES)
    return len(db.session.execute(gone.returning(LateForm.id)).all())
