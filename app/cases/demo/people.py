"""The demo people and the roles of the demo staff. Their identity numbers are those of the demo sign-in (sandbox)."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.extensions import db
from app.identity import people, staff
from app.identity.actors import Actor, Grant
from app.identity.claims import Identity
from app.identity.models import Person, identity_key
from app.kit.roles import Role

Told = Mapping[str, Any]
FILE = Path(__file__).parent / "people.toml"
TOLD: Told = tomllib.loads(FILE.read_text("utf-8"))


def load_people() -> dict[str, Person]:
    """By short name. Whoever is known already, by a sign-in or an earlier load, stays as he is."""
    return {key: _person(told) for key, told in TOLD["citizens"].items()}


def _person(told: Told) -> Person:
    country = told.get("country", "SA")
    found = people.find_by_number(country, told["number"])
    if found is not None:
        return found
    names = ("name_ar", "name_en", "birthdate", "birthdate_hijri", "gender", "nationality", "mobile", "email")
    stated = {name: told.get(name) for name in names}
    person = people.find_or_add(Identity(country=country, number=told["number"], id_type=told["id_type"], **stated))
    person.id_type, person.language = told["id_type"], told.get("language", "ar")
    for name in names[:6]:
        setattr(person, name, stated[name])
    people.set_mobile(person, told["mobile"], source="provider")
    people.set_email(person, told.get("email"))
    db.session.flush()
    return person


def load_staff() -> dict[str, Actor]:
    """Staff with their roles, by short name, as they act."""
    return {key: _member(told) for key, told in TOLD["staff"].items()}


def _member(told: Told) -> Actor:
    key = identity_key(told.get("country", "SA"), told["number"])
    grants = tuple(Grant(Role(role), **scope) for each in told["roles"] for role, scope in each.items())
    for grant in grants:
        staff.grant(told["email"], grant, identity=key, name=told["name"])
    member = staff.find_by_email(told["email"])
    assert member is not None
    return Actor(kind="staff", staff_id=member.id, name=member.name, identity_key=key, grants=grants)
