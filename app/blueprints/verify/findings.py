"""What is said of a code, in words: a verdict and the few facts a stranger may compare with the paper."""

from dataclasses import dataclass, field
from datetime import date

from flask import current_app

from app.calendars.clock import now
from app.calendars.wording import full_date, moment_text
from app.documents.models import Document, DocumentState
from app.kit.profile import Profile
from app.kit.words import WORDS

VERDICTS = {
    DocumentState.ISSUED: ("verification.valid", "", "shield"),
    DocumentState.SUPERSEDED: ("verification.superseded", "warn", "alert"),
    DocumentState.REVOKED: ("verification.revoked", "bad", "no"),
}


@dataclass(frozen=True)
class Finding:
    """`verdict`: key of its sentence. `tone`: "", warn or bad. `facts`: label and value, in the words of the page."""

    verdict: str
    tone: str
    icon: str
    params: dict[str, str] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    hint: str = "verification.compare"


def unknown() -> Finding:
    return Finding("verification.unknown", "bad", "no", hint="verification.mismatch")


def of_pass(valid_on: date | None, language: str) -> Finding:
    """A pass: the day it is good for, or that it is not. Nothing else."""
    if valid_on is None:
        return Finding("documents.verify.pass_not_valid", "bad", "no", hint="documents.verify.pass_hint")
    day = full_date(valid_on, language, weekday=True)
    hint = "documents.verify.pass_hint"
    return Finding("documents.verify.pass_valid", "", "shield", params={"date": day}, hint=hint)


def of_document(document: Document, language: str) -> Finding:
    """A paper of a request: its number, date and service. The name stays on the paper."""
    verdict, tone, icon = VERDICTS[DocumentState(document.state)]
    shown = document.shown
    facts = [
        ("kind", WORDS.text(language, f"documents.{document.kind}.title")),
        ("number", shown["number"]),
        ("service", shown["service_names"][language]),
        ("date", full_date(date.fromisoformat(shown["filed_on"]), language)),
        ("checked_at", moment_text(now(), _zone(), language)),
    ]
    said = tuple((WORDS.text(language, f"documents.verify.{name}"), value) for name, value in facts)
    return Finding(verdict, tone, icon, facts=said)


def _zone() -> str:
    profile: Profile = current_app.extensions["profile"]
    return str(next(iter(profile.agencies.values())).zone)
