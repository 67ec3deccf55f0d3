"""Accounts of staff in the words of their pages."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.identity import accounts, scopes
from app.identity.actors import Actor, Grant
from app.identity.models import Staff
from app.identity.staff import held_roles
from app.kit.roles import Role
from app.web.language import lang, t

# Parts of an audit row that have words of their own, or are told by name elsewhere.
IN_WORDS = ("staff", "role", "roles", "agency", "office", "service")
LOOKS = {"active": ("ok", "ok"), "invited": ("info", "mail"), "disabled": ("bad", "lock")}


@dataclass(frozen=True)
class Held:
    """One role. `may_take`: the reader may take it away; `sleeps`: it waits for the person's identity number."""

    id: uuid.UUID
    role: str
    scope: str
    may_take: bool
    sleeps: bool


def line(member: Staff) -> dict[str, Any]:
    """One row of the list."""
    roles = dict.fromkeys(t(f"admin.roles.{each.role}") for each in member.grants)
    return {
        "id": member.id,
        "name": member.name or member.email,
        "email": member.email,
        "roles": t("interface.files.comma").join(roles),
        "state": state(member),
    }


def state(member: Staff) -> tuple[str, str, str]:
    """Words, tone and icon."""
    found = accounts.state_of(member)
    return (t(f"admin.states.{found}"), *LOOKS[found])


def scope_words(grant: Grant) -> str:
    """«الجهة · المكتب · الخدمة», or that it holds everywhere. A name that is no longer known stands as its id."""
    return _places(grant.agency, grant.office, grant.service)


def _places(agency: str | None, office: str | None, service: str | None) -> str:
    known, language = scopes.known(), lang()
    parts = (("agency", agency), ("office", office), ("service", service))
    words = [str(known[part].get(id, {}).get(language, id)) for part, id in parts if id]
    return " · ".join(words) or t("admin.everywhere")


def held(member: Staff, reader: Actor) -> list[Held]:
    """Roles in the order of their list."""
    order = list(Role)
    may_change = not accounts.is_own(reader, member)
    found = sorted(
        ((accounts.grant_of(each), each.id) for each in member.grants), key=lambda one: order.index(one[0].role)
    )
    active = held_roles(tuple(grant for grant, _id in found), member.identity_key)
    return [
        Held(
            id,
            t(f"admin.roles.{grant.role}"),
            scope_words(grant),
            may_change and accounts.reaches(reader, grant, (Role.ADMINISTRATOR,)),
            grant not in active,
        )
        for grant, id in found
    ]


def noted(detail: Mapping[str, Any]) -> list[str]:
    """Roles and scope that an audit row names, in words; none of them is a scope only where a role was given."""
    roles = [str(each) for each in (detail.get("roles") or [detail.get("role")]) if each]
    words = [t("interface.files.comma").join(t(f"admin.roles.{each}") for each in roles if each in set(Role))]
    parts = [detail.get(part) for part in ("agency", "office", "service")]
    if any(parts) or detail.get("role"):
        words.append(_places(*(str(each) if each else None for each in parts)))
    return [each for each in words if each]
