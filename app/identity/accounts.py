"""Accounts of staff as an administrator runs them: who is invited, holds which role where, and is signed in.

An administrator reaches the roles held within his own scope; whom he may lock out or sign out works nowhere else.
Nobody changes anything about himself: a second administrator does, so there always is one.
"""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.identity import locking, sessions, staff
from app.identity.actors import Actor, Grant
from app.identity.audit import audit
from app.identity.models import RoleGrant, Staff
from app.identity.sessions import Open
from app.kit.arabic import fold
from app.kit.errors import NotFound, Refused
from app.kit.roles import Role

READERS = (Role.ADMINISTRATOR, Role.AUDITOR)
STATES = ("active", "invited", "disabled")


class OwnAccount(Refused):
    text_key = "admin.refused.own"


class BeyondScope(Refused):
    text_key = "admin.refused.scope"


@dataclass(frozen=True)
class Query:
    """What is looked for; empty parts do not narrow."""

    words: str = ""
    role: str = ""
    state: str = ""


def state_of(member: Staff) -> str:
    """ "invited" until the first sign-in binds the account to its holder at the provider."""
    if member.disabled_at is not None:
        return "disabled"
    return "active" if member.bound_at is not None or member.sub is not None else "invited"


def grant_of(row: RoleGrant) -> Grant:
    return Grant(Role(row.role), row.agency, row.office, row.service)


def reaches(by: Actor, grant: Grant, roles: Collection[Role] = READERS) -> bool:
    """Whether this grant lies wholly within the scope in which `by` holds one of `roles`."""
    return any(
        own.role in roles and own.covers(agency=grant.agency, office=grant.office, service=grant.service)
        for own in by.grants
    )


def seen_by(by: Actor, member: Staff) -> bool:
    """Who holds a role there; who holds none is anybody's to invite."""
    return not member.grants or any(reaches(by, grant_of(each)) for each in member.grants)


def is_own(by: Actor, member: Staff) -> bool:
    """Compared is the identity where it is known: a second account is no other person."""
    return member.id == by.staff_id or by.same_person(member.identity_key)


def may_run(by: Actor, member: Staff) -> bool:
    """Whether `by` may lock this account out or end its sessions. One without roles is for who reaches everywhere."""
    held = [grant_of(each) for each in member.grants] or [Grant(Role.ADMINISTRATOR)]
    return not is_own(by, member) and all(reaches(by, each, (Role.ADMINISTRATOR,)) for each in held)


def listed(by: Actor, query: Query, *, page: int, size: int) -> list[Staff]:
    """By name, one more than `size` where there is a further page. An office has hundreds of accounts, not millions."""
    found = [each for each in _fitting(query) if seen_by(by, each)]
    return found[(page - 1) * size :][: size + 1]


def _fitting(query: Query) -> Iterator[Staff]:
    rows = db.session.scalars(select(Staff).options(selectinload(Staff.grants)).order_by(Staff.name, Staff.email))
    return (each for each in rows if _fits(each, query))


def _fits(member: Staff, query: Query) -> bool:
    words = fold(query.words).split()
    text = fold(f"{member.name} {member.email}")
    return (
        all(word in text for word in words)
        and (not query.role or any(each.role == query.role for each in member.grants))
        and (not query.state or state_of(member) == query.state)
    )


def ids_of(words: str) -> set[uuid.UUID]:
    """Of everybody whose name or e-mail fits."""
    return {each.id for each in _fitting(Query(words))}


def member_for(by: Actor, staff_id: uuid.UUID) -> Staff:
    """The account, if the actor may see it; raises NotFound."""
    member = db.session.get(Staff, staff_id)
    if member is None or not seen_by(by, member):
        raise NotFound
    return member


def _locked(by: Actor, staff_id: uuid.UUID) -> tuple[Staff, Actor]:
    """The account to change, and the actor as he stands now: of two who take each other's role one was first.

    Raises NotFound.
    """
    both = select(Staff).where(Staff.id.in_({by.staff_id, staff_id})).order_by(Staff.id).with_for_update()
    db.session.execute(both.execution_options(populate_existing=True))
    held = select(RoleGrant).join(Staff).where(Staff.id == by.staff_id, Staff.disabled_at.is_(None))
    by = replace(by, grants=tuple(map(grant_of, db.session.scalars(held))))
    return member_for(by, staff_id), by


def open_sessions(member: Staff) -> list[Open]:
    return sessions.open_sessions(_as_actor(member))


def invite(email: str, name: str, granted: Grant, *, by: Actor) -> Staff:
    """A first role for an address; one that is known keeps its account and its name. Raises as `give` does."""
    _allow(by, granted, staff.find_by_email(email))
    return staff.grant(email, granted, name=name, by=by)


def give(staff_id: uuid.UUID, granted: Grant, *, by: Actor) -> None:
    """Raises NotFound, OwnAccount and BeyondScope. Giving a role twice changes nothing."""
    member, by = _locked(by, staff_id)
    _allow(by, granted, member)
    staff.grant(member.email, granted, by=by)


def take(staff_id: uuid.UUID, grant_id: uuid.UUID, *, by: Actor) -> None:
    """Take one role away; it is gone at the next request. One that is gone already is no mistake."""
    member, by = _locked(by, staff_id)
    row = next((each for each in member.grants if each.id == grant_id), None)
    if row is None:
        return
    _allow(by, grant_of(row), member)
    staff.revoke(member.email, grant_of(row), by=by)


def _allow(by: Actor, grant: Grant, member: Staff | None) -> None:
    if member is not None and is_own(by, member):
        raise OwnAccount
    if not reaches(by, grant, (Role.ADMINISTRATOR,)):
        raise BeyondScope


def lock_out(staff_id: uuid.UUID, *, by: Actor) -> None:
    """No sign-in any more, and every session ends now; the roles stay as they are."""
    locking.disable(_run(by, staff_id).email, by)


def let_in(staff_id: uuid.UUID, *, by: Actor) -> None:
    locking.enable(_run(by, staff_id).email, by)


def end_sessions(staff_id: uuid.UUID, session_id: uuid.UUID | None = None, *, by: Actor) -> int:
    """End one session of the account, or all; returns how many."""
    member = _run(by, staff_id)
    ended = sessions.end_own(_as_actor(member), session_id)
    audit("staff.sessions_ended", actor=by, detail={"staff": str(member.id), "sessions": ended})
    return ended


def _run(by: Actor, staff_id: uuid.UUID) -> Staff:
    member, by = _locked(by, staff_id)
    if is_own(by, member):
        raise OwnAccount
    if not may_run(by, member):
        raise BeyondScope
    return member


def _as_actor(member: Staff) -> Actor:
    return Actor(kind="staff", staff_id=member.id)
