"""A person's cases as rows of a list: number, state, unread messages, deadline; one query for any length."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists, func, select

from app.appointments.models import Booking
from app.calendars.clock import now
from app.calendars.printed import day_text
from app.cases.context import agency_of, registry
from app.cases.conversation import OPEN, InfoRequest, ThreadEntry
from app.cases.models import Case, Deadline
from app.cases.numbered import Numbered
from app.cases.queries import is_unread
from app.cases.timeline import label_of, state_key
from app.hot import Hot
from app.kit.workflow import Stage
from app.payments.models import Bill
from app.payments.states import BillState


class _Columns(NamedTuple):
    id: uuid.UUID
    year: int
    serial: int
    service: str
    agency: str
    stage: str
    outcome: str | None
    filed_at: datetime


class OwnCase(Numbered, _Columns):
    """What a list shows of a case: columns, since twenty entities would cost more than the page."""

    __slots__ = ()


class Row(NamedTuple):
    """`waits`: for the person, who has to answer or to pay until `answer_by`."""

    case: OwnCase
    title: str
    state: str
    label: str
    unread: int
    answer_by: date | None
    bill_id: uuid.UUID | None = None

    @property
    def waits(self) -> bool:
        return self.state in ("waiting_citizen", "awaiting_payment")


def own_rows(
    person_id: uuid.UUID, language: str, *, service: str | None = None, page: int = 1, size: int = 20
) -> tuple[list[Row], bool]:
    """One page of a person's cases, the newest first, and whether there are more. One round trip."""
    query = _OF_ONE_SERVICE if service else _OF_ALL
    place = {"person": person_id, "most": size + 1, "skipped": (page - 1) * size}
    found = query.rows(place | ({"service": service} if service else {}))
    titles = _titles({each.service for each in found}, language)
    return [_row(language, titles, each) for each in found[:size]], len(found) > size


def _titles(slugs: Iterable[str], language: str) -> dict[str, str]:
    """Of each service, its title; of one that is no longer declared its name."""
    services = registry()
    return {slug: services[slug].text(language, "title") if slug in services else slug for slug in slugs}


def _row(language: str, titles: Mapping[str, str], found: Any) -> Row:
    case, (waiting, unread, visit, answer_by, pay_by, bill_id) = OwnCase._make(found[:8]), found[8:]
    visit = visit if case.stage == Stage.APPROVED else None
    state = state_key(case, waiting=waiting, visit=visit, owed=bill_id is not None)
    until = pay_by if bill_id else answer_by if waiting else None
    return Row(case, titles[case.service], state, label_of(state, language), unread, until, bill_id)


def _statement() -> Select[Any]:
    """Built once: making this statement costs more than asking it."""
    unread = select(func.count()).where(ThreadEntry.case_id == Case.id, ThreadEntry.person_id == bindparam("person"))
    visit = select(Booking.state).where(Booking.case_id == Case.id).order_by(Booking.created_at.desc()).limit(1)
    runs = (Deadline.case_id == Case.id, Deadline.state == "open")
    until = select(Deadline.last_on).where(*runs)
    owed = select(Bill.id).where(Bill.case_id == Case.id, Bill.state == BillState.OPEN)
    return (
        select(
            *(getattr(Case, name) for name in OwnCase._fields),
            exists().where(InfoRequest.case_id == Case.id, InfoRequest.state == OPEN).label("waiting"),
            unread.where(*is_unread()).scalar_subquery().label("unread"),
            visit.scalar_subquery().label("visit"),
            until.where(Deadline.kind == "answer").scalar_subquery().label("answer_by"),
            until.where(Deadline.kind == "payment").scalar_subquery().label("pay_by"),
            owed.scalar_subquery().label("bill_id"),
        )
        .where(Case.applicant_id == bindparam("person"))
        .order_by(Case.filed_at.desc(), Case.id)
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
    )


_OF_ALL = Hot(_statement())
_OF_ONE_SERVICE = Hot(_statement().where(Case.service == bindparam("service")))


@dataclass(frozen=True)
class Waiting:
    """One thing the person has to do: for which case, until when, and how many days are left."""

    row: Row
    until: str
    days_left: int


def waiting_items(listed: Sequence[Row], language: str) -> list[Waiting]:
    found = []
    for row in listed:
        if row.waits and row.answer_by:
            agency = agency_of(row.case)
            today, until = now().astimezone(agency.zone).date(), row.answer_by
            found.append(Waiting(row, day_text(agency, until, language), max(0, (until - today).days)))
    return sorted(found, key=lambda item: item.days_left)
