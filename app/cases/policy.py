"""Who may take which step of a case now. One table of steps answers for the buttons and for the POST alike."""

from collections.abc import Iterator

from sqlalchemy import exists, select

from app.cases import corrections, deadlines, examining, fees, field_visits, memory, reports, standing, visits
from app.cases.context import service_of
from app.cases.conversation import OPEN, InfoRequest
from app.cases.counter import scope as counters
from app.cases.errors import (
    DayMissing,
    DecidedAgainst,
    IdentityUnknown,
    NeedsFirst,
    OwnCase,
    ReportOutdated,
    RequestsOpen,
    RuleBroken,
    SamePerson,
    StepRefused,
    Unpaid,
    VisitToCome,
)
from app.cases.models import Case, History
from app.cases.own import has_served, is_own
from app.cases.queries import history_of
from app.extensions import db
from app.identity.actors import Actor
from app.kit.conditions import is_met
from app.kit.roles import Role
from app.kit.workflow import CITIZEN, CLOCK, FIRST_PERSON, GATEWAY, SECOND_PERSON, Step

# What may change, or somebody else may do: the officer is told, where every other refusal just hides the step.
IN_THE_WAY = (
    NeedsFirst,
    DecidedAgainst,
    VisitToCome,
    DayMissing,
    ReportOutdated,
    RequestsOpen,
    OwnCase,
    SamePerson,
    IdentityUnknown,
    RuleBroken,
    Unpaid,
)


def holds(actor: Actor, role: str, case: Case) -> bool:
    """Whether the actor has this part in this case: its citizen, the clock, money, or staff in whose scope it lies."""
    if role == CITIZEN:
        who = actor.person_id if actor.kind == "citizen" else actor.acting_for
        return who is not None and who in (case.applicant_id, case.beneficiary_id)
    if role in (CLOCK, GATEWAY):
        return actor.kind == role
    if role == Role.COUNTER_AGENT:
        return actor.acting_for == case.applicant_id and counters.handles(actor, case.service, case.agency)
    return actor.kind == "staff" and actor.covers(
        Role(role), agency=case.agency, service=case.service, office=_office(role, case)
    )


def _office(role: str, case: Case) -> str | None:
    """Where a role must be held: a department officer where the case was referred to, a guard at its gate."""
    if role == Role.DEPARTMENT_OFFICER:
        return case.department
    if role == Role.GATE_STAFF:
        rule = service_of(case).slots
        return case.answers.get(rule.gate_field or "") if rule else None
    return case.office


def judge(case: Case, name: str, actor: Actor) -> Step:
    """The step if it is open to this actor now. Raises StepRefused or one of its kinds."""
    step = service_of(case).step(name, case.stage)
    if step is None or not is_met(step.when, case.answers) or not any(holds(actor, role, case) for role in step.by):
        raise StepRefused
    if actor.kind == "staff" and (is_own(case, actor) or has_served(case, actor) and not _at_counter(step)):
        raise OwnCase
    _four_eyes(case, step, actor)
    done = steps_taken(case) if step.once or step.needs else set()
    if step.once and name in done:
        raise StepRefused
    if not visits.fits(case, step.slot) or not corrections.fits(case, step.inputs) or not reports.fits(case, step):
        raise StepRefused
    if set(step.needs) - done:
        raise NeedsFirst
    _nothing_in_the_way(case, step, actor)
    return step


def _nothing_in_the_way(case: Case, step: Step, actor: Actor) -> None:
    """Raises DecidedAgainst, RequestsOpen, RuleBroken, VisitToCome, DayMissing, ReportOutdated or Unpaid."""
    if not all(_is_in_favour(case, each) for each in step.in_favour):
        raise DecidedAgainst
    if step.blocked_by_requests and has_open_requests(case):
        raise RequestsOpen
    if step.keeps_rules and examining.breaks_a_rule(case):
        raise RuleBroken
    if field_visits.is_too_early(case, step):
        raise VisitToCome
    if step.deadline and deadlines.lacks_day(case, step.deadline):
        raise DayMissing
    if reports.is_outdated(case, step):
        raise ReportOutdated
    if _waits_for_money(step, actor) and fees.is_owed(case):
        raise Unpaid


def _four_eyes(case: Case, step: Step, actor: Actor) -> None:
    """Raises SamePerson, or IdentityUnknown where nobody could tell.

    Compared is the identity, not the account: neither a second account nor another role is another person.
    """
    if actor.identity_key is None and (step.apart_from or step.name in FIRST_PERSON + SECOND_PERSON):
        raise IdentityUnknown
    if not step.apart_from:
        return
    takers = db.session.execute(
        select(History.actor_key, History.actor_staff_id).where(
            History.case_id == case.id, History.step.in_(step.apart_from)
        )
    )
    if any(actor.same_person(key) or (staff_id is not None and staff_id == actor.staff_id) for key, staff_id in takers):
        raise SamePerson


def _waits_for_money(step: Step, actor: Actor) -> bool:
    """Only money itself, the clock and the citizen move a case whose bill is open; money only once it is booked."""
    return GATEWAY in step.by or (actor.kind == "staff" and step.to != step.from_stage)


def _at_counter(step: Step) -> bool:
    """What a clerk may still do for the client whose request he filed: hand in, collect, hand over. Never decide."""
    return bool({CITIZEN, Role.COUNTER_AGENT, Role.CASHIER} & set(step.by))


def open_steps(case: Case, actor: Actor) -> Iterator[tuple[Step, str | None]]:
    """Every step of this stage that belongs to the actor, with the sentence of what stands in its way, if anything."""
    for step in service_of(case).workflow.from_stage(case.stage):
        if not any(holds(actor, role, case) for role in step.by):
            continue
        try:
            judge(case, step.name, actor)
        except IN_THE_WAY as refused:
            yield step, refused.text_key
        except StepRefused:
            continue
        else:
            yield step, None


def _is_in_favour(case: Case, name: str) -> bool:
    """Whether the step, when it was last taken, came to the first of what it may come to."""
    newest = next((row for row in reversed(history_of(case)) if row.step == name), None)
    content = (newest.words.content if newest and newest.words else None) or {}
    declared = next(each for each in service_of(case).workflow.steps if each.name == name)
    return bool(content.get("result") == declared.options[0])


def steps_taken(case: Case) -> set[str]:
    """Names of the steps that were taken and not undone since."""
    if any(each.undoes for each in service_of(case).workflow.steps):
        return {each.step for each in standing.rows_of(case)}
    remembered = memory.known(case, History)
    if remembered is not None:
        return {each.step for each in remembered}
    return set(db.session.scalars(select(History.step).where(History.case_id == case.id)))


def has_open_requests(case: Case) -> bool:
    remembered = memory.known(case, InfoRequest)
    if remembered is not None:
        return any(each.state == OPEN for each in remembered)
    return bool(db.session.scalar(select(exists().where(InfoRequest.case_id == case.id, InfoRequest.state == OPEN))))
