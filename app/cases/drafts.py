"""Drafts: answers as typed, sealed as a whole, kept from the first saved answer until they are sent or expire."""

import json
import secrets
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select

from app.calendars.clock import now
from app.cases.conversation import Draft
from app.cases.errors import DraftGone
from app.documents.models import Attachment
from app.extensions import db
from app.hot import Hot, Shown
from app.identity.models import Person

KEPT_DAYS = 30
Opened = tuple[Draft, Person, list[Attachment]]
# Built once: making a statement costs more than asking it.
_WITH_OWNER = (
    select(Draft, Person)
    .join(Person, Person.id == Draft.person_id)
    .where(Draft.id == bindparam("draft"), Draft.person_id == bindparam("owner"), Draft.expires_at > bindparam("at"))
    .where(Draft.visit_id.is_(None))
)
_LOCKED = _WITH_OWNER.with_for_update(of=Draft)
_COUNTS = and_(Attachment.draft_id == Draft.id, Attachment.removed_at.is_(None))
_FILES = (
    select(Attachment)
    .where(Attachment.draft_id == bindparam("draft"), Attachment.removed_at.is_(None))
    .order_by(Attachment.created_at)
)
_DRAFT = Shown(Draft, "id", "person_id", "service", "content_sealed", "token", "saved_at", "expires_at")
_PERSON = Shown(
    Person, "id", "country", "id_type", "identity_sealed", "name_ar", "name_en", "mobile_sealed", "email_sealed"
)
_FILE = Shown(Attachment, "id", "field", "row", "replaces_id", "name", "media_type", "size", "check_state")
_SHOWN = Hot(
    _WITH_OWNER.with_only_columns(*_DRAFT.columns, *_PERSON.columns, *_FILE.columns)
    .outerjoin(Attachment, _COUNTS)
    .order_by(Attachment.created_at)
)


def start(
    person_id: uuid.UUID, service: str, content: Mapping[str, Any], *, copied_from: uuid.UUID | None = None
) -> Draft:
    """A new draft with what was typed so far."""
    draft = Draft(
        person_id=person_id,
        service=service,
        content=_dump(content),
        token=secrets.token_urlsafe(32),
        expires_at=now() + timedelta(days=KEPT_DAYS),
        copied_from_id=copied_from,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def save(draft: Draft, content: Mapping[str, Any]) -> None:
    draft.content = _dump(content)
    draft.saved_at, draft.expires_at, draft.warned_at = now(), now() + timedelta(days=KEPT_DAYS), None


def read(draft: Draft) -> dict[str, Any]:
    """What was typed, as it was typed."""
    content: dict[str, Any] = json.loads(draft.content)
    return content


def draft_for(person_id: uuid.UUID, draft_id: uuid.UUID, *, lock: bool = False) -> Draft:
    """This person's draft; raises DraftGone."""
    query = select(Draft).where(Draft.id == draft_id, Draft.person_id == person_id, *_live())
    draft = db.session.scalar(query.with_for_update() if lock else query)
    if draft is None:
        raise DraftGone
    return draft


def open_draft(person_id: uuid.UUID | None, draft_id: uuid.UUID) -> Opened:
    """This person's draft, the person, and the files that count, in one round trip, to be shown; raises DraftGone."""
    found = _SHOWN.rows({"draft": draft_id, "owner": person_id, "at": now()})
    if not found:
        raise DraftGone
    files = _counting(_FILE.of(row) for row in found if row.attachment_id)
    return _DRAFT.of(found[0]), _PERSON.of(found[0]), files


def locked_draft(person_id: uuid.UUID | None, draft_id: uuid.UUID) -> Opened:
    """The same to be changed. Files are asked once the lock is held: another request may have added some meanwhile."""
    found = db.session.execute(_LOCKED, {"draft": draft_id, "owner": person_id, "at": now()}).first()
    if found is None:
        raise DraftGone
    draft, person = found
    return draft, person, files_of(draft)


def _live() -> tuple[Any, ...]:
    """Not sent, not expired, and the person's own: what a clerk types for him at a counter is not."""
    return Draft.expires_at > now(), Draft.visit_id.is_(None)


def drafts_of(person_id: uuid.UUID, service: str | None = None) -> list[Draft]:
    """Drafts that were not sent, the last saved first."""
    query = select(Draft).where(Draft.person_id == person_id, *_live()).order_by(Draft.saved_at.desc())
    return list(db.session.scalars(query.where(Draft.service == service) if service else query))


def files_of(draft: Draft) -> list[Attachment]:
    """The files of a draft that still count: removed and replaced ones left out, oldest first."""
    return _counting(db.session.scalars(_FILES, {"draft": draft.id}))


def _counting(files: Iterable[Attachment]) -> list[Attachment]:
    found = list(files)
    replaced = {each.replaces_id for each in found}
    return [each for each in found if each.id not in replaced]


def remove(draft: Draft) -> None:
    """Delete a draft; its files lose their home and are purged."""
    for attachment in files_of(draft):
        attachment.draft_id = None
    db.session.flush()
    db.session.delete(draft)


def _dump(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)
