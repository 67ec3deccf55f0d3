"""People: found by issuer and sub, unique by country and identity number, with a profile of their own."""

import uuid
from collections.abc import Callable

from sqlalchemy import func, select

from app.calendars.clock import now
from app.extensions import db
from app.identity.claims import Identity
from app.identity.models import Login, Person, identity_key, mobile_key
from app.identity.refusals import SignInRefused

# Who stated a mobile that only the person may change again.
CONFIRMED = ("provider", "person")
# A mobile that a clerk typed for a client: good until the person signs in with one of his own.
AT_COUNTER = "counter"
_greeters: list[Callable[[Person], object]] = []


def on_bound(greet: Callable[[Person], object]) -> Callable[[Person], object]:
    """Register what happens, in the same transaction, when a person signs in for the first time."""
    _greeters.append(greet)
    return greet


def person(person_id: uuid.UUID) -> Person:
    """The person of this id, who exists."""
    return db.session.get_one(Person, person_id)


def find_by_number(country: str, number: str) -> Person | None:
    """By normalised identity number."""
    query = select(Person).where(Person.country == country, Person.identity_key == identity_key(country, number))
    return db.session.execute(query).scalar_one_or_none()


def find_or_add(identity: Identity) -> Person:
    """A person known by number alone (stated by a provider, at a counter); no login is bound."""
    query = select(Person).where(Person.country == identity.country, Person.identity_key == identity.key)
    found = db.session.execute(query).scalar_one_or_none()
    if found is not None:
        return found
    added = Person(country=identity.country, identity_key=identity.key, identity_number=identity.number)
    db.session.add(added)
    return added


def recognise(issuer: str, sub: str, identity: Identity, language: str) -> Person:
    """The person behind a verified sign-in. The first one binds issuer and sub to the number; raises SignInRefused.

    Two first sign-ins at once wait for each other: first by sub, then by number.
    """
    _alone(issuer.encode() + b"\0" + sub.encode())
    _alone(identity.key)
    login = db.session.execute(select(Login).where(Login.issuer == issuer, Login.sub == sub)).scalar_one_or_none()
    if login is not None and login.person.identity_key != identity.key:
        raise SignInRefused("number_changed", subject=login.person_id)
    found = login.person if login is not None else _bind(issuer, sub, identity, language)
    if login is not None:
        login.last_at = now()
    _update(found, identity)
    if login is None:
        for greet in _greeters:
            greet(found)
    return found


def _alone(value: bytes) -> None:
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(value.hex(), 0))))


def _bind(issuer: str, sub: str, identity: Identity, language: str) -> Person:
    found = find_or_add(identity)
    db.session.flush()
    taken = select(Login.id).where(Login.issuer == issuer, Login.person_id == found.id)
    if db.session.execute(taken).first():
        raise SignInRefused("number_bound_to_another", subject=found.id)
    if found.name_ar is None and found.name_en is None:
        found.language = language
    db.session.add(Login(issuer=issuer, sub=sub, person_id=found.id))
    return found


def _update(found: Person, identity: Identity) -> None:
    """Names and civil data are the provider's; mobile and e-mail the person's own once he has some."""
    found.id_type = identity.id_type
    found.name_ar, found.name_en = identity.name_ar, identity.name_en
    found.gender = identity.gender or found.gender
    found.nationality = identity.nationality or found.nationality
    # A new seal at each sign-in would be a new ciphertext of the same words.
    for name in ("birthdate", "birthdate_hijri"):
        stated = getattr(identity, name)
        if stated and stated != getattr(found, name):
            setattr(found, name, stated)
    if identity.mobile and found.mobile_source not in CONFIRMED:
        set_mobile(found, identity.mobile, source="provider")
    if identity.email and found.email is None:
        found.email = identity.email


def set_mobile(of: Person, mobile: str, *, source: str) -> None:
    """`mobile` in E.164; `source` says who stated it: provider, person (confirmed by a code) or counter."""
    of.mobile, of.mobile_key, of.mobile_source = mobile, mobile_key(mobile), source


def set_email(of: Person, email: str | None) -> None:
    of.email = email
