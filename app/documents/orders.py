"""Ordering a paper: a row in the caller's transaction, with its words fixed. A worker renders it afterwards.

A row is the order: a lost bell, an empty Redis or a killed worker only make it late, since the sweep looks for what is
due.
"""

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.calendars.clock import now
from app.documents.layout import Sheet
from app.documents.models import CERTIFICATE, Document, DocumentState, RenderState
from app.documents.names import clean_name
from app.documents.papers.blocks import Paper
from app.documents.papers.certificate import certificate_paper
from app.documents.papers.decision import decision_paper
from app.documents.papers.guide import guide_paper
from app.documents.papers.letter import letter_paper
from app.documents.papers.receipt import receipt_paper
from app.documents.papers.summary import summary_paper
from app.documents.papers.visit_pass import pass_paper
from app.extensions import db, ring_on_commit
from app.inserts import insert_together
from app.kit.codes import new_code

PAPERS: dict[str, Callable[[Any, str], Paper]] = {
    "guide": guide_paper,
    "summary": summary_paper,
    "pass": pass_paper,
    "letter": letter_paper,
    "decision": decision_paper,
    "report": decision_paper,
    "receipt": receipt_paper,
    CERTIFICATE: certificate_paper,
}
OPEN = (RenderState.ORDERED, RenderState.RENDERING)
BATCH = 50
# Papers of which a case may have several that all count.
ALL_COUNT = {"receipt"}
SHOWN = ("number", "filed_on", "service_names")


def order(
    kind: str,
    case_id: uuid.UUID | None,
    key: str,
    snapshot: Any,
    language: str,
    *,
    code: str | None = None,
    first: bool = False,
) -> Document:
    """Order the paper `kind` ("guide", "summary" …) made from `snapshot` (see snapshots.py); never commits.

    Unique by kind, case, key and language: ordering again gives the same document. A new key of the same kind and case
    supersedes the earlier ones. `code`: the verification code where the caller has one (a pass); guides have none.
    `first`: the case is being made in this very transaction and has no paper yet.
    """
    values = _values(kind, case_id, key, language, snapshot, code)
    document = _first(values) if first else _insert(values)
    if document is None:
        # Ordered before, perhaps in this very moment: then the insert has waited for the other one.
        document = _find(kind, case_id, key, language)
        assert document is not None
        return document
    if case_id is not None and kind not in ALL_COUNT and not first:
        _supersede_others(document)
    ring_on_commit("render", str(document.id))
    return document


def _first(values: dict[str, Any]) -> Document:
    document = Document(**values)
    insert_together(document)
    return document


def _insert(values: dict[str, Any]) -> Document | None:
    row = insert(Document).values(values).on_conflict_do_nothing(constraint="uq_document_order")
    return db.session.scalars(row.returning(Document)).one_or_none()


def _values(
    kind: str, case_id: uuid.UUID | None, key: str, language: str, snapshot: Any, code: str | None
) -> dict[str, Any]:
    paper = PAPERS[kind](snapshot, language)
    draft = Document()
    draft.paper_json = json.dumps(paper, ensure_ascii=False, separators=(",", ":"))
    title = snapshot["file_title"][language] if kind == CERTIFICATE else Sheet(kind, language, paper).title
    return {
        "id": draft.id,
        "kind": kind,
        "case_id": case_id,
        "key": key,
        "language": language,
        "paper_sealed": draft.paper_sealed,
        "shown": snapshot["shown"] if kind == CERTIFICATE else _shown(kind, case_id, snapshot),
        "number": snapshot["number"] if kind == CERTIFICATE else None,
        "valid_until": date.fromisoformat(snapshot["valid_until"]) if kind == CERTIFICATE else None,
        "code": code or (new_code() if case_id else None),
        "file_name": clean_name(f"{title.replace('/', '-')}.pdf"),
    }


def _shown(kind: str, case_id: uuid.UUID | None, snapshot: Any) -> dict[str, Any]:
    return {name: snapshot[name] for name in SHOWN if case_id and kind != "pass" and name in snapshot}


def _find(kind: str, case_id: uuid.UUID | None, key: str, language: str) -> Document | None:
    return db.session.scalar(
        select(Document).where(
            Document.kind == kind,
            Document.case_id.is_not_distinct_from(case_id),
            Document.key == key,
            Document.language == language,
        )
    )


def _supersede_others(document: Document) -> None:
    others = (Document.case_id == document.case_id, Document.kind == document.kind, Document.key != document.key)
    db.session.execute(
        update(Document)
        .where(*others, Document.state == DocumentState.ISSUED)
        .values(state=DocumentState.SUPERSEDED, state_at=now())
    )


def revoke(case_id: uuid.UUID, kind: str, state: DocumentState = DocumentState.REVOKED) -> int:
    """The case's papers of this kind are no longer good (the appointment was cancelled); gives how many were."""
    ended = (
        update(Document)
        .where(Document.case_id == case_id, Document.kind == kind, Document.state == DocumentState.ISSUED)
        .values(state=state, state_at=now())
    )
    return len(db.session.execute(ended.returning(Document.id)).all())


def find_document(kind: str, case_id: uuid.UUID | None, key: str | None = None) -> Document | None:
    """The newest document of a case and kind, rendered or not; with `key` that one."""
    wanted = select(Document).where(Document.kind == kind, Document.case_id.is_not_distinct_from(case_id))
    if key is not None:
        wanted = wanted.where(Document.key == key)
    return db.session.scalar(wanted.order_by(Document.created_at.desc(), Document.id).limit(1))


def find_by_code(code: str) -> Document | None:
    """The document whose printed code this is (cleaned)."""
    return db.session.scalar(
        select(Document).where(Document.code == code).order_by(Document.created_at.desc()).limit(1)
    )


def find_by_hash(sha256: str) -> Document | None:
    """The certificate whose stored file has these very bytes."""
    return db.session.scalar(select(Document).where(Document.kind == CERTIFICATE, Document.sha256 == sha256).limit(1))


def due() -> Sequence[uuid.UUID]:
    """Orders whose time has come, the oldest first; those of a worker that died are among them."""
    rows = select(Document.id).where(Document.render_state.in_(OPEN), Document.due_at <= now())
    return db.session.scalars(rows.order_by(Document.due_at).limit(BATCH)).all()


def any_due() -> bool:
    return bool(due())


def sheet_of(document: Document) -> Sheet:
    """The document's words, ready to be laid out: `layout.page_html(sheet_of(document))` is its accessible page."""
    return Sheet(document.kind, document.language, json.loads(document.paper_json), document.code)
