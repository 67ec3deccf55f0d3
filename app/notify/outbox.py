"""Posting: an event's messages become rows in the transaction of the event itself. All or nothing, and each once."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.calendars.clock import now
from app.extensions import Base, db, ring_on_commit
from app.inserts import Once, insert_together
from app.kit.sms_text import measure
from app.notify.models import NOTICE, TROUBLED, Channel, Message, State
from app.notify.render import Notice, NoticeWords, render
from app.vault import vault

BOTH = (Channel.SMS, Channel.EMAIL)


@dataclass(frozen=True)
class Recipient:
    """Where a person can be reached; a missing address only means one message less. Mobile in E.164."""

    person_id: uuid.UUID | None
    mobile: str | None = None
    email: str | None = None

    def address(self, channel: str) -> str | None:
        return self.mobile if channel == Channel.SMS else self.email


def post(
    to: Recipient,
    *,
    event: str,
    texts: NoticeWords,
    language: str,
    params: Mapping[str, object],
    case_id: uuid.UUID | None = None,
    seq: int | None = None,
    key: str | None = None,
    channels: Iterable[str] = BOTH,
    not_before: datetime | None = None,
    along: Callable[[Notice], Base] | None = None,
) -> Notice:
    """Write the messages of one event to one person and return the notice, for the case's thread.

    The row is unique by `case:seq:person:channel`; `key` replaces `case:seq` for what has no place in a history (a
    reminder by its deadline and cycle). Posting the same again changes nothing. `along` gives a row of the caller's,
    written in the same round trip. Never commits; the drain is woken after the commit. Raises KeyError when `params`
    lack a fact that the words name.
    """
    notice = render(texts, language, params)
    stem = key or f"{case_id}:{seq}"
    rows = [
        message_row(
            dedupe=f"{stem}:{to.person_id}:{channel}",
            person_id=to.person_id,
            case_id=case_id,
            seq=seq,
            event=event,
            channel=str(channel),
            language=language,
            not_before=not_before or now(),
            recipient=to.address(channel),
            subject=notice.mail_subject if channel == Channel.EMAIL else None,
            body=notice.mail_text if channel == Channel.EMAIL else notice.sms,
        )
        for channel in channels
        if to.address(channel)
    ]
    insert_together(*([along(notice)] if along else []), *map(_once, rows))
    if not_before is None:
        ring_on_commit("drain")
    return notice


def message_row(
    *, recipient: str | None, subject: str | None, body: str, channel: str, **columns: Any
) -> dict[str, Any]:
    """The columns of one message, its personal text sealed for this very row."""
    row_id = uuid.uuid4()
    sealed = {
        f"{name}_sealed": None if text is None else vault.seal(text, seal_context(row_id, name))
        for name, text in (("recipient", recipient), ("subject", subject), ("body", body))
    }
    parts = measure(body).parts if channel == Channel.SMS else 1
    fresh = {"created_at": now(), "state": State.QUEUED, "priority": NOTICE, "attempts": 0, "dropped": 0}
    return {"id": row_id, "channel": channel, "parts": parts, **fresh, **sealed, **columns}


def seal_context(row_id: uuid.UUID, name: str) -> str:
    return f"{Message.__tablename__}:{row_id}:{name}_sealed"


def add(rows: list[dict[str, Any]]) -> None:
    """Insert messages; one whose dedupe key exists is already on its way."""
    insert_together(*map(_once, rows))


def _once(values: dict[str, Any]) -> Once:
    return Once(Message, "dedupe", values)


def troubled(case_id: uuid.UUID) -> list[Message]:
    """Messages about a case that did not reach the person: what its officer should know, newest first."""
    found = select(Message).where(Message.case_id == case_id, Message.state.in_(TROUBLED))
    return list(db.session.scalars(found.order_by(Message.created_at.desc())))
