"""Nobody handles a case in which he stands himself: as applicant, as beneficiary, or named in the answers."""

from sqlalchemy import select

from app.cases import memory
from app.cases.answers import open_answers
from app.cases.context import agency_of, service_of
from app.cases.models import Case, History
from app.extensions import db
from app.identity.actors import Actor
from app.identity.models import Person, identity_key


def is_own(case: Case, actor: Actor) -> bool:
    """Is the actor the applicant, the beneficiary, or somebody whose identity number the answers name?"""
    if actor.same_person(case.applicant.identity_key):
        return True
    if actor.identity_key is None:
        return False
    return memory.once(case, ("own", actor.identity_key), lambda: _is_named(case, actor))


def _is_named(case: Case, actor: Actor) -> bool:
    beneficiary = db.session.get(Person, case.beneficiary_id) if case.beneficiary_id else None
    if beneficiary is not None and actor.same_person(beneficiary.identity_key):
        return True
    country = agency_of(case).country
    return any(actor.same_person(identity_key(country, number)) for number in _numbers_in(case))


def has_served(case: Case, actor: Actor) -> bool:
    """Did the actor file it, or answer in it, at a counter for the applicant? Another account of his counts as well."""
    if actor.kind != "staff":
        return False
    rows = memory.known(case, History)
    if rows is None:
        served = select(History).where(History.case_id == case.id, History.acting_for.is_not(None))
        rows = list(db.session.scalars(served))
    hands = [row for row in rows if row.acting_for is not None]
    return any(row.actor_staff_id == actor.staff_id or actor.same_person(row.actor_key) for row in hands)


def _numbers_in(case: Case) -> list[str]:
    """Identity numbers among the answers: companions, whom the request is for."""
    named = [(each.id, group) for each, group in service_of(case).form.walk() if each.type == "national_id"]
    asked = {group.id if group else id for id, group in named}
    answers = open_answers(case.id, {key: value for key, value in case.answers.items() if key in asked})
    found = []
    for id, group in named:
        rows = (answers.get(group.id) or []) if group else [answers]
        found += [row[id] for row in rows if isinstance(row.get(id), str)]
    return found
