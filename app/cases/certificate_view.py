"""How a certificate stands now, for its owner, for staff, and for a stranger with the paper in the hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.calendars.clock import now
from app.calendars.printed import day_text
from app.cases import memory, queries
from app.cases.certificate_words import Both
from app.cases.certificates import editions
from app.cases.context import agency_of
from app.cases.models import Case
from app.cases.timeline import reason_text
from app.documents.models import CERTIFICATE, Document, DocumentState
from app.extensions import db

TONES = {"issued": "ok", "superseded": "warn", "expired": "warn", "revoked": "bad"}


@dataclass(frozen=True)
class Standing:
    """`state`: a DocumentState. `late`: no key could sign it yet. `reasons`: why it was revoked, in words."""

    document: Document
    state: str
    until: str
    code: str
    is_ready: bool
    late: bool
    reasons: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        return str(self.document.number)

    @property
    def title(self) -> Both:
        """As it stands on the paper, in both languages."""
        return dict(self.document.shown["title"])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def may_have(self) -> bool:
        """Whether its file is still handed out: one that was revoked or replaced is not."""
        return self.is_ready and self.state in (DocumentState.ISSUED, DocumentState.EXPIRED)


def standing(case: Case, language: str) -> Standing | None:
    """Of the newest edition; None where the case has no certificate."""
    remembered = memory.known(case, Document)
    found = editions(case) if remembered is None else [each for each in remembered if each.kind == CERTIFICATE]
    newest = max(found, key=lambda each: int(each.key), default=None)
    return _standing(case, newest, language) if newest else None


def _standing(case: Case, document: Document, language: str) -> Standing:
    state = state_now(document, case)
    assert document.valid_until is not None
    return Standing(
        document,
        state,
        day_text(agency_of(case), document.valid_until, language),
        document.code or "",
        document.is_ready,
        late=not document.is_ready and bool(document.failure),
        reasons=tuple(_reasons(case, language)) if state == DocumentState.REVOKED else (),
    )


def state_now(document: Document, case: Case) -> str:
    """The recorded state; past its last day it is over, also where the clock has not come round yet."""
    is_over = document.valid_until is not None and document.valid_until < today(case)
    if document.state == DocumentState.ISSUED and is_over:
        return DocumentState.EXPIRED
    return DocumentState(document.state)


def today(case: Case) -> date:
    return now().astimezone(agency_of(case).zone).date()


def case_of(document: Document) -> Case:
    return db.session.get_one(Case, document.case_id)


def _reasons(case: Case, language: str) -> Sequence[str]:
    """What was given as the reason, and the words beside it."""
    rows = [row for row in queries.history_of(case) if ((row.words and row.words.content) or {}).get("certificate")]
    content = (rows[-1].words.content if rows and rows[-1].words else None) or {}
    told = [reason_text(case, code, language, at=rows[-1].at) for code in content.get("reasons", ())]
    return [*told, *filter(None, [content.get("note", "")])]
