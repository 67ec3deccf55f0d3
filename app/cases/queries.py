"""Reading cases. Narrowed to what the actor may see before anything else is asked."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_

from app.cases import memory
from app.cases.context import registry
from app.cases.conversation import ThreadEntry
from app.cases.errors import CaseNotFound
from app.cases.models import Case, History
from app.extensions import db
from app.identity.actors import Actor, Grant
from app.kit.case_numbers import find_number
from app.kit.roles import Role

OF_A_DEPARTMENT, OF_A_GATE = Role.DEPARTMENT_OFFICER, Role.GATE_STAFF
SEES_CASES = {
    Role.OFFICER,
    Role.DEPARTMENT_OFFICER,
    Role.SECTION_HEAD,
    Role.VETERINARIAN,
    Role.REPORTS_OFFICER,
    Role.SECURITY_OFFICER,
    Role.COMMITTEE_EMIRATE,
    Role.COMMITTEE_CIVIL_DEFENCE,
    Role.COMMITTEE_FINANCE,
    Role.VALUER,
    Role.FINANCE_OFFICER,
    Role.SUPERVISOR,
    Role.AUDITOR,
}


def case_for(actor: Actor, number: str) -> Case:
    """The case of this number if the actor may see it; raises CaseNotFound, the same for none and for another's."""
    found = find_case(number, visible(actor))
    if found is None:
        raise CaseNotFound
    return found


def find_case(number: str, query: Select[Case] | None = None) -> Case | None:
    asked = numbered(select(Case) if query is None else query, number)
    return None if asked is None else db.session.scalars(asked).unique().one_or_none()


def numbered(query: Select[Case], number: str) -> Select[Case] | None:
    """The query for this one case; None for what is no number."""
    parsed = find_number(number)
    return None if parsed is None else query.where(Case.year == parsed[0], Case.serial == parsed[1])


def visible(actor: Actor) -> Select[Case]:
    """Cases that the actor may see."""
    if actor.kind == "citizen":
        return select(Case).where(of_person(actor.person_id))
    return select(Case).where(seen_by(actor.grants))


def of_person(person: Any) -> ColumnElement[bool]:
    """The condition on cases of a person, an id or where an id will stand."""
    return or_(Case.applicant_id == person, Case.beneficiary_id == person)


def seen_by(grants: Iterable[Grant]) -> ColumnElement[bool]:
    """The condition on cases that members of staff with these grants may see."""
    held = [grant for grant in grants if grant.role in SEES_CASES]
    return or_(*map(_seen_through, held)) if held else false()


def _seen_through(grant: Grant) -> Any:
    strange = _strange_to(grant.role)
    return and_(scope_of(grant), *(Case.service != each for each in strange))


def _strange_to(role: Role) -> list[str]:
    """Restricted services in which this role takes no step: who works in the same agency has no business there."""
    restricted = (each for each in registry().values() if each.restricted and role != Role.AUDITOR)
    return [each.slug for each in restricted if not any(role in step.by for step in each.workflow.steps)]


def scope_of(grant: Grant) -> Any:
    """The condition on cases that a grant covers."""
    asked = []
    if grant.agency:
        asked.append(Case.agency == grant.agency)
    if grant.service:
        asked.append(Case.service == grant.service)
    if grant.office:
        asked.append((Case.department if grant.role == OF_A_DEPARTMENT else Case.office) == grant.office)
    elif grant.role == OF_A_DEPARTMENT:
        asked.append(Case.department.is_not(None))
    return and_(*asked) if asked else Case.id.is_not(None)


def cases_of(person_id: uuid.UUID, service: str | None = None, *, page: int = 1, size: int = 20) -> Sequence[Case]:
    """A person's cases, the newest first; one more than `size` when there is a next page."""
    query = select(Case).where(Case.applicant_id == person_id).order_by(Case.filed_at.desc(), Case.id)
    if service:
        query = query.where(Case.service == service)
    return db.session.scalars(query.limit(size + 1).offset((page - 1) * size)).unique().all()


@dataclass(frozen=True)
class ServiceCount:
    service: str
    cases: int
    unread: int


def service_counts(person_id: uuid.UUID) -> list[ServiceCount]:
    """The services a person applied for, with the number of cases and of unread messages of each."""
    unread = (
        select(Case.service, func.count().label("unread"))
        .join(ThreadEntry, ThreadEntry.case_id == Case.id)
        .where(ThreadEntry.person_id == person_id, *is_unread())
        .group_by(Case.service)
        .subquery()
    )
    rows = db.session.execute(
        select(Case.service, func.count(), func.coalesce(func.max(unread.c.unread), 0))
        .outerjoin(unread, unread.c.service == Case.service)
        .where(Case.applicant_id == person_id)
        .group_by(Case.service)
        .order_by(func.max(Case.filed_at).desc())
    )
    return [ServiceCount(*row) for row in rows if row[0] in registry()]


def unread_of(person_id: Any) -> Any:
    """The number of unread messages of a person, as a column of another query."""
    return select(func.count()).where(ThreadEntry.person_id == person_id, *is_unread()).scalar_subquery()


def is_unread() -> tuple[Any, ...]:
    """What makes an entry of a thread an unread message of its citizen."""
    return (ThreadEntry.read_at.is_(None), ThreadEntry.visible, ThreadEntry.author_kind != "citizen")


def joined_to(case: Case) -> list[tuple[str, int]]:
    """Number and year of the earlier transactions that the case was joined to, in that order."""
    kept = [(row.words.content if row.words else None) or {} for row in history_of(case)]
    return [(each["earlier"], each["earlier_year"]) for each in kept if "earlier" in each]


def find_transaction(agency: str, number: str, year: int) -> Case | None:
    """The case that an agency registered under this number in this Hijri year."""
    same = (Case.agency == agency, Case.transaction_year == year, Case.transaction_number == number)
    return db.session.scalars(select(Case).where(*same)).unique().one_or_none()


def addresses(actor: Actor, agency: str, transactions: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Where the cases of these transactions of an agency stand; those that the actor may not see are left out."""
    key = tuple_(Case.transaction_number, Case.transaction_year)
    rows = db.session.scalars(visible(actor).where(Case.agency == agency, key.in_(transactions))).unique()
    return {(str(each.transaction_number), int(each.transaction_year or 0)): each.address for each in rows}


def history_of(case: Case) -> Sequence[History]:
    rows = memory.known(case, History)
    if rows is not None:
        return rows
    return db.session.scalars(select(History).where(History.case_id == case.id).order_by(History.seq)).unique().all()
