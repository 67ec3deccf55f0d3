"""What is said of a code, in words: a verdict and the few facts a stranger may compare with the paper."""

from dataclasses import dataclass, field
from datetime import date

from app.calendars.clock import now
from app.cases import certificate_view
from app.cases.context import service_of
from app.cases.models import Case
from app.documents.models import Document, DocumentState
from app.documents.orders import find_document, sheet_of
from app.documents.signature.check import Verdict
from app.kit.certificate import masked_name
from app.kit.words import WORDS
from app.payments import receipts
from app.web.moments import date_of, day_of, day_words, moment_of

VERDICTS = {
    DocumentState.ISSUED: ("verification.valid", "", "shield"),
    DocumentState.SUPERSEDED: ("verification.superseded", "warn", "alert"),
    DocumentState.REVOKED: ("verification.revoked", "bad", "no"),
    DocumentState.EXPIRED: ("verification.expired", "warn", "clock"),
}
# What to do with a paper: compare it, where it is good; else how to come by one that is.
COMPARE = "verification.compare"
HINTS = {
    state: f"documents.verify.{state}_hint"
    for state in (DocumentState.SUPERSEDED, DocumentState.REVOKED, DocumentState.EXPIRED)
}


@dataclass(frozen=True)
class Finding:
    """`verdict`: key of its sentence. `tone`: "", warn or bad. `facts`: label and value, in the words of the page.

    `number`: of the paper, where it has one that stands large.
    """

    verdict: str
    tone: str
    icon: str
    params: dict[str, str] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    hint: str = COMPARE
    number: str = ""


def unknown() -> Finding:
    return Finding("verification.unknown", "bad", "no", hint="documents.verify.unknown_hint")


def of_file(verdict: Verdict) -> Finding:
    """A file that is not, byte for byte, one that was signed here."""
    return Finding(f"documents.verify.file.{verdict}_title", "bad", "no", hint="documents.verify.file.ask")


def of_pass(valid_on: date | None, agency: str) -> Finding:
    """A pass: the day it is good for, or that it is not. Nothing else."""
    if valid_on is None:
        return Finding("documents.verify.pass_not_valid", "bad", "no", hint="documents.verify.pass_hint")
    day = day_words(valid_on, agency)
    hint = "documents.verify.pass_hint"
    return Finding("documents.verify.pass_valid", "", "shield", params={"date": day}, hint=hint)


def of_document(document: Document, language: str) -> Finding:
    """A paper of a request: its number, date and service. The name stays on the paper."""
    verdict, tone, icon = VERDICTS[DocumentState(document.state)]
    shown, given_back, agency = document.shown, _given_back(document), certificate_view.case_of(document).agency
    if given_back:
        verdict, tone, icon = "payments.receipt.refunded_text", "warn", "alert"
    facts = [
        ("kind", WORDS.text(language, f"documents.{document.kind}.title")),
        ("number", shown["number"]),
        ("service", shown["service_names"][language]),
        ("date", day_of(date.fromisoformat(shown["filed_on"]), agency)),
        ("checked_at", moment_of(now(), agency)),
    ]
    said = tuple((WORDS.text(language, f"documents.verify.{name}"), value) for name, value in facts)
    hint = COMPARE if given_back else HINTS.get(DocumentState(document.state), COMPARE)
    return Finding(verdict, tone, icon, params=given_back, facts=said, hint=hint)


def _given_back(document: Document) -> dict[str, str]:
    """Of a receipt whose amount went back: the day."""
    receipt = receipts.find_receipt(str(document.code)) if document.kind == "receipt" else None
    if receipt is None or receipt.refunded_at is None:
        return {}
    return {"date": date_of(receipt.refunded_at, receipt.bill.agency)}


def of_certificate(document: Document, language: str) -> Finding:
    """A certificate: what it certifies, of whom in first letters, and until when. Told apart from the file's state."""
    case = certificate_view.case_of(document)
    state = DocumentState(certificate_view.state_now(document, case))
    verdict, tone, icon = VERDICTS[state]
    shown, holder = document.shown, sheet_of(document).paper["holder"]
    facts = [
        ("kind", _kind(case, shown["title"][language], language)),
        ("issuer", WORDS.text(language, "documents.comma").join((shown["agency"][language], shown["unit"][language]))),
        ("holder", masked_name(holder[language])),
        *((each.get("label", {}).get(language, "about"), each[language]) for each in shown["about"]),
        ("issued_on", day_of(date.fromisoformat(shown["issued_on"]), case.agency)),
        ("valid_until", day_of(date.fromisoformat(shown["valid_until"]), case.agency)),
        *_afterwards(document, case.agency),
        ("checked_at", moment_of(now(), case.agency)),
    ]
    said = tuple((_label(name, language), value) for name, value in facts)
    return Finding(verdict, tone, icon, facts=said, number=str(document.number), hint=HINTS.get(state, COMPARE))


def _label(name: str, language: str) -> str:
    """Of a fact; what the paper itself says of one is its label already."""
    key = f"documents.verify.{name}"
    return WORDS.text(language, key) if WORDS.has(key) else name


def _kind(case: Case, title: str, language: str) -> str:
    """What the paper is called before a stranger: of a restricted service no more than «letter», «permit»."""
    service = service_of(case)
    if not service.restricted:
        return title
    paper = service.paper(language)
    return paper[:1].upper() + paper[1:]


def _afterwards(document: Document, agency: str) -> list[tuple[str, str]]:
    """The number of what replaced it, or the day on which it was revoked."""
    if document.state == DocumentState.SUPERSEDED:
        newest = find_document(document.kind, document.case_id)
        return [("replaced_by", str(newest.number))] if newest and newest.id != document.id else []
    if document.state == DocumentState.REVOKED and document.state_at:
        return [("revoked_on", date_of(document.state_at, agency))]
    return []
