"""Rendering what was ordered: claim a row, render outside any transaction, store, mark ready. For the worker only."""

import hashlib
import logging
import uuid
from datetime import timedelta

from sqlalchemy import select, update

from app.calendars.clock import now
from app.documents.models import Document, RenderState
from app.documents.orders import OPEN, sheet_of
from app.documents.printing import printed
from app.documents.signature.key import KeyUnfit
from app.documents.standing import UNFIT
from app.documents.storage import PAPERS, storage
from app.extensions import db, transaction

log = logging.getLogger(__name__)
# Longer than the worker's own time limit: whoever holds a claim past it is dead.
LEASE = timedelta(minutes=6)
# A certificate without a key waits, for as long as it takes: it is never handed out unsigned and never given up.
KEY_PAUSE = timedelta(minutes=1)
RETRIES = (timedelta(seconds=20), timedelta(minutes=3), timedelta(minutes=15))


def render(document_id: uuid.UUID) -> bool:
    """Render one order; False when there is nothing to do (done, or another worker has it). Safe twice.

    A failure is noted on the row with the time of the next try, and raised. After the last try the order is set aside
    as `failed`, so that one that kills its worker does not do so for ever.
    """
    document = _claim(document_id)
    if document is None:
        return False
    try:
        content = _rendered(document)
    except KeyUnfit as unfit:
        _wait_for_key(document, unfit)
        return False
    except BaseException as fault:
        _failed(document, fault)
        raise
    _ready(document, content)
    return True


def _claim(document_id: uuid.UUID) -> Document | None:
    with transaction():
        document = db.session.scalar(
            select(Document)
            .where(Document.id == document_id, Document.render_state.in_(OPEN), Document.due_at <= now())
            .with_for_update(skip_locked=True)
        )
        if document is None:
            return None
        if document.attempts > len(RETRIES):
            document.render_state = RenderState.FAILED
            return None
        document.render_state = RenderState.RENDERING
        document.attempts += 1
        document.due_at = now() + LEASE
        return document


def _rendered(document: Document) -> bytes:
    return printed(sheet_of(document))


def _ready(document: Document, content: bytes) -> None:
    key = storage().put(PAPERS, content)
    values = {
        "render_state": RenderState.READY,
        "storage_key": key,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "ready_at": now(),
        "failure": None,
    }
    with transaction():
        # Whoever is first stays: a file that may have been handed out is never exchanged for another.
        first = update(Document).where(Document.id == document.id, Document.storage_key.is_(None)).values(values)
        taken = db.session.execute(first.returning(Document.id)).first()
    if taken is None:
        storage().delete(key)


def _failed(document: Document, fault: BaseException) -> None:
    last = document.attempts > len(RETRIES)
    values = {
        "render_state": RenderState.FAILED if last else RenderState.ORDERED,
        "due_at": now() + RETRIES[min(document.attempts, len(RETRIES)) - 1],
        "failure": type(fault).__name__,
    }
    with transaction():
        open_still = (Document.id == document.id, Document.render_state == RenderState.RENDERING)
        db.session.execute(update(Document).where(*open_still).values(values))


def _wait_for_key(document: Document, unfit: KeyUnfit) -> None:
    """Try again in a minute; the try does not count. The log says so each time, and /metrics counts who waits."""
    log.error("a certificate waits for a key that can sign: %s", unfit.why)
    values = {
        "render_state": RenderState.ORDERED,
        "due_at": now() + KEY_PAUSE,
        "attempts": Document.attempts - 1,
        "failure": f"{UNFIT}: {unfit.why}",
    }
    with transaction():
        open_still = (Document.id == document.id, Document.render_state == RenderState.RENDERING)
        db.session.execute(update(Document).where(*open_still).values(values))
