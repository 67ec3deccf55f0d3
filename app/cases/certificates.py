"""Certificates of cases: issued by a step, corrected under the same number, revoked by staff, ended by the clock.

A case has editions of one certificate; the newest is the one that counts. What it says is fixed at the step, in both
languages; a worker renders and signs it later, once.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from app.calendars.clock import now
from app.cases import certificate_words, deadlines
from app.cases.answers import Answers, open_answers
from app.cases.context import agency_of, service_of
from app.cases.errors import StepRefused
from app.cases.models import Case, History
from app.documents.models import CERTIFICATE, Document, DocumentState, RenderState
from app.documents.orders import order, revoke
from app.documents.papers.certificate import with_receipt
from app.extensions import db
from app.identity.actors import Actor
from app.kit.certificate import Certificate, edition_number
from app.kit.service import Service
from config import Settings, SettingsError

DEADLINE = "certificate"
LANGUAGE = "ar"  # of the sheet; every word on it stands in both
REMIND_HOUR = 10


class NoCertificate(StepRefused):
    """There is none in force that could be revoked, replaced or ended."""

    text_key = "cases.errors.no_certificate"


def check_settings(settings: Settings, services: Mapping[str, Service]) -> None:
    """Called at start. Raises SettingsError: a service of a production issues certificates that nothing could sign."""
    certified = next((slug for slug, service in services.items() if service.certificate), None)
    if settings.production and certified and settings.certificate_key_file is None:
        raise SettingsError(
            f"CERTIFICATE_KEY_FILE and CERTIFICATE_CHAIN_FILE are required: {certified} issues certificates"
        )


def editions(case: Case) -> list[Document]:
    """Every edition, the first one first."""
    rows = select(Document).where(Document.case_id == case.id, Document.kind == CERTIFICATE)
    return list(db.session.scalars(rows.order_by(Document.created_at, Document.number)))


def issue(case: Case, row: History) -> Document:
    """Order the next edition as of the step `row`. The case is locked by the caller."""
    rule, earlier = rule_of(case), editions(case)
    number = edition_number(case.number, len(earlier) + 1)
    answers = open_answers(case.id, case.answers)
    issued_on = row.at.astimezone(agency_of(case).zone).date()
    until = last_day(rule, answers, issued_on, earlier[0] if earlier else None)
    snapshot = certificate_words.snapshot(
        case, answers, number=number, issued_on=issued_on, until=until, replaces=earlier[-1].number if earlier else None
    )
    made = order(CERTIFICATE, case.id, str(len(earlier) + 1), snapshot, LANGUAGE)
    _set_clock(case, rule, until)
    return made


def name_receipt(case: Case, number: str) -> None:
    """Write the receipt on a certificate that this very payment has issued: both become facts in one transaction."""
    found = editions(case)
    if found and found[-1].render_state == RenderState.ORDERED:
        paper = with_receipt(json.loads(found[-1].paper_json), number)
        found[-1].paper_json = json.dumps(paper, ensure_ascii=False, separators=(",", ":"))


def rule_of(case: Case) -> Certificate:
    rule = service_of(case).certificate
    assert rule is not None, f"{case.service} declares no certificate"
    return rule


def last_day(rule: Certificate, answers: Answers, issued_on: date, first: Document | None) -> date:
    """The last day on which it is good: the days of the rule, never beyond the dates it hangs on.

    A correction gives no new time: what was examined was examined then.
    """
    days = [first.valid_until if first and first.valid_until else issued_on + timedelta(days=rule.valid_days)]
    return min(days + [date.fromisoformat(each) for each in _caps(rule, answers)])


def _caps(rule: Certificate, answers: Answers) -> list[str]:
    if rule.never_beyond is None:
        return []
    if isinstance(rule.never_beyond, str):
        found = [answers.get(rule.never_beyond)]
    else:
        group, name = rule.never_beyond
        found = [row.get(name) for row in answers.get(group) or []]
    return [each for each in found if each]


def _set_clock(case: Case, rule: Certificate, until: date) -> None:
    """The end of the last day in the agency's zone, with what is told before it."""
    ends = _start_of(until + timedelta(days=1), case)
    lapse = next((each for each in _steps_here(case) if each.effect == "expire_certificate"), None)
    deadlines.set_moment(case, DEADLINE, ends, step=lapse.name if lapse else None)
    for before in rule.remind:
        at = _start_of(until - timedelta(days=before), case) + timedelta(hours=REMIND_HOUR)
        if at > now():
            deadlines.set_moment(case, f"{DEADLINE}:remind:{before}", at, notice=f"expiry_{before}", last_on=until)


def _start_of(day: date, case: Case) -> datetime:
    return datetime.combine(day, time(), agency_of(case).zone)


def _steps_here(case: Case) -> list[Any]:
    return list(service_of(case).workflow.from_stage(case.stage))


def _end(state: DocumentState) -> Callable[[Case, Actor], dict[str, Any]]:
    def ended(case: Case, by: Actor) -> dict[str, Any]:
        in_force = next((each for each in reversed(editions(case)) if each.state == DocumentState.ISSUED), None)
        if in_force is None:
            raise NoCertificate
        revoke(case.id, CERTIFICATE, state)
        return {"certificate": in_force.number}

    return ended


# What a step does to the certificate in force; the history keeps its number.
EFFECTS: Mapping[str, Callable[[Case, Actor], dict[str, Any]]] = {
    "revoke_certificate": _end(DocumentState.REVOKED),
    "supersede": _end(DocumentState.SUPERSEDED),
    "expire_certificate": _end(DocumentState.EXPIRED),
}
