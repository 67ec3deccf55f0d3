"""Staff: invited by e-mail, bound at the first verified sign-in, given roles that the portal alone decides."""

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.calendars.clock import now
from app.extensions import db
from app.identity.actors import Actor, Grant
from app.identity.audit import audit
from app.identity.claims import StaffIdentity
from app.identity.models import RoleGrant, Staff, mobile_key
from app.identity.refusals import SignInRefused
from app.kit.roles import Role

# What somebody may hold whose identity number is unknown: without it nobody can see that a case is his own.
NEVER_DECIDING = frozenset(
    {
        Role.CONTENT_EDITOR,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
        Role.GATE_STAFF,
        Role.PARTNER_USER,
        Role.COUNTER_AGENT,
        Role.CARE_CENTRE_AGENT,
    }
)


def held_roles(grants: tuple[Grant, ...], identity: bytes | None) -> tuple[Grant, ...]:
    """Production gives no deciding role to staff without an identity number; development may."""
    if identity is not None or not current_app.config["SETTINGS"].production:
        return grants
    return tuple(grant for grant in grants if grant.role in NEVER_DECIDING)


def find_by_email(email: str) -> Staff | None:
    return db.session.execute(select(Staff).where(func.lower(Staff.email) == email.lower())).scalar_one_or_none()


def grant(
    email: str, granted: Grant, *, identity: bytes | None = None, name: str = "", by: Actor | None = None
) -> Staff:
    """Give a role, inviting the e-mail first where nobody has it; giving it twice changes nothing."""
    member = find_by_email(email) or _invite(email, name)
    if identity is not None:
        member.identity_key = identity
    scope = {"agency": granted.agency, "office": granted.office, "service": granted.service}
    row = insert(RoleGrant).values(staff_id=member.id, role=granted.role, **scope)
    if db.session.scalar(row.on_conflict_do_nothing().returning(RoleGrant.id)):
        db.session.expire(member, ["grants"])
        audit("staff.granted", actor=by, detail=_detail(member, granted))
    db.session.flush()
    return member


def _invite(email: str, name: str) -> Staff:
    """Invited twice at once it is one account."""
    db.session.execute(insert(Staff).values(email=email.strip().lower(), name=name).on_conflict_do_nothing())
    member = find_by_email(email.strip())
    assert member is not None
    return member


def revoke(email: str, revoked: Grant, by: Actor | None = None) -> int:
    """Take the role away in exactly this scope; returns how many grants went."""
    member = find_by_email(email)
    rows = _grants_like(member, revoked) if member else []
    for row in rows:
        db.session.delete(row)
        audit("staff.revoked", actor=by, detail=_detail(row.staff, revoked))
    db.session.flush()
    if member is not None:
        db.session.expire(member, ["grants"])
    return len(rows)


def _grants_like(member: Staff, like: Grant) -> list[RoleGrant]:
    query = select(RoleGrant).where(RoleGrant.staff_id == member.id, RoleGrant.role == like.role)
    for column, value in (
        (RoleGrant.agency, like.agency),
        (RoleGrant.office, like.office),
        (RoleGrant.service, like.service),
    ):
        query = query.where(column.is_(None) if value is None else column == value)
    return list(db.session.scalars(query))


def _detail(member: Staff, of: Grant) -> dict[str, object]:
    return {"staff": str(member.id), "role": of.role, "agency": of.agency, "office": of.office, "service": of.service}


def recognise(issuer: str, sub: str, who: StaffIdentity) -> Staff:
    """The member of staff behind a verified sign-in; raises SignInRefused for strangers and the disabled."""
    bound = select(Staff).where(Staff.issuer == issuer, Staff.sub == sub).with_for_update()
    member = db.session.execute(bound).scalar_one_or_none() or _invited(issuer, sub, who)
    if member.disabled_at is not None:
        raise SignInRefused("staff_disabled")
    if who.key is not None:
        if member.identity_key is not None and member.identity_key != who.key:
            raise SignInRefused("staff_identity_differs")
        member.identity_key = who.key
    member.name = who.name or member.name
    member.mobile_key = mobile_key(who.mobile) if who.mobile else member.mobile_key
    return member


def _invited(issuer: str, sub: str, who: StaffIdentity) -> Staff:
    """The open invitation for a verified e-mail, bound from now on."""
    if not who.email or not who.email_verified:
        raise SignInRefused("staff_unknown")
    query = select(Staff).where(func.lower(Staff.email) == who.email.lower(), Staff.sub.is_(None)).with_for_update()
    member = db.session.execute(query).scalar_one_or_none()
    if member is None:
        raise SignInRefused("staff_unknown")
    member.issuer, member.sub, member.bound_at = issuer, sub, now()
    return member
