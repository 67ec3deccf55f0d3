"""What the portal holds about a person, for that person: every case, and which agencies looked at his file and when."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.calendars.hijri import to_hijri
from app.calendars.wording import full_date
from app.cases import drafts, messages, papers, queries, timeline
from app.cases.context import agency_of, profile
from app.cases.conversation import Appeal, Rating, Signature
from app.cases.models import Case
from app.extensions import db
from app.identity.audit import AuditRow
from app.identity.models import Person
from app.kit.roles import Role
from app.notify.models import Message
from app.payments import bills, receipts

OF_AN_APPEAL = ("subject", "grounds", "late_reason", "outcome", "answer")
VIEWED = ("case.viewed", "file.viewed", "paper.viewed")
# Whoever only works on hidden steps leaves no trace here: the look would tell of the step.
HIDDEN_ROLES = {str(Role.SECURITY_OFFICER)}


@dataclass(frozen=True)
class View:
    """An agency looked at a case on a day."""

    agency: str
    number: str
    on: str


def views_of(person_id: uuid.UUID, language: str) -> list[View]:
    """One line for each agency, case and day, the newest first. The list is nobody's, so Hijri stands first in all."""
    rows = db.session.execute(
        select(AuditRow.at, AuditRow.detail, Case)
        .join(Case, Case.id == AuditRow.case_id)
        .where(AuditRow.kind.in_(VIEWED), AuditRow.actor_kind == "staff", Case.applicant_id == person_id)
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
            View(profile().agency(case.agency).name[language], case.number, full_date(day, language, hijri=True)),
        )
    return list(found.values())


def export(person: Person, language: str) -> dict[str, Any]:
    """Everything held, in names a program can read; times ISO 8601, Hijri dates in fields of their own."""
    return {
        "person": _about(person),
        "sign_ins": [
            {"provider": login.issuer, "first_at": login.created_at.isoformat(), "last_at": login.last_at.isoformat()}
            for login in person.logins
        ],
        "drafts": [
            {"service": draft.service, "saved_at": draft.saved_at.isoformat(), "answers": drafts.read(draft)}
            for draft in drafts.drafts_of(person.id)
        ],
        "sent": _sent(person),
        "cases": [_case(case, language) for case in queries.cases_of(person.id, size=1000)],
        "views": [
            {"agency": view.agency, "number": view.number, "on": view.on} for view in views_of(person.id, language)
        ],
    }


def _about(person: Person) -> dict[str, Any]:
    return {
        "identity_number": person.identity_number,
        "country": person.country,
        "name_ar": person.name_ar,
        "name_en": person.name_en,
        "birthdate": person.birthdate,
        "birthdate_hijri": person.birthdate_hijri,
        "gender": person.gender,
        "nationality": person.nationality,
        "mobile": person.mobile,
        "mobile_stated_by": person.mobile_source,
        "email": person.email,
        "language": person.language,
        "since": person.created_at.isoformat(),
    }


def _sent(person: Person) -> list[dict[str, Any]]:
    """Messages by SMS and e-mail: what of, by which way, and what became of each. Their words stand in the threads."""
    rows = select(Message.created_at, Message.event, Message.channel, Message.state)
    found = db.session.execute(rows.where(Message.person_id == person.id).order_by(Message.created_at))
    return [{"at": at.isoformat(), "about": about, "by": by, "state": state} for at, about, by, state in found]


def _said_after(case: Case) -> dict[str, Any]:
    """The person's signature, objections and opinion."""
    signature, rating = db.session.get(Signature, case.id), db.session.get(Rating, case.id)
    objections = db.session.scalars(select(Appeal).where(Appeal.case_id == case.id).order_by(Appeal.at))
    return {
        "signed": {"at": signature.signed_at.isoformat(), "text": signature.text_shown} if signature else None,
        "rating": {"stars": rating.stars, "words": rating.words, "at": rating.at.isoformat()} if rating else None,
        "appeals": [
            {"at": each.at.isoformat(), **{name: getattr(each, name) for name in OF_AN_APPEAL}} for each in objections
        ],
    }


def _bills(case: Case) -> list[dict[str, Any]]:
    """What was asked for and what came of it; amounts in minor units."""
    return [
        {
            "amount": bill.amount,
            "currency": bill.currency,
            "state": bill.state,
            "issued_at": bill.created_at.isoformat(),
            "receipt": receipt.number if (receipt := receipts.receipt_of_bill(bill.id)) else None,
        }
        for bill in bills.bills_of_case(case.id)
    ]


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
        "bills": _bills(case),
        **_said_after(case),
    }
