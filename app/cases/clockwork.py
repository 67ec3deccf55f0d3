"""The clock as an actor: what falls due is done by ordinary steps, each in its own transaction, each once.

Running this twice, in two processes, or after three days of outage, changes nothing more.
"""

import logging
import uuid
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Select, bindparam, or_, select, update
from sqlalchemy.exc import DBAPIError

from app.calendars.clock import now
from app.calendars.printed import day_text
from app.calendars.wording import sms_day
from app.cases import deadlines, drafts, memory, steps
from app.cases.context import profile, registry, service_of
from app.cases.conversation import Draft
from app.cases.errors import StepRefused
from app.cases.models import Case, Deadline
from app.cases.notices import announce
from app.documents.models import Attachment
from app.extensions import db, one_ring, transaction
from app.identity.actors import CLOCK
from app.identity.models import Person
from app.kit.words import WORDS
from app.notify.outbox import Recipient, post

log = logging.getLogger(__name__)
BATCH = 200
# A step that something else comes before is tried again each hour; one that fails later and later, then set aside.
AGAIN = timedelta(hours=1)
FIRST_PAUSE = timedelta(minutes=1)
MOST_FAILURES = 10
WARN_DAYS = 2
# Case first, as everybody locks; a row that somebody ended while this one waited for the case is not found any more.
_LOCKED = (
    select(Deadline, Case)
    .join(Case, Case.id == Deadline.case_id)
    .where(Deadline.id == bindparam("deadline"), Deadline.state == "open", Deadline.due_at <= bindparam("at"))
    .with_for_update(of=(Case, Deadline))
    .execution_options(populate_existing=True)
)


def due_query(limit: int = BATCH, *, but: Collection[uuid.UUID] = ()) -> Select[uuid.UUID]:
    """Open deadlines with something to do whose moment has passed, the oldest first; without those in `but`."""
    return (
        select(Deadline.id)
        .where(
            Deadline.state == "open",
            Deadline.due_at <= now(),
            or_(Deadline.retry_at.is_(None), Deadline.retry_at <= now()),
            Deadline.step.is_not(None) | Deadline.notice.is_not(None),
            *((Deadline.id.not_in(but),) if but else ()),
        )
        .order_by(Deadline.due_at)
        .limit(limit)
    )


def any_due() -> bool:
    return db.session.scalar(due_query(1)) is not None


def run_due() -> int:
    """Act on everything due; returns how many were acted on.

    One that fails must not keep the others from their time: it is passed over and tried again after a pause, set aside
    after ten failures, and its fault is raised once all others are done. Raises at once when the database is away.
    """
    acted, failed = 0, dict[uuid.UUID, Exception]()
    while ids := list(db.session.scalars(due_query(but=failed))):
        db.session.rollback()
        with one_ring():
            done = sum(_fired(each, failed) for each in ids)
        acted += done
        if not done and failed.keys().isdisjoint(ids):
            break
    db.session.rollback()
    for fault in failed.values():
        raise fault
    return acted


def _fired(deadline_id: uuid.UUID, failed: dict[uuid.UUID, Exception]) -> bool:
    """Act on one deadline; a fault of its own is noted on it and in `failed`."""
    try:
        return fire(deadline_id)
    except DBAPIError:
        raise
    except Exception as wrong:
        log.error("deadline %s failed: %s", deadline_id, type(wrong).__name__)
        _note_failure(deadline_id)
        failed[deadline_id] = wrong
        return False


def fire(deadline_id: uuid.UUID) -> bool:
    """Act on one deadline, unless somebody else did or it no longer holds; one that has to wait stays open."""
    try:
        with transaction():
            found = db.session.execute(_LOCKED, {"deadline": deadline_id, "at": now()}).first()
            if found is None:
                return False
            row, case = found
            memory.forget(case)
            row.state, row.ended_at = "fired", now()
            _act(case, row)
            return True
    except StepRefused as refused:
        _put_off(deadline_id, refused)
        return False


def _put_off(deadline_id: uuid.UUID, refused: StepRefused) -> None:
    """Nothing of the refused step has been written; the deadline is looked at again in an hour."""
    with transaction():
        row = _open_row(deadline_id)
        if row is not None:
            row.retry_at = now() + AGAIN
            log.info("deadline %s of a case has to wait: %s", row.kind, type(refused).__name__)


def _note_failure(deadline_id: uuid.UUID) -> None:
    """The next try comes after a pause that doubles; after the last one somebody has to look at it."""
    db.session.rollback()
    with transaction():
        row = _open_row(deadline_id)
        if row is None:
            return
        row.failures += 1
        row.retry_at = now() + FIRST_PAUSE * 2 ** (row.failures - 1)
        if row.failures >= MOST_FAILURES:
            row.state, row.ended_at = "failed", now()


def _open_row(deadline_id: uuid.UUID) -> Deadline | None:
    row = db.session.get(Deadline, deadline_id, with_for_update=True, populate_existing=True)
    return row if row is not None and row.state == "open" else None


def _act(case: Case, row: Deadline) -> None:
    """Send the reminder or take the step of a deadline. Raises StepRefused when something else comes before it."""
    if row.notice and _is_stale(row):
        row.state = "void"
    elif row.notice:
        announce(case, row.notice, key=f"{case.id}:{row.kind}:{row.cycle}", on=row.last_on)
    elif service_of(case).step(str(row.step), case.stage) is None:
        # Decided meanwhile: the deadline has lapsed without effect, and says so.
        row.state = "void"
    else:
        steps.move(case.id, str(row.step), by=CLOCK, version=None, held=case)


def _is_stale(row: Deadline) -> bool:
    """A reminder that an outage has made pointless: its deadline has passed, or the next reminder is due as well."""
    kind, reminds, _place = row.kind.partition(deadlines.REMINDS)
    if not reminds:
        return False
    later = select(Deadline.id).where(
        Deadline.case_id == row.case_id,
        Deadline.state == "open",
        Deadline.due_at <= now(),
        Deadline.due_at > row.due_at,
        (Deadline.kind == kind) | Deadline.kind.startswith(f"{kind}{deadlines.REMINDS}"),
    )
    return db.session.scalar(later.limit(1)) is not None


def warn_of_drafts() -> int:
    """Tell people whose drafts are deleted in two days, once."""
    soon = now() + timedelta(days=WARN_DAYS)
    rows = db.session.scalars(
        select(Draft)
        .where(Draft.expires_at <= soon, Draft.expires_at > now(), Draft.warned_at.is_(None), Draft.visit_id.is_(None))
        .limit(BATCH)
    )
    warned = 0
    with transaction():
        for draft in rows:
            _warn(draft)
            warned += 1
    return warned


def _warn(draft: Draft) -> None:
    person = db.session.get(Person, draft.person_id)
    draft.warned_at = now()
    if person is None or draft.service not in registry():
        return
    service = registry()[draft.service]
    agency = profile().agency(service.agency)
    on = draft.expires_at.astimezone(agency.zone).date()
    params = {
        "service": service.title_in_messages(person.language),
        "date": day_text(agency, on, person.language),
        "day": sms_day(on, person.language, hijri=agency.counts_hijri),
    }
    post(
        Recipient(person.id, mobile=person.mobile, email=person.email),
        event="draft_expiring",
        texts=WORDS.raw["shared_notices"]["draft_expiring"],
        language=person.language,
        params=params,
        # A draft saved again has a new last day, of which it is warned again.
        key=f"draft:{draft.id}:{on.isoformat()}",
    )


def purge_drafts() -> int:
    """Delete drafts whose time is over; their files become orphans and are purged by their own room."""
    with transaction():
        found = list(db.session.scalars(select(Draft).where(Draft.expires_at <= now()).limit(BATCH)))
        for draft in found:
            db.session.execute(update(Attachment).where(Attachment.draft_id == draft.id).values(draft_id=None))
            drafts.remove(draft)
    return len(found)
