"""A person's cases as rows of a list: number, state, unread messages, deadline; as many queries for any length."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.appointments.models import Booking
from app.calendars.clock import now
from app.calendars.wording import full_date
from app.cases.context import agency_of, registry
from app.cases.models import Case, Deadline
from app.cases.queries import unread_by_case, waiting_for_citizen
from app.cases.timeline import label_of, state_key
from app.extensions import db
from app.kit.workflow import Stage


@dataclass(frozen=True)
class Row:
    case: Case
    title: str
    state: str
    label: str
    unread: int
    answer_by: date | None

    @property
    def waits(self) -> bool:
        return self.state == "waiting_citizen"


def overview(cases: Sequence[Case], person_id: uuid.UUID, language: str) -> list[Row]:
    ids = [case.id for case in cases]
    waiting, unread = waiting_for_citizen(ids), unread_by_case(person_id)
    visits = _visits([case.id for case in cases if case.stage == Stage.APPROVED])
    due = _answer_days([case.id for case in cases if case.id in waiting])
    rows = []
    for case in cases:
        state = state_key(case, waiting=case.id in waiting, visit=visits.get(case.id))
        title = registry()[case.service].text(language, "title") if case.service in registry() else case.service
        rows.append(Row(case, title, state, label_of(state, language), unread.get(case.id, 0), due.get(case.id)))
    return rows


def _visits(ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    if not ids:
        return {}
    found = db.session.execute(
        select(Booking.case_id, Booking.state).where(Booking.case_id.in_(ids)).order_by(Booking.created_at)
    )
    return {case_id: state for case_id, state in found}


def _answer_days(ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, date]:
    if not ids:
        return {}
    query = select(Deadline.case_id, Deadline.last_on).where(
        Deadline.case_id.in_(ids), Deadline.kind == "answer", Deadline.state == "open"
    )
    return {case_id: last_on for case_id, last_on in db.session.execute(query)}


@dataclass(frozen=True)
class Waiting:
    """One thing the person has to do: for which case, until when, and how many days are left."""

    row: Row
    until: str
    days_left: int


def waiting_items(rows: Sequence[Row], language: str) -> list[Waiting]:
    found = []
    for row in rows:
        if row.waits and row.answer_by:
            today = now().astimezone(agency_of(row.case).zone).date()
            found.append(Waiting(row, full_date(row.answer_by, language), max(0, (row.answer_by - today).days)))
    return sorted(found, key=lambda item: item.days_left)
