"""The thread of a case: what officers and the citizen write to each other, and notes that only staff read."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update

from app.calendars.clock import now
from app.cases import memory, policy, steps
from app.cases.conversation import ThreadEntry
from app.cases.errors import BadInput, StepRefused
from app.cases.models import Case
from app.cases.notices import announce
from app.cases.own import is_own
from app.cases.queries import SEES_CASES
from app.extensions import db
from app.identity.actors import Actor
from app.kit.arabic import clean_text
from app.kit.roles import Role
from app.notify.models import Message
from app.notify.outbox import troubled

MOST = 2000
# Who has a question soon after the end is heard; later nobody looks there, and a new request is the way.
HEARD_AFTER_END = timedelta(days=30)


def write(case_id: uuid.UUID, text: str, *, by: Actor, internal: bool = False) -> ThreadEntry:
    """Add a message; from staff the citizen is told, from the citizen the officer sees it in the queue."""
    case = steps.locked(case_id)
    words = clean_text(text)
    if not words:
        raise BadInput("text", "errors.long_text.missing")
    if len(words) > MOST:
        raise BadInput("text", "cases.errors.too_long", limit=MOST)
    allow(case, by, internal)
    entry = ThreadEntry(
        case_id=case.id,
        person_id=case.applicant_id,
        author_kind=by.kind,
        author_staff_id=by.staff_id,
        visible=not internal,
        body=words,
        at=now(),
    )
    db.session.add(entry)
    db.session.flush()
    if by.kind == "staff" and not internal:
        announce(case, "message", key=f"{case.id}:message:{entry.id}")
    return entry


def is_heard(case: Case) -> bool:
    """Whether somebody reads what the citizen writes: while the case is open, and some weeks after."""
    return case.closed_at is None or now() < case.closed_at + HEARD_AFTER_END


def allow(case: Case, by: Actor, internal: bool) -> None:
    if by.kind == "citizen":
        if internal or not policy.holds(by, "citizen", case) or not is_heard(case):
            raise StepRefused
        return
    readers = [role for role in SEES_CASES - {Role.AUDITOR} if policy.holds(by, role, case)]
    if not readers or is_own(case, by):
        raise StepRefused
    if not internal and readers == [Role.SECURITY_OFFICER]:
        # Whoever works on a hidden step must not show it by writing to the citizen.
        raise StepRefused


def thread_of(case: Case, *, for_staff: bool) -> list[ThreadEntry]:
    """The conversation, oldest first; notes between officers only for them."""
    remembered = memory.known(case, ThreadEntry)
    if remembered is not None:
        return [each for each in remembered if for_staff or each.visible]
    rows = select(ThreadEntry).where(ThreadEntry.case_id == case.id).order_by(ThreadEntry.at, ThreadEntry.id)
    return list(db.session.scalars(rows if for_staff else rows.where(ThreadEntry.visible)))


def troubled_of(case: Case) -> list[Message]:
    """Messages about the case that did not reach the person, the newest first."""
    remembered = memory.known(case, Message)
    return troubled(case.id) if remembered is None else remembered


def read_now(case: Case, actor: Actor) -> list[uuid.UUID]:
    """The entries of the thread that `actor` reads for the first time on the page just drawn."""
    return [each.id for each in thread_of(case, for_staff=actor.kind == "staff") if _is_unread(each, actor)]


def mark_read(entries: Sequence[uuid.UUID], *, by: Actor) -> None:
    """Set the read marks of what a page showed; what came since is still unread."""
    mark = ThreadEntry.read_at if by.kind == "citizen" else ThreadEntry.staff_read_at
    unread = update(ThreadEntry).where(ThreadEntry.id.in_(entries), mark.is_(None))
    db.session.execute(unread.values({mark: now()}))


def _is_unread(entry: ThreadEntry, by: Actor) -> bool:
    """Whether `by` reads it now for the first time."""
    if by.kind == "citizen":
        return entry.read_at is None and entry.visible and entry.author_kind != "citizen"
    return entry.staff_read_at is None and entry.author_kind == "citizen"
