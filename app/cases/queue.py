"""The queue of an officer: what its rows show of a case, asked by one statement for each way to narrow it."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Uuid, and_, bindparam, case, exists, func, or_, select

from app.appointments.models import Booking
from app.appointments.rules import BOOKED
from app.cases.context import registry
from app.cases.conversation import OPEN, InfoRequest, ThreadEntry
from app.cases.models import Case
from app.cases.numbered import Numbered
from app.cases.queries import seen_by
from app.extensions import rows
from app.hot import Hot
from app.identity.actors import Actor, Grant
from app.identity.models import Person, Staff
from app.kit.arabic import fold, western_digits
from app.kit.case_numbers import find_number
from app.kit.workflow import Stage
from app.payments.models import Bill
from app.payments.states import BillState

PAGE = 50
# Ways to narrow the queues of all officers whose statement is kept; others are built again.
SHAPES_REMEMBERED = 512
# The order in which open cases are to be done. An index has it for each agency.
IN_TURN = (Case.comes_first.desc(), Case.target_at.asc().nulls_last(), Case.filed_at, Case.id)


@dataclass(frozen=True)
class QueueFilters:
    """What an officer narrows the queue by; every value comes from a fixed list or is folded before use."""

    service: str | None = None
    stage: str | None = None
    mine: bool = False
    waiting: bool = False
    closed: bool = False
    words: str = ""
    page: int = 1


class _Columns(NamedTuple):
    id: uuid.UUID
    year: int
    serial: int
    version: int
    service: str
    agency: str
    stage: str
    outcome: str | None
    filed_at: datetime
    target_at: datetime | None
    comes_first: bool
    applicant: str
    assignee: str | None
    waiting: bool
    unread: int
    visit: str | None
    owed: bool


class QueueRow(Numbered, _Columns):
    """Columns of a case and no entity: fifty cases with everything of theirs would cost more than the page.

    `visit`: how the appointment of an approved case stands, the one it holds or else its last; `owed`: a bill is open.
    """

    __slots__ = ()


def queue(actor: Actor, filters: QueueFilters, language: str) -> list[QueueRow]:
    """Open cases this member of staff may see, urgent ones first, then by target; one more than PAGE if a page follows.

    A number finds its case in whatever state; closed ones have a filter of their own, the last closed first.
    """
    by_number = _is_number(filters.words)
    kept = _statement(actor.grants, replace(filters, words="", page=1), language, by_number)
    values = {"skipped": (filters.page - 1) * PAGE, "me": actor.staff_id}
    if filters.words:
        return [QueueRow._make(row) for row in rows(kept.statement.where(_matches(filters.words)), values)]
    return [QueueRow._make(row) for row in kept.rows(values)]


@lru_cache(SHAPES_REMEMBERED)
def _statement(grants: tuple[Grant, ...], shape: QueueFilters, language: str, by_number: bool) -> Hot:
    """Built once: making this statement costs more than asking it. What was searched for is never kept."""
    waiting = select(InfoRequest.id).where(InfoRequest.case_id == Case.id, InfoRequest.state == OPEN).exists()
    return Hot(
        select(*_columns(language), waiting.label("waiting"), _unread().label("unread"), *_visit_and_owed())
        .join(Person, Person.id == Case.applicant_id)
        .outerjoin(Staff, Staff.id == Case.assignee_id)
        .where(seen_by(grants), *_narrowed(shape, waiting, by_number=by_number))
        .order_by(*((Case.closed_at.desc(), Case.id) if shape.closed else IN_TURN))
        .limit(PAGE + 1)
        .offset(bindparam("skipped", type_=Integer))
    )


def _columns(language: str) -> tuple[Any, ...]:
    names = (Person.name_en, Person.name_ar) if language == "en" else (Person.name_ar, Person.name_en)
    return (
        Case.id,
        Case.year,
        Case.serial,
        Case.version,
        Case.service,
        Case.agency,
        Case.stage,
        Case.outcome,
        Case.filed_at,
        Case.target_at,
        Case.comes_first,
        func.coalesce(*(func.nullif(name, "") for name in names), "").label("applicant"),
        func.coalesce(func.nullif(Staff.name, ""), Staff.email).label("assignee"),
    )


def _unread() -> ColumnElement[int]:
    """How many messages of the citizen nobody has read."""
    from_citizen = ThreadEntry.author_kind == "citizen", ThreadEntry.staff_read_at.is_(None)
    return select(func.count()).where(ThreadEntry.case_id == Case.id, *from_citizen).correlate(Case).scalar_subquery()


def _visit_and_owed() -> tuple[ColumnElement[Any], ...]:
    visit = select(Booking.state).where(Booking.case_id == Case.id).limit(1)
    visit = visit.order_by((Booking.state == BOOKED).desc(), Booking.created_at.desc())
    approved = case((Case.stage == Stage.APPROVED, visit.correlate(Case).scalar_subquery()))
    return approved.label("visit"), exists().where(Bill.case_id == Case.id, Bill.state == BillState.OPEN).label("owed")


def _narrowed(shape: QueueFilters, waiting: ColumnElement[bool], *, by_number: bool) -> list[ColumnElement[bool]]:
    narrowings = (
        (shape.closed, Case.closed_at.is_not(None)),
        (not shape.closed and not by_number, Case.closed_at.is_(None)),
        (shape.service, Case.service == shape.service),
        (shape.stage, Case.stage == shape.stage),
        (shape.mine, Case.assignee_id == bindparam("me", type_=Uuid)),
        (shape.waiting, waiting),
    )
    return [condition for is_asked, condition in narrowings if is_asked]


def _is_number(words: str) -> bool:
    digits = western_digits(words)
    return find_number(words) is not None or digits.isascii() and digits.isdecimal()


def _matches(words: str) -> Any:
    number = find_number(words)
    if number is not None:
        return and_(Case.year == number[0], Case.serial == number[1])
    digits = western_digits(words)
    if digits.isascii() and digits.isdecimal():
        return or_(Case.serial == int(digits[:9]), Case.transaction_number == digits.zfill(6)[:20])
    names = select(Person.id).where(Person.name_search.contains(fold(words), autoescape=True))
    # Whoever looks for a name must not learn that its bearer has a request there.
    restricted = [service.slug for service in registry().values() if service.restricted]
    return and_(Case.applicant_id.in_(names), Case.service.not_in(restricted))
