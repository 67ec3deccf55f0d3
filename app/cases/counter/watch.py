"""What a clerk does at the counter leaves audit rows: counted before each act, listed for the supervisor."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from app.calendars.clock import now
from app.cases.context import profile
from app.cases.counter.errors import TooMuchToday
from app.extensions import db
from app.identity.actors import Actor, Grant
from app.identity.audit import AuditRow, audit
from app.identity.models import Person, Staff
from app.kit.profile import Office

LOOKED_UP, MISSED, PERSON, FILED = "counter.looked_up", "counter.missed", "counter.person", "counter.filed"
CODE, OPENED, ANSWERED, PAPER, HANDED = (
    "counter.code_sent",
    "counter.opened",
    "counter.answered",
    "counter.paper",
    "counter.handed_over",
)
COLLECTED = "counter.collected"
# The setting that says how often on a day; what is not named here is bounded by the client's codes.
LIMITS = {
    LOOKED_UP: "counter_lookups_a_day",
    MISSED: "counter_misses_a_day",
    PERSON: "counter_persons_a_day",
    FILED: "counter_filings_a_day",
}
COUNTED = (LOOKED_UP, MISSED, PERSON, FILED, OPENED, COLLECTED, HANDED)


def allow(by: Actor, *kinds: str) -> None:
    """Raises TooMuchToday. One act of a clerk at a time, so that two at once cannot both be the last."""
    assert by.staff_id is not None
    db.session.execute(select(func.pg_advisory_xact_lock(by.staff_id.int & 0x7FFFFFFFFFFFFFFF)))
    done = dict(
        db.session.execute(
            select(AuditRow.kind, func.count())
            .where(AuditRow.actor_staff_id == by.staff_id, AuditRow.at > now() - timedelta(days=1))
            .where(AuditRow.kind.like("counter.%"), AuditRow.kind.in_(kinds))
            .group_by(AuditRow.kind)
        ).all()
    )
    settings = current_app.config["SETTINGS"]
    if any(done.get(kind, 0) >= getattr(settings, LIMITS[kind]) for kind in kinds):
        raise TooMuchToday


def note(kind: str, *, by: Actor, office: str, person: uuid.UUID | None = None, case: Any = None, **more: Any) -> None:
    """One audit row: who, at which counter, for whom, about which request."""
    detail = {"office": office, **more}
    audit(kind, actor=by, subject_person=person, case_id=case.id if case is not None else None, detail=detail)


@dataclass
class ClerkDay:
    """A clerk's day in numbers, by kind of act."""

    name: str
    office: Office | None
    counts: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, kind: str) -> int:
        return self.counts.get(kind, 0)


@dataclass(frozen=True)
class Stated:
    """A mobile that was stated at a counter that day. `persons`: how many persons have it now."""

    at: datetime
    clerk: str
    office: Office | None
    person: Person
    persons: int


def offices_watched(grants: Iterable[Grant]) -> set[str]:
    """Ids of the counters that these grants cover. A counter serves every service: a grant for one covers none."""
    counters = [each for each in profile().offices.values() if each.has_counter]
    return {
        each.id
        for grant in grants
        for each in counters
        if grant.covers(agency=each.agency, office=each.id, service=None)
    }


def day_of(offices: set[str], on: date, zone: Any) -> tuple[list[ClerkDay], list[Stated]]:
    """What the clerks of these counters did on a day of the agency's zone: counts, and mobiles stated."""
    start = datetime.combine(on, time(), zone)
    rows = db.session.execute(
        select(AuditRow, Staff.name)
        .join(Staff, Staff.id == AuditRow.actor_staff_id)
        .where(AuditRow.at >= start, AuditRow.at < start + timedelta(days=1), AuditRow.kind.in_(COUNTED))
        .order_by(AuditRow.id)
    ).all()
    days: dict[tuple[Any, str], ClerkDay] = {}
    made: list[tuple[AuditRow, str]] = []
    for row, name in rows:
        office = str(row.detail.get("office"))
        if office not in offices:
            continue
        day = days.setdefault((row.actor_staff_id, office), ClerkDay(name, profile().offices.get(office)))
        day.counts[row.kind] = day[row.kind] + 1
        if row.kind == PERSON:
            made.append((row, name))
    return sorted(days.values(), key=lambda day: -sum(day.counts.values())), _stated(made)


def _stated(made: list[tuple[AuditRow, str]]) -> list[Stated]:
    people = {
        each.id: each
        for each in db.session.scalars(select(Person).where(Person.id.in_([row.subject_person_id for row, _ in made])))
    }
    keys = {each.mobile_key for each in people.values()}
    shared = dict(
        db.session.execute(
            select(Person.mobile_key, func.count()).where(Person.mobile_key.in_(keys)).group_by(Person.mobile_key)
        ).all()
    )
    return [
        Stated(
            row.at, name, profile().offices.get(str(row.detail.get("office"))), person, shared.get(person.mobile_key, 0)
        )
        for row, name in made
        if row.subject_person_id and (person := people.get(row.subject_person_id))
    ]
