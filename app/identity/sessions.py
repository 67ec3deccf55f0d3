"""Session rows: read, sign in, end (begun sign-ins: begun.py). The cookie and Flask's side of it stand in browser.py.

Operations here never commit. A row is read together with its person or member of staff and his roles in one query, so
that a role taken away is gone at the next request.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update

from app.calendars.clock import now
from app.extensions import db
from app.hot import Hot
from app.identity.actors import Actor, Grant
from app.identity.models import Person, RoleGrant, Staff, WebSession
from app.identity.staff import held_roles
from app.kit.roles import Role

IDLE = {"citizen": timedelta(minutes=30), "staff": timedelta(minutes=15)}
ABSOLUTE = timedelta(hours=8)
TOUCH_AFTER = timedelta(minutes=1)
BEGUN_LIVES = timedelta(minutes=20)
# An ended row is kept this long to say whose typed answers a late POST carries; it opens nothing.
KEPT_AFTER_END = timedelta(days=1)


@dataclass(frozen=True)
class SignedIn:
    """What a verified sign-in leaves in the row."""

    issuer: str
    sub: str
    sid: str | None
    acr: str | None
    auth_time: datetime | None
    id_token: str
    person_id: uuid.UUID | None = None
    staff_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Found:
    """A session row as one query read it. `alive` is false past a limit: then it opens nothing."""

    id: uuid.UUID
    kind: str
    alive: bool
    owner: Actor | None
    csrf_secret: bytes
    last_seen_at: datetime
    ends_at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    along: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Actor | None:
        return self.owner if self.alive else None


def new_reference() -> str:
    """256 random bits for the cookie."""
    return secrets.token_urlsafe(32)


def hash_of(reference: str) -> bytes:
    return hashlib.sha256(reference.encode()).digest()


COLUMNS = (
    WebSession.id,
    WebSession.kind,
    WebSession.person_id,
    WebSession.staff_id,
    WebSession.acr,
    WebSession.auth_time,
    WebSession.csrf_secret,
    WebSession.last_seen_at,
    WebSession.ends_at,
    WebSession.data,
    Person.name_ar,
    Person.name_en,
    Person.language,
    Person.identity_key,
    Staff.name.label("staff_name"),
    Staff.language.label("staff_language"),
    Staff.disabled_at,
    Staff.identity_key.label("staff_identity_key"),
)
_along: dict[str, ColumnElement[Any]] = {}


def read_along(name: str, column: ColumnElement[Any]) -> None:
    """Read one more value with every session row (`Found.along`), for what the frame of each page shows.

    `column` is correlated on WebSession. One round trip less on every page of somebody signed in.
    """
    _along[name] = column
    _row_of_cookie.cache_clear()


@cache
def _row_of_cookie() -> Hot:
    """Built once: making this statement costs more than asking it."""
    grants = (
        select(
            func.json_agg(func.json_build_array(RoleGrant.role, RoleGrant.agency, RoleGrant.office, RoleGrant.service))
        )
        .where(RoleGrant.staff_id == WebSession.staff_id)
        .scalar_subquery()
    )
    return Hot(
        select(
            *COLUMNS,
            grants.label("grants"),
            *(column.label(name) for name, column in _along.items()),
        )
        .outerjoin(Person, Person.id == WebSession.person_id)
        .outerjoin(Staff, Staff.id == WebSession.staff_id)
        .where(WebSession.reference_hash == bindparam("hash"), WebSession.kind == bindparam("session_kind"))
    )


def find(kind: str, reference: str, language: str) -> Found | None:
    """The row behind a cookie, dead or alive; None when there is none (signed out, ended from elsewhere, made up)."""
    values = {"hash": hash_of(reference), "session_kind": kind}
    row = _row_of_cookie().row(values)
    return None if row is None else _found(row, language)


def _found(row: Any, language: str) -> Found:
    moment = now()
    within = moment < row.ends_at and moment - row.last_seen_at < IDLE[row.kind]
    return Found(
        id=row.id,
        kind=row.kind,
        alive=within and row.disabled_at is None,
        owner=_owner(row, language),
        csrf_secret=bytes(row.csrf_secret),
        last_seen_at=row.last_seen_at,
        ends_at=row.ends_at,
        data=dict(row.data),
        along={name: getattr(row, name) for name in _along},
    )


def _owner(row: Any, language: str) -> Actor | None:
    if row.person_id:
        return _citizen(row, language)
    return _member(row) if row.staff_id else None


def _citizen(row: Any, language: str) -> Actor:
    first, second = (row.name_en, row.name_ar) if language == "en" else (row.name_ar, row.name_en)
    return Actor(
        kind="citizen",
        person_id=row.person_id,
        name=first or second or "",
        identity_key=bytes(row.identity_key),
        acr=row.acr,
        auth_time=row.auth_time,
        language=row.language,
        session_id=row.id,
    )


def _member(row: Any) -> Actor:
    identity = bytes(row.staff_identity_key) if row.staff_identity_key else None
    grants = tuple(Grant(Role(role), agency, office, service) for role, agency, office, service in row.grants or ())
    return Actor(
        kind="staff",
        staff_id=row.staff_id,
        name=row.staff_name,
        identity_key=identity,
        grants=held_roles(grants, identity),
        acr=row.acr,
        auth_time=row.auth_time,
        language=row.staff_language,
        session_id=row.id,
    )


def touch(session_id: uuid.UUID) -> None:
    """Note that the person was here; the caller does so at most once a minute and never for a poll."""
    db.session.execute(update(WebSession).where(WebSession.id == session_id).values(last_seen_at=now()))


def sign_in(found: Found | None, kind: str, who: SignedIn) -> str:
    """A new row under a new reference; the old one is dead at once. Returns the reference for the cookie."""
    if found is not None:
        db.session.execute(delete(WebSession).where(WebSession.id == found.id))
    reference = new_reference()
    row = WebSession(
        kind=kind,
        reference_hash=hash_of(reference),
        csrf_secret=secrets.token_bytes(32),
        ends_at=now() + ABSOLUTE,
        person_id=who.person_id,
        staff_id=who.staff_id,
        issuer=who.issuer,
        sub=who.sub,
        sid=who.sid,
        acr=who.acr,
        auth_time=who.auth_time,
    )
    row.id_token = who.id_token
    db.session.add(row)
    return reference


def end(found: Found | None) -> str | None:
    """End this session; returns its id token, which the provider wants as a hint to end its own."""
    row = db.session.get(WebSession, found.id) if found is not None else None
    if row is None:
        return None
    token = row.id_token
    db.session.delete(row)
    return str(token) if token else None


def end_at_provider(issuer: str, sub: str | None, sid: str | None) -> int:
    """End what a logout token names: the session `sid`, or every session of `sub`; returns how many."""
    query = delete(WebSession).where(WebSession.issuer == issuer)
    if sub is not None:
        query = query.where(WebSession.sub == sub)
    if sid is not None:
        # A session whose id token carried no sid cannot be told apart by it: when the sub fits, it goes too.
        query = query.where(or_(WebSession.sid == sid, WebSession.sid.is_(None)) if sub else WebSession.sid == sid)
    return _count(query)


def end_all_of_staff(staff_id: uuid.UUID) -> int:
    return _count(delete(WebSession).where(WebSession.staff_id == staff_id))


@dataclass(frozen=True)
class Open:
    """One session of a person as he sees it."""

    id: uuid.UUID
    signed_in_at: datetime
    last_seen_at: datetime
    is_this: bool


def open_sessions(actor: Actor) -> list[Open]:
    """The actor's own, this one first."""
    rows = db.session.execute(
        select(WebSession.id, WebSession.created_at, WebSession.last_seen_at)
        .where(_own(actor), WebSession.ends_at > now(), WebSession.last_seen_at > now() - IDLE[actor.kind])
        .order_by((WebSession.id == actor.session_id).desc(), WebSession.last_seen_at.desc())
    )
    return [Open(id, created, seen, id == actor.session_id) for id, created, seen in rows]


def end_own(actor: Actor, session_id: uuid.UUID | None) -> int:
    """End one other session of the actor, or with None all but this one; returns how many. Never this one."""
    others = delete(WebSession).where(_own(actor), WebSession.id != actor.session_id)
    return _count(others if session_id is None else others.where(WebSession.id == session_id))


def _own(actor: Actor) -> ColumnElement[bool]:
    if actor.kind == "staff":
        return WebSession.staff_id == actor.staff_id
    return WebSession.person_id == actor.person_id


def sweep() -> int:
    """Remove rows that ended a day ago, and anonymous rows whose sign-ins were never finished."""
    moment = now()
    anonymous = WebSession.person_id.is_(None) & WebSession.staff_id.is_(None)
    return _count(
        delete(WebSession).where(
            or_(
                WebSession.ends_at < moment - KEPT_AFTER_END,
                WebSession.last_seen_at < moment - KEPT_AFTER_END,
                anonymous & (WebSession.last_seen_at < moment - 3 * BEGUN_LIVES),
            )
        )
    )


def _count(query: Any) -> int:
    return len(db.session.execute(query.returning(WebSession.id)).all())
