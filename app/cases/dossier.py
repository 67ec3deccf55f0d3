"""Everything that belongs to one case, read in one round trip and remembered with it for the page being drawn.

A page begins with `dossier.case_for(actor, number)`. From then on the reading functions of this room (`requests_of`,
`open_deadline`, `history_of` …) answer from memory, so that a page may ask them as often as it reads well. Whoever
changes a case locks it first (`steps.locked`): the objects here belong to no session, and no change to them is kept.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Label, Uuid, bindparam, literal_column, or_, select, union_all
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm.attributes import set_committed_value

from app.appointments.gate_models import VisitPass
from app.appointments.models import Booking, DepartmentCalendar
from app.cases import memory, queries
from app.cases.conversation import Appeal, InfoRequest, Rating, ThreadEntry
from app.cases.errors import CaseNotFound
from app.cases.models import Case, Deadline, History, HistoryText
from app.cases.rows import listed, revived
from app.documents.models import Attachment, Document
from app.hot import Hot, Shown
from app.identity.actors import Actor, Grant
from app.identity.models import Person, Staff
from app.kit.case_numbers import find_number
from app.notify.models import TROUBLED, Message
from app.payments.models import Bill
from app.payments.return_models import Refund
from app.payments.states import RefundState

# The newest booking, pass and objection say all that a page shows of theirs; papers exist in a few kinds and states.
NEWEST_PAPERS = 30
MOST_TROUBLED = 50
# Scopes of members of staff whose statement is kept; others are built again.
SCOPES_REMEMBERED = 512
POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]
# Named as text: each list is compiled by itself, and a column of the model would bring the table of all cases with it.
CASE_ID = literal_column('"case".id', Uuid())
ASSIGNEE_ID = literal_column('"case".assignee_id', Uuid())
OF_CASE, _APPLICANT = Shown(Case), Shown(Person)
# Words that no page of a case shows.
NAMES = {"id", "name", "email"}
SAID_AT_THE_DESK = ("note", "set_aside_reason")
SEALED = ("paper_sealed", "recipient_sealed", "subject_sealed", "body_sealed")


def case_for(actor: Actor, number: str) -> Case:
    """The case of this number with everything about it, if the actor may see it; raises CaseNotFound."""
    asked = find_number(number)
    if asked is None:
        raise CaseNotFound
    statement = _statement(None if actor.kind == "citizen" else actor.grants)
    row = statement.row({"year": asked[0], "serial": asked[1], "person": actor.person_id})
    if row is None:
        raise CaseNotFound
    case = OF_CASE.of(row)
    set_committed_value(case, "applicant", _APPLICANT.of(row))
    memory.remember(case, _revived(row._asdict()))
    return case


@lru_cache(SCOPES_REMEMBERED)
def _statement(grants: tuple[Grant, ...] | None) -> Hot:
    """For staff with these grants, or for citizens. Built once: making it costs more than asking it."""
    seen = queries.of_person(bindparam("person")) if grants is None else queries.seen_by(grants)
    return Hot(
        select(*OF_CASE.columns, *_APPLICANT.columns, *_columns())
        .join(Person, Person.id == Case.applicant_id)
        .where(seen, Case.year == bindparam("year"), Case.serial == bindparam("serial"))
    )


@cache
def _columns() -> tuple[ColumnElement[Any], ...]:
    """As plain SQL, written once: walking through these statements would cost more than asking them."""
    return tuple(
        literal_column(str(each.compile(dialect=POSTGRESQL, compile_kwargs={"literal_binds": True}))).label(entity)
        for entity, each in ((column.name, column.element) for column in _statements())
    )


def _statements() -> tuple[Label[Any], ...]:
    steps = select(History.id).where(History.case_id == CASE_ID)
    calendars = select(Booking.calendar_id).where(Booking.case_id == CASE_ID)
    return (
        listed(History, History.case_id == CASE_ID, by=History.seq),
        listed(HistoryText, HistoryText.history_id.in_(steps), by=HistoryText.history_id),
        listed(InfoRequest, InfoRequest.case_id == CASE_ID, by=InfoRequest.prepared_at),
        listed(Deadline, Deadline.case_id == CASE_ID, Deadline.state == "open", by=Deadline.due_at),
        listed(ThreadEntry, ThreadEntry.case_id == CASE_ID, by=ThreadEntry.at),
        listed(Attachment, Attachment.case_id == CASE_ID, by=Attachment.created_at),
        listed(Document, Document.case_id == CASE_ID, by=Document.created_at, newest=NEWEST_PAPERS, leaving=SEALED),
        listed(Booking, Booking.case_id == CASE_ID, by=Booking.created_at, newest=1),
        listed(DepartmentCalendar, DepartmentCalendar.id.in_(calendars), by=DepartmentCalendar.created_at),
        listed(VisitPass, VisitPass.case_id == CASE_ID, by=VisitPass.issued_at, newest=1),
        listed(Appeal, Appeal.case_id == CASE_ID, by=Appeal.at, newest=1),
        listed(Rating, Rating.case_id == CASE_ID, by=Rating.at),
        listed(Bill, Bill.case_id == CASE_ID, by=Bill.created_at),
        listed(
            Refund,
            Refund.case_id == CASE_ID,
            Refund.state == RefundState.SET_ASIDE,
            by=Refund.opened_at,
            leaving=SAID_AT_THE_DESK,
        ),
        listed(
            Staff,
            or_(Staff.id.in_(_people()), Staff.id == ASSIGNEE_ID),
            by=Staff.name,
            leaving=tuple({*Staff.__table__.columns.keys()} - NAMES),
        ),
        listed(
            Message,
            Message.case_id == CASE_ID,
            Message.state.in_(TROUBLED),
            by=Message.created_at,
            newest=MOST_TROUBLED,
            leaving=SEALED,
        ),
    )


def _people() -> Any:
    """Members of staff who took a step, wrote, or were once given the case."""
    said = select(HistoryText.content["assignee"].astext.cast(Uuid)).join(History)
    return union_all(
        select(History.actor_staff_id).where(History.case_id == CASE_ID),
        said.where(History.case_id == CASE_ID, HistoryText.content["assignee"].astext.is_not(None)),
        select(ThreadEntry.author_staff_id).where(ThreadEntry.case_id == CASE_ID),
    )


ENTITIES = (
    History, HistoryText, InfoRequest, Deadline, ThreadEntry, Attachment, Document, Booking, DepartmentCalendar,
    VisitPass, Appeal, Rating, Bill, Refund, Message, Staff,
)  # fmt: skip


def _revived(row: Mapping[str, Any]) -> dict[type, list[Any]]:
    found: dict[type, list[Any]] = {each: revived(each, row[each.__tablename__]) for each in ENTITIES}
    words = {each.history_id: each for each in found[HistoryText]}
    for step in found[History]:
        set_committed_value(step, "words", words.get(step.id))
    calendars = {each.id: each for each in found[DepartmentCalendar]}
    for booking in found[Booking]:
        set_committed_value(booking, "calendar", calendars[booking.calendar_id])
    return found
