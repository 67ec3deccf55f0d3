"""The officers of a case: who may be given it, and their names."""

import uuid
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Select, String, Uuid, and_, any_, bindparam, exists, or_, select

from app.cases import memory
from app.cases.models import Case
from app.hot import Hot
from app.identity.actors import Actor
from app.identity.models import RoleGrant, Staff
from app.kit.roles import Role

# Who works on cases by name; supervisors and auditors look on.
WORKERS = (Role.OFFICER, Role.DEPARTMENT_OFFICER, Role.SECTION_HEAD, Role.VETERINARIAN, Role.REPORTS_OFFICER)
MOST_OFFICERS = 200
# Columns and not entities: a list of names needs no objects that the session looks after.
STAFF, GRANT = Staff.__table__.c, RoleGrant.__table__.c
_NAMED = Hot(select(STAFF.id, STAFF.name, STAFF.email).where(STAFF.id == any_(bindparam("wanted", type_=ARRAY(Uuid)))))


def officers_for(case: Case) -> Mapping[uuid.UUID, str]:
    """Names of staff who may be given this case, in their order; never its own applicant."""
    scope = {"agency": case.agency, "service": case.service, "office": case.office, "department": case.department}
    return _names(_for_a_case(), {**scope, "applicant": case.applicant.identity_key})


def officers_beside(actor: Actor) -> Mapping[uuid.UUID, str]:
    """Names of staff who work in one of the actor's agencies; whether a case may be theirs is asked again."""
    agencies = {grant.agency for grant in actor.grants}
    return _names(_of_agencies(), {"everywhere": None in agencies, "agencies": [each for each in agencies if each]})


@cache
def _for_a_case() -> Hot:
    """Built once, as its sister is: making these statements costs more than asking them."""
    held = and_(
        _within(GRANT.agency, "agency"),
        _within(GRANT.service, "service"),
        or_(
            _within(GRANT.office, "office"),
            and_(GRANT.role == Role.DEPARTMENT_OFFICER, GRANT.office == bindparam("department", type_=String)),
        ),
    )
    return Hot(_members(held).where(STAFF.identity_key.is_distinct_from(bindparam("applicant"))))


@cache
def _of_agencies() -> Hot:
    asked = bindparam("agencies", type_=ARRAY(String))
    within = or_(bindparam("everywhere", type_=Boolean), GRANT.agency.is_(None), GRANT.agency == any_(asked))
    return Hot(_members(within))


def _within(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """A scope without this word holds everywhere."""
    return or_(column.is_(None), column == bindparam(name, type_=String))


def _members(held: ColumnElement[bool]) -> Select[Any]:
    works = GRANT.role == any_(bindparam("workers", [str(each) for each in WORKERS], type_=ARRAY(String)))
    able = select(STAFF.id, STAFF.name, STAFF.email).where(
        STAFF.disabled_at.is_(None), exists().where(GRANT.staff_id == STAFF.id, works, held)
    )
    return able.order_by(STAFF.name, STAFF.email).limit(MOST_OFFICERS)


def _names(query: Hot, values: Mapping[str, Any]) -> Mapping[uuid.UUID, str]:
    return {row.id: row.name or row.email for row in query.rows(values)}


def names_in(case: Case, ids: Iterable[uuid.UUID | None]) -> Mapping[uuid.UUID, str]:
    """Names of members of staff who appear in a case."""
    remembered = memory.known(case, Staff)
    return names_of(ids) if remembered is None else {each.id: each.name or each.email for each in remembered}


def names_of(ids: Iterable[uuid.UUID | None]) -> Mapping[uuid.UUID, str]:
    """Names of members of staff, one query."""
    wanted = {each for each in ids if each}
    return _names(_NAMED, {"wanted": list(wanted)}) if wanted else {}
