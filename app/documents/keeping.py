"""What becomes of attachments after they were taken in: checked again, removed by rule."""

import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from flask import current_app
from sqlalchemy import or_, select

from app.calendars.clock import now
from app.documents.checks.scanner import Verdict, scan
from app.documents.models import Attachment, CheckState, Document, DocumentState
from app.documents.storage import FILES, PAPERS, storage
from app.extensions import db, on_commit

# The row and its file are written one after the other; only what is older than this can be said to belong to nobody.
GRACE = timedelta(hours=1)
BATCH = 200
REPLY = "reply:"
# Longer than any time in which a reply is due: what was never sent then.
REPLY_KEPT = timedelta(days=30)
REPLACED_KEPT = timedelta(days=365)


def find_attachment(attachment_id: uuid.UUID) -> Attachment | None:
    return db.session.get(Attachment, attachment_id)


def reply_place(request_id: uuid.UUID) -> str:
    """Where a file waits that was sent for a request and not yet with the reply."""
    return f"{REPLY}{request_id}"


def waiting_with(owner_person_id: uuid.UUID, *request_ids: uuid.UUID) -> list[Attachment]:
    """The files of a person that wait with these requests, in the order they came."""
    rows = select(Attachment).where(
        Attachment.field.in_([reply_place(each) for each in request_ids]),
        Attachment.owner_person_id == owner_person_id,
        Attachment.case_id.is_(None),
        Attachment.removed_at.is_(None),
    )
    return list(db.session.scalars(rows.order_by(Attachment.created_at, Attachment.id)))


def remove(attachment: Attachment) -> None:
    """Take the file away. The row stays and keeps its hash, so that a signed list of files can still be told true."""
    key, attachment.storage_key, attachment.removed_at = attachment.storage_key, None, now()
    db.session.flush()
    if key:
        # After the commit: a rolled-back transaction must find its file again. What is missed here, the purge finds.
        on_commit(lambda: storage().delete(key))


def recheck(attachment: Attachment) -> CheckState:
    """Ask the scanner again about a waiting file; a refused one is taken away."""
    if attachment.check_state != CheckState.WAITING or attachment.storage_key is None:
        return CheckState(attachment.check_state)
    verdict = scan(storage().get(attachment.storage_key), current_app.config["SETTINGS"].clamav_address)
    if verdict == Verdict.AWAY:
        return CheckState.WAITING
    attachment.checked_at = now()
    attachment.check_state = CheckState.CLEAN if verdict == Verdict.CLEAN else CheckState.REFUSED
    if verdict == Verdict.INFECTED:
        remove(attachment)
    return CheckState(attachment.check_state)


def waiting() -> Sequence[Attachment]:
    """Files that wait for the scanner, oldest first."""
    oldest = select(Attachment).where(Attachment.check_state == CheckState.WAITING, Attachment.removed_at.is_(None))
    return db.session.scalars(oldest.order_by(Attachment.created_at).limit(BATCH)).all()


def purge_orphans() -> int:
    """Remove files that belong to no case and no draft for an hour; gives how many. Safe twice.

    Those that wait with a request to the citizen stay longer.
    """
    is_old = or_(Attachment.field.not_like(f"{REPLY}%"), Attachment.created_at < now() - REPLY_KEPT)
    orphans = db.session.scalars(
        select(Attachment)
        .where(Attachment.case_id.is_(None), Attachment.draft_id.is_(None))
        .where(Attachment.removed_at.is_(None), Attachment.created_at < now() - GRACE, is_old)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for attachment in orphans:
        remove(attachment)
    return len(orphans)


def purge_identity_images(case_id: uuid.UUID) -> int:
    """After the decision: remove the pictures of identity cards of a case; gives how many."""
    cards = db.session.scalars(
        select(Attachment).where(
            Attachment.case_id == case_id, Attachment.is_identity_image, Attachment.removed_at.is_(None)
        )
    ).all()
    for attachment in cards:
        remove(attachment)
    return len(cards)


def purge_replaced() -> int:
    """Remove the files of papers that a newer one replaced a year ago; gives how many. Their codes go on saying so."""
    replaced = db.session.scalars(
        select(Document)
        .where(Document.state == DocumentState.SUPERSEDED, Document.storage_key.is_not(None))
        .where(Document.state_at < now() - REPLACED_KEPT)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for document in replaced:
        key, document.storage_key = str(document.storage_key), None
        on_commit(partial(storage().delete, key))
    return len(replaced)


def purge_unrecorded() -> int:
    """Remove stored bytes that no row knows: the upload was cut, or its transaction did not commit."""
    # The age of a stored file is told by the machine's clock, also when the demo clock has moved the portal ahead.
    latest = datetime.fromtimestamp(time.time(), UTC) - GRACE
    gone = 0
    for folder, column in ((FILES, Attachment.storage_key), (PAPERS, Document.storage_key)):
        old = (key for key, written_at in storage().keys(folder) if written_at < latest)
        for batch in _batches(old):
            known = set(db.session.scalars(select(column).where(column.in_(batch))))
            for key in set(batch) - known:
                storage().delete(key)
                gone += 1
    return gone


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    source = iter(keys)
    while batch := list(islice(source, BATCH)):
        yield batch
