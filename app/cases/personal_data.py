"""What the portal holds about a person, for that person: every case, and which agencies looked at his file and when."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.calendars.hijri import to_hijri
from app.calendars.wording import full_date
from app.cases import messages, papers, queries, timeline
from app.cases.context import agency_of, profile
from app.cases.models import Case
from app.extensions import db
from app.identity.audit import AuditRow
from app.identity.models import Person
from app.kit.roles import Role

VIEWED = "case.viewed"
# Whoever only works on hidden steps leaves no trace here: the look would tell of the step.
HIDDEN_ROLES = {str(Role.SECURITY_OFFICER)}


@dataclass(frozen=True)
class View:
    """An agency looked at a case on a day."""

    agency: str
    number: str
    on: str


def views_of(person_id: uuid.UUID, language: str) -> list[View]:
    """One line for each agency, case and day, the newest first."""
    rows = db.session.execute(
        select(AuditRow.at, AuditRow.detail, Case)
        .join(Case, Case.id == AuditRow.case_id)
        .where(AuditRow.kind == VIEWED, AuditRow.actor_kind == "staff", Case.applicant_id == person_id)
        .order_by(AuditRow.id.desc())
        .limit(2000)
    )
    found: dict[tuple[str, str, date], View] = {}
    for at, detail, case in rows:
        if set(detail.get("roles", ())) <= HIDDEN_ROLES and detail.get("roles"):
            continue
        day = at.astimezone(agency_of(case).zone).date()
        found.setdefault(
            (case.agency, case.number, day),
            View(profile().agency(case.agency).name[language], case.number, full_date(day, language)),
        )
    return list(found.values())


def export(person: Person, language: str) -> dict[str, Any]:
    """Everything held, in names a program can read; times ISO 8601, Hijri dates in fields of their own."""
    return {
        "person": {
            "identity_number": person.identity_number,
            "country": person.country,
            "name_ar": person.name_ar,
            "name_en": person.name_en,
            "birthdate": person.birthdate,
            "birthdate_hijri": person.birthdate_hijri,
            "mobile": person.mobile,
            "email": person.email,
            "since": person.created_at.isoformat(),
        },
        "cases": [_case(case, language) for case in queries.cases_of(person.id, size=1000)],
        "views": [
            {"agency": view.agency, "number": view.number, "on": view.on} for view in views_of(person.id, language)
        ],
    }


def _case(case: Case, language: str) -> dict[str, Any]:
    zone = agency_of(case).zone
    moments = timeline.timeline(case, queries.history_of(case), language, for_citizen=True)
    return {
        "number": case.number,
        "service": case.service,
        "agency": case.agency,
        "filed_at": case.filed_at.isoformat(),
        "filed_on_hijri": str(to_hijri(case.filed_at.astimezone(zone).date())),
        "state": timeline.state_of(case, language).key,
        "transaction_number": case.transaction_number,
        "transaction_year": case.transaction_year,
        "answers": [
            {
                "label": line.label,
                "value": line.value,
                "rows": [[(each.label, each.value) for each in row] for _title, row in line.rows],
            }
            for part in papers.parts_of(case, language)
            for line in part.lines
        ],
        "files": [
            {"name": each.name, "size": each.size, "sha256": each.sha256} for each in papers.attachments_of(case)
        ],
        "timeline": [
            {"at": moment.at.isoformat(), "text": moment.text, "reasons": list(moment.reasons)} for moment in moments
        ],
        "messages": [
            {
                "at": entry.at.isoformat(),
                "by": "me" if entry.author_kind == "citizen" else "agency",
                "subject": entry.subject,
                "text": entry.body,
            }
            for entry in messages.thread_of(case, for_staff=False)
        ],
    }
