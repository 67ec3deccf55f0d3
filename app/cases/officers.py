"""The officers of a case: who may be given it, and their names."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, or_, select

from app.cases import memory
from app.cases.models import Case
from app.extensions import db
from app.identity.actors import Actor
from app.identity.models import RoleGrant, Staff
from app.kit.roles import Role

# Who works on cases by name; supervisors and auditors look on.
WORKERS = (Role.OFFICER, Role.DEPARTMENT_OFFICER, Role.SECTION_HEAD, Role.VETERINARIAN, Role.REPORTS_OFFICER)
MOST_OFFICERS = 200


def officers_for(case: Case) -> list[Staff]:
    """Staff who may be given this case, by name; never its own applicant."""
    held = and_(
        RoleGrant.role.in_(WORKERS),
        or_(RoleGrant.agency.is_(None), RoleGrant.agency == case.agency),
        or_(RoleGrant.service.is_(None), RoleGrant.service == case.service),
        or_(
            RoleGrant.office.is_(None),
            RoleGrant.office == case.office,
            and_(RoleGrant.role == Role.DEPARTMENT_OFFICER, RoleGrant.office == case.department),
        ),
    )
    own = Staff.identity_key == case.applicant.identity_key
    return _members(held, Staff.identity_key.is_(None) | ~own)


def officers_beside(actor: Actor) -> list[Staff]:
    """Staff who work in one of the actor's agencies, by name; whether a case may be theirs is asked again."""
    agencies = {grant.agency for grant in actor.grants}
    held: Any = RoleGrant.role.in_(WORKERS)
    if None not in agencies:
        held = and_(held, or_(RoleGrant.agency.is_(None), RoleGrant.agency.in_(agencies)))
    return _members(held)


def _members(held: Any, *asked: Any) -> list[Staff]:
    rows = select(Staff).where(Staff.disabled_at.is_(None), Staff.grants.any(held), *asked)
    return list(db.session.scalars(rows.order_by(Staff.name, Staff.email).limit(MOST_OFFICERS)))


def names_in(case: Case, ids: Iterable[uuid.UUID | None]) -> Mapping[uuid.UUID, str]:
    """Names of members of staff who appear in a case."""
    remembered = memory.known(case, Staff)
    return names_of(ids) if remembered is None else {each.id: each.name or each.email for each in remembered}


def names_of(ids: Iterable[uuid.UUID | None]) -> Mapping[uuid.UUID, str]:
    """Names of members of staff, one query."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    rows = db.session.execute(select(Staff.id, Staff.name, Staff.email).where(Staff.id.in_(wanted)))
    return {id: name or email for id, name, email in rows}
