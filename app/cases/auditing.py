"""Looking into the audit: who did what about whom. An auditor of one agency sees what was done about its cases.

Not for proving that nothing was changed (trail.py) and not for the history of one case, which stands on its page.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, select, true

from app.cases import officers, queries
from app.cases.models import Case, Seal
from app.extensions import db
from app.identity.actors import Actor
from app.identity.audit import AuditRow
from app.identity.models import Person
from app.kit.case_numbers import find_number
from app.kit.roles import Role


@dataclass(frozen=True)
class Query:
    """What is looked for; None and empty do not narrow. `staff`: who acted. `before`: only rows older than this one."""

    kind: str = ""
    number: str = ""
    staff: Collection[uuid.UUID] | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True)
class Found:
    """Rows, newest first; the cases, people and members of staff they speak of, by their ids."""

    rows: list[AuditRow]
    cases: Mapping[uuid.UUID, Row[uuid.UUID, int, int, str]]
    people: Mapping[uuid.UUID, str]
    staff: Mapping[uuid.UUID, str]


def looked_up(by: Actor, query: Query, *, size: int) -> Found:
    """One row more than `size` where there are older ones."""
    asked = select(AuditRow).where(_seen_by(by), *_narrowed(query)).order_by(AuditRow.id.desc()).limit(size + 1)
    rows = list(db.session.scalars(asked))
    numbers = select(Case.id, Case.year, Case.serial, Case.service).where(
        Case.id.in_({each.case_id for each in rows} - {None})
    )
    names = select(Person).where(Person.id.in_(_people(rows)))
    return Found(
        rows,
        {each.id: each for each in db.session.execute(numbers)},
        {each.id: each.name(by.language) for each in db.session.scalars(names)},
        officers.names_of(_members(rows)),
    )


def newest_seal() -> Seal | None:
    return db.session.scalar(select(Seal).order_by(Seal.id.desc()).limit(1))


def _people(rows: Iterable[AuditRow]) -> set[uuid.UUID]:
    return {id for each in rows for id in (each.actor_person_id, each.subject_person_id) if id}


def _members(rows: Iterable[AuditRow]) -> Iterable[uuid.UUID | None]:
    """Who acted, and whose account it was about."""
    for each in rows:
        yield each.actor_staff_id
        yield staff_named(each)


def staff_named(row: AuditRow) -> uuid.UUID | None:
    """The account that a row about accounts speaks of."""
    named = row.detail.get("staff")
    return uuid.UUID(named) if isinstance(named, str) else None


def _seen_by(by: Actor) -> ColumnElement[bool]:
    """Everything for whom the whole portal is his scope; of the others what was done about cases there."""
    own = [grant for grant in by.grants if grant.role == Role.AUDITOR]
    if any(grant.agency is grant.office is grant.service is None for grant in own):
        return true()
    return AuditRow.case_id.in_(select(Case.id).where(queries.seen_by(own)))


def _narrowed(query: Query) -> Iterable[ColumnElement[bool]]:
    if query.kind:
        yield AuditRow.kind == query.kind
    if query.number:
        yield AuditRow.case_id == _case(query.number).scalar_subquery()
    if query.staff is not None:
        yield AuditRow.actor_staff_id.in_(query.staff)
    if query.since is not None:
        yield AuditRow.at >= query.since
    if query.until is not None:
        yield AuditRow.at < query.until
    if query.before is not None:
        yield AuditRow.id < query.before


def _case(number: str) -> Select[uuid.UUID]:
    year, serial = find_number(number) or (0, 0)
    return select(Case.id).where(Case.year == year, Case.serial == serial)
