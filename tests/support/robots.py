"""A robot citizen and a robot officer who know a service by its declaration alone."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Flask
from stdnum import luhn

from app.appointments.slots import find_booking, free_slots
from app.calendars.clock import now
from app.cases import corrections, drafts, field_visits, filing, policy, requests, steps, visits
from app.cases.asked import requests_of
from app.cases.conversation import ANSWERED, OPEN
from app.cases.demo.answers import answers_of
from app.cases.demo.past import at
from app.cases.filing import Shown
from app.cases.models import Case
from app.cases.requests import Replies, Reply
from app.extensions import db, transaction
from app.identity.actors import CLOCK, GATEWAY, Actor, Grant
from app.identity.models import Person, identity_key
from app.kit.conditions import When, is_met
from app.kit.roles import Role
from app.kit.service import Service
from app.kit.workflow import CITIZEN, FINAL, Stage, Step
from app.kit.workflow import CLOCK as BY_CLOCK
from app.kit.workflow import GATEWAY as BY_GATEWAY
from app.payments import bills
from app.payments.states import BillState
from tests.support import signed_in
from tests.support.declared import PROFILE
from tests.support.typed import TYPED, typed


def applicant(app: Flask, service: Service, serial: int) -> uuid.UUID:
    """A citizen of the country whose agency gives the service."""
    if country_of(service) == "QA":
        mobile = f"+97433{100_000 + serial}"
        return signed_in.person(app, f"2806340{1000 + serial}", country="QA", nationality="QA", mobile=mobile)
    stem = f"1{20_000_000 + serial}"
    return signed_in.person(app, stem + luhn.calc_check_digit(stem))


def country_of(service: Service) -> str:
    return PROFILE.agency(service.agency).country


class Robot:
    """Files cases of one service and takes any of its steps, with everything that has to come before."""

    def __init__(self, app: Flask, service: Service) -> None:
        self.app, self.service = app, service
        self._people = 0
        self.hired: dict[tuple[Grant, str], uuid.UUID] = {}

    def file(self, pick: int = -1, when: When | None = None) -> "Walk":
        self._people += 1
        person_id = applicant(self.app, self.service, self._people)
        person = db.session.get_one(Person, person_id)
        citizen = Actor(kind="citizen", person_id=person.id, identity_key=person.identity_key)
        with transaction():
            draft = drafts.start(person.id, self.service.slug, {})
            values = typed(self.service.form, pick, country=person.country, when=when)
            answers = answers_of(self.service, person, draft, values)
            shown = Shown(self.service.declaration("ar"), "")
            case = filing.submit(draft, answers, by=citizen, person=person, shown=shown, language="ar")
        return Walk(self, case, citizen)

    def hire(self, grant: Grant, email: str, number: str | None = None) -> uuid.UUID:
        """The id of the member of staff under this address who holds this; entered into the house once."""
        if (grant, email) not in self.hired:
            self.hired[grant, email] = signed_in.member(self.app, grant, email=email, number=number)
        return self.hired[grant, email]


class Walk:
    """One case on its way."""

    def __init__(self, robot: Robot, case: Case, citizen: Actor) -> None:
        self.robot, self.case_id, self.citizen = robot, case.id, citizen

    @property
    def case(self) -> Case:
        return db.session.get_one(Case, self.case_id)

    @property
    def workflow(self) -> Any:
        return self.robot.service.workflow

    def to(self, stage: str) -> None:
        """The shortest way to a stage."""
        for step in self._way(str(self.case.stage), stage):
            self.take(step.name)

    def _way(self, start: str, goal: str) -> list[Step]:
        ways: dict[str, list[Step]] = {start: []}
        open_ = [start]
        while open_:
            here = open_.pop(0)
            for step in self.workflow.from_stage(here):
                if not is_met(step.when, self.case.answers):
                    continue
                if step.to not in ways and (step.to == goal or step.to not in FINAL):
                    ways[step.to] = [*ways[here], step]
                    open_.append(step.to)
        return ways[goal]

    def take(self, name: str, role: str | None = None) -> None:
        """Take the step here, as this role (its first one), after whatever it needs."""
        step = self.workflow.find(name, str(self.case.stage))
        assert step is not None, f"no step {name} from {self.case.stage}"
        role = role or step.by[0]
        self.before(step, role)
        actor = self.actor(role)
        if BY_GATEWAY in step.by:
            _book(self)
        TAKE.get(name, _move)(self, step, actor)

    def before(self, step: Step, role: str | None = None) -> None:
        """Whatever the step needs."""
        for need in step.needs:
            if need not in policy.steps_taken(self.case):
                self.take(need)
        if (role or step.by[0]) == Role.DEPARTMENT_OFFICER and self.case.department is None:
            self.take("refer")
        BEFORE.get(step.name, lambda walk: None)(self)

    def actor(self, role: str) -> Actor:
        """Somebody who holds exactly this role where this case needs it."""
        if role == CITIZEN:
            return self.citizen
        if role in (BY_CLOCK, BY_GATEWAY):
            return CLOCK if role == BY_CLOCK else GATEWAY
        if role == Role.COUNTER_AGENT:
            return self._clerk()
        office = policy._office(role, self.case)
        grant = Grant(Role(role), agency=self.case.agency, office=office, service=self.case.service)
        # Every role is somebody else, with an identity of his own.
        number = f"1{30_000_000 + list(Role).index(Role(role))}0"
        staff_id = self.robot.hire(grant, f"{role}.{office or 'all'}@example.com", number)
        key = identity_key("SA", number)
        return Actor(kind="staff", staff_id=staff_id, name=str(role), grants=(grant,), identity_key=key)

    def _clerk(self) -> Actor:
        """Somebody at a counter that serves this agency, who acts for the citizen of the case."""
        offices = PROFILE.offices.values()
        office = next((each for each in offices if each.has_counter and self.case.agency in each.serves), None)
        office = office or next(each for each in offices if each.has_counter)
        grant = Grant(Role.COUNTER_AGENT, agency=office.agency, office=office.id)
        staff_id = self.robot.hire(grant, "clerk@example.com")
        acting = {"acting_for": self.case.applicant_id, "office": office.id}
        return Actor(kind="staff", staff_id=staff_id, name="clerk", grants=(grant,), **acting)

    def inputs(self, step: Step) -> dict[str, str]:
        lists = self.robot.service.lists
        departments = lists[self.robot.service.departments] if self.robot.service.departments else ()
        values = {
            "department": next((each.id for each in departments if each.id != self.case.department), ""),
            "earlier_transaction": self._earlier() if "earlier_transaction" in step.inputs else "",
            "result": step.options[0],
            "days": "3",
            "text": TYPED["long_text"],
            "internal_note": TYPED["long_text"],
            "transfer": "FT-26334-0001",
            "slot": str(self._slot()) if step.slot in ("book", "move", "self_move") else "",
        }
        if "correction" in step.inputs:
            about = next(about for about, field, _group in corrections.correctable(self.case) if field.type == "text")
            return {"correction_target": about.id, "correction": "كلمات أخرى"}
        entered = {name: values.get(name, "") for name in step.inputs}
        return entered | {name: text for each in step.inputs for name, text in SEVERAL.get(each, dict)().items()}

    def _earlier(self) -> str:
        """Number and year of a transaction that somebody else filed before this case: filed now, dated back."""
        earlier = self.robot.file()
        earlier.to(Stage.IN_REVIEW)
        earlier.take("register")
        with transaction():
            earlier.case.filed_at = self.case.filed_at - timedelta(days=1)
        return f"{earlier.case.transaction_number}/{earlier.case.transaction_year}"

    def _slot(self) -> Any:
        calendar = visits.calendar_of_case(self.case)
        booking = find_booking(self.case_id)
        days = free_slots(calendar.id, now().date() + timedelta(days=2), 5).days
        return next(slot.id for _day, free in days for slot in free if not booking or slot.id != booking.slot_id)

    def moment(self, step: Step) -> Any:
        """When the step can be taken: a visit is attended, missed or reported on its day, everything else now."""
        booking = find_booking(self.case_id) if step.slot in ("attended", "no_show") else None
        visit = field_visits.visit_of(self.case) if "report" in step.inputs else None
        if booking is None:
            return max(now(), visit) if visit else now()
        return booking.starts_at if step.slot == "attended" else booking.ends_at + timedelta(hours=1)


def _move(walk: Walk, step: Step, actor: Actor) -> None:
    reasons = [reason.code for reason in walk.robot.service.reasons_of(step.reasons)][:1] if step.reasons else []
    inputs = walk.inputs(step)
    with at(walk.moment(step)), transaction():
        steps.move(walk.case_id, step.name, by=actor, version=None, reasons=reasons, inputs=inputs)


def _book(walk: Walk) -> None:
    """The money is there: what the books do before a case moves on by it."""
    bill = bills.open_bill(walk.case_id)
    if bill is not None:
        with transaction():
            bills.locked(bill.id).state = BillState.PAID


def _prepare(walk: Walk) -> None:
    asker = walk.actor(walk.workflow.find("send_requests", str(walk.case.stage)).by[0])
    reason = walk.robot.service.reasons_of("return")[0].code
    with transaction():
        requests.prepare(
            walk.case_id,
            kind="answer",
            target="other",
            reason=reason,
            text=TYPED["text"],
            by=asker,
            version=walk.case.version,
        )


def _asked(walk: Walk) -> None:
    if not requests_of(walk.case, OPEN):
        walk.take("send_requests")


def _answered(walk: Walk) -> None:
    if not requests_of(walk.case, ANSWERED):
        walk.take("answer")


def _send(walk: Walk, step: Step, actor: Actor) -> None:
    with transaction():
        requests.send(walk.case_id, by=actor, version=walk.case.version)


def _withdraw(walk: Walk, step: Step, actor: Actor) -> None:
    asked = requests_of(walk.case, OPEN)[0]
    with transaction():
        requests.discard(walk.case_id, asked.id, by=actor, version=walk.case.version)


def _answer(walk: Walk, step: Step, actor: Actor) -> None:
    replies = [Reply(each.id, TYPED["text"]) for each in requests_of(walk.case, OPEN)]
    with transaction():
        requests.answer(walk.case_id, Replies(replies), by=actor, version=walk.case.public_version)


def _accept(walk: Walk, step: Step, actor: Actor) -> None:
    with transaction():
        requests.accept(walk.case_id, by=actor, version=walk.case.version)


def _tomorrow_at_ten() -> dict[str, str]:
    return {"field_visit_day": (now() + timedelta(days=1)).date().isoformat(), "field_visit_time": "10:00"}


# What a robot enters where an input has several controls.
SEVERAL: Mapping[str, Callable[[], dict[str, str]]] = {
    "field_visit": _tomorrow_at_ten,
    "report": lambda: {"report_cause": TYPED["text"], "report_extent": TYPED["text"]},
    "valuation": lambda: {"valuation": "12500", "valuation_basis": TYPED["text"]},
}
# What has to be there before a step, and the operation that takes it, where it is not `steps.move`.
BEFORE: Mapping[str, Any] = {
    "send_requests": _prepare,
    "withdraw_request": _asked,
    "answer": _asked,
    "extend": _asked,
    "lapse_answer": _asked,
    "accept_answer": _answered,
    "return_report": lambda walk: "sign_emirate" in policy.steps_taken(walk.case) or walk.take("sign_emirate"),
}
TAKE: Mapping[str, Any] = {
    "send_requests": _send,
    "withdraw_request": _withdraw,
    "answer": _answer,
    "accept_answer": _accept,
}


def wrong_hands(walk: Walk, step: Step) -> Iterator[Actor]:
    """Everybody whose part this step is not: other roles, and the right role in another agency."""
    for role in (*(str(role) for role in Role), CITIZEN, BY_CLOCK, BY_GATEWAY):
        if role not in step.by:
            yield replace(walk.actor(role), acting_for=None)
    for role in step.by:
        if role not in (CITIZEN, BY_CLOCK, BY_GATEWAY):
            stranger = Grant(Role(role), agency="elsewhere")
            yield Actor(kind="staff", staff_id=walk.actor(role).staff_id, grants=(stranger,))
    if CITIZEN in step.by:
        yield Actor(kind="citizen", person_id=walk.case_id)
