"""The client at the counter: found by identity number and registered mobile together, or known by number alone."""

import uuid
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError

from app.calendars.clock import now
from app.cases.counter import watch
from app.cases.counter.errors import MobileOfMany, NumberKnown, OwnClient, StaffMobile, VisitGone
from app.cases.counter.models import CounterVisit
from app.cases.counter.scope import offices_of
from app.extensions import db
from app.identity import people
from app.identity.actors import Actor
from app.identity.claims import ARABIC, ID_TYPES
from app.identity.models import Person, Staff, identity_key, mobile_key
from app.kit.identifiers import identity_kind
from app.kit.profile import Office

LASTS = timedelta(hours=4)
# A family may share a telephone; a list of strangers under one number is a clerk collecting their messages.
MOST_PERSONS = 3


def find(country: str, number: str, mobile: str, *, by: Actor, office: Office) -> CounterVisit | None:
    """A visit of the person who has both numbers; None looks the same for every other pair.

    `number` normalised, `mobile` in E.164. Raises TooMuchToday and OwnClient.
    """
    watch.allow(by, watch.LOOKED_UP, watch.MISSED)
    query = select(Person).where(
        Person.country == country,
        Person.identity_key == identity_key(country, number),
        Person.mobile_key == mobile_key(mobile),
    )
    person = db.session.scalar(query)
    watch.note(watch.LOOKED_UP, by=by, office=office.id, person=person.id if person else None)
    if person is None:
        watch.note(watch.MISSED, by=by, office=office.id)
        return None
    return begin(person, by=by, office=office)


def begin(person: Person, *, by: Actor, office: Office) -> CounterVisit:
    """Raises OwnClient."""
    if by.same_person(person.identity_key):
        raise OwnClient
    visit = CounterVisit(staff_id=by.staff_id, office=office.id, person=person, ends_at=now() + LASTS)
    db.session.add(visit)
    db.session.flush()
    return visit


def introduce(country: str, number: str, name: str, mobile: str, *, by: Actor, office: Office) -> CounterVisit:
    """A client without an account: a person known by number, with a mobile marked as stated at the counter.

    Raises NumberKnown, StaffMobile, MobileOfMany, TooMuchToday and OwnClient.
    """
    watch.allow(by, watch.PERSON, watch.LOOKED_UP, watch.MISSED)
    key = mobile_key(mobile)
    # Two clerks with one mobile would both count two persons.
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key.hex(), 0))))
    person = people.find_by_number(country, number)
    if person is not None and person.mobile_key == key:
        # Pressed twice, or registered by a colleague a moment ago: it is the pair that finds him.
        watch.note(watch.LOOKED_UP, by=by, office=office.id, person=person.id)
        return begin(person, by=by, office=office)
    if person is not None and (person.mobile_key is not None or person.logins):
        raise NumberKnown
    _check_mobile(key)
    if person is None:
        person = _made(country, number, name)
    people.set_mobile(person, mobile, source=people.AT_COUNTER)
    db.session.flush()
    watch.note(watch.PERSON, by=by, office=office.id, person=person.id)
    return begin(person, by=by, office=office)


def _made(country: str, number: str, name: str) -> Person:
    kind = identity_kind(number, country)
    person = Person(
        country=country,
        identity_key=identity_key(country, number),
        identity_number=number,
        id_type=kind if kind in ID_TYPES else "citizen",
    )
    if ARABIC.search(name):
        person.name_ar = name
    else:
        person.name_en = name
    try:
        with db.session.begin_nested():
            db.session.add(person)
            db.session.flush()
    except IntegrityError as known:
        # He signs in for the first time, or stands at another counter, in this very moment.
        raise NumberKnown from known
    return person


def _check_mobile(key: bytes) -> None:
    is_staffs = (
        exists()
        .where(Staff.disabled_at.is_(None))
        .where(
            (Staff.mobile_key == key)
            | Staff.identity_key.in_(select(Person.identity_key).where(Person.mobile_key == key))
        )
    )
    if db.session.scalar(select(is_staffs)):
        raise StaffMobile
    persons = db.session.scalar(select(func.count()).select_from(Person).where(Person.mobile_key == key)) or 0
    if persons >= MOST_PERSONS:
        raise MobileOfMany


def visit_of(by: Actor, visit_id: uuid.UUID) -> CounterVisit:
    """The clerk's own visit while it lasts and he still works there; raises VisitGone."""
    visit = db.session.get(CounterVisit, visit_id)
    if visit is None or visit.staff_id != by.staff_id or visit.ends_at <= now():
        raise VisitGone
    if visit.office not in {each.id for each in offices_of(by)}:
        raise VisitGone
    return visit


def newest_visit(by: Actor, person_id: uuid.UUID) -> CounterVisit | None:
    """The clerk's running visit of this person, if there is one."""
    query = (
        select(CounterVisit)
        .where(CounterVisit.staff_id == by.staff_id, CounterVisit.person_id == person_id, CounterVisit.ends_at > now())
        .order_by(CounterVisit.began_at.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()
