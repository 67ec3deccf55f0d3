"""The words of two papers of a case: the report that several persons signed, and the decision that awards an amount."""

from typing import Any

from app.calendars.printed import date_text, instant_text
from app.cases import awards, field_visits, officers, papers, reports
from app.cases.answers import open_answers
from app.cases.context import agency_of, service_of
from app.cases.models import Case, History
from app.documents.orders import order
from app.kit.identifiers import masked
from app.kit.words import LANGUAGES

REPORT, DECISION = reports.PAPER, awards.PAPER


def order_paper(case: Case, kind: str, row: History) -> None:
    """Order the report once everybody has signed it, or the decision, as of the step `row`."""
    found = reports.report_of(case) if kind == REPORT else None
    if kind == REPORT and (found is None or not found.is_complete):
        return
    snapshot = report_snapshot(case, found, row) if found else decision_snapshot(case, row)
    order(kind, case.id, f"{row.seq}", snapshot, case.language)


def _head(case: Case, kind: str, row: History) -> dict[str, Any]:
    agency, service, language = agency_of(case), service_of(case), case.language
    registered = f"{case.transaction_number}/{case.transaction_year}" if case.transaction_number else ""
    return {
        "agency": dict(agency.name),
        "agency_id": agency.id,
        "title": service.text(language, f"outputs.{kind}.title"),
        "opening": service.text(language, f"outputs.{kind}.opening"),
        "service": service.text(language, "title"),
        "service_names": {each: service.title_in_messages(each) for each in LANGUAGES},
        "number": case.number,
        "transaction": registered,
        "filed_on": case.filed_at.astimezone(agency.zone).date().isoformat(),
        "date": date_text(agency, row.at, language),
        "to": case.applicant.name(language),
    }


def report_snapshot(case: Case, found: reports.Report, row: History) -> dict[str, Any]:
    service, agency, language = service_of(case), agency_of(case), case.language
    at, names = field_visits.visit_of(case), officers.names_of(each.actor_staff_id for each in found.signatures)
    visited = [(service.text(language, "field_visit.title"), field_visits.text(case, at, language))] if at else []
    told = [(service.text(language, f"outputs.{REPORT}.{part}"), found.words[part]) for part in reports.PARTS]
    signed = [
        {
            "label": service.text(language, f"outputs.{REPORT}.{each.step}"),
            "name": names.get(each.actor_staff_id, "") if each.actor_staff_id else "",
            "at": instant_text(agency, each.at, language),
        }
        for each in found.signatures
    ]
    return _head(case, REPORT, row) | {"rows": _repeated(case) + visited + told, "signatures": signed, "appeal": []}


def _repeated(case: Case) -> list[tuple[str, str]]:
    """The answers that letters of this service say again."""
    return [(each["label"], each["value"]) for each in papers.repeated(case, case.language)]


def decision_snapshot(case: Case, row: History) -> dict[str, Any]:
    """The amount, how it was reached, the account by its last digits, and how it may be objected to."""
    service, language = service_of(case), case.language
    found = awards.award_of(case)
    assert found is not None
    told = [
        (service.text(language, f"outputs.{DECISION}.amount"), awards.amount_text(case, found["minor"], language)),
        (service.text(language, f"outputs.{DECISION}.basis"), found["basis"]),
    ]
    if iban := open_answers(case.id, case.answers).get("iban"):
        told.append((service.text(language, "fields.iban.label"), masked(iban[-8:])))
    appeal = papers.appeal_words(case, language, "appeal.right")
    return _head(case, DECISION, row) | {"rows": _repeated(case) + told, "signatures": [], "appeal": appeal}
