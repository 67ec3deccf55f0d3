"""Whatever people do to a case, in whatever order and role: what DESIGN calls facts stays true after every try."""

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from app.appointments.models import Booking
from app.appointments.passes import pass_in_force
from app.appointments.rules import BOOKED
from app.appointments.slots import free_slots
from app.calendars.clock import now
from app.cases import chain, clockwork, drafts, filing, messages, queries, requests, steps, timeline, visits
from app.cases.answers import open_answers
from app.cases.asked import requests_of
from app.cases.context import service_of
from app.cases.conversation import ANSWERED, OPEN, InfoRequest, ThreadEntry
from app.cases.models import Case, Deadline, History, HistoryText
from app.cases.requests import Replies, Reply
from app.extensions import db, transaction
from app.identity.actors import CLOCK, Actor, Grant
from app.identity.models import Person
from app.kit.errors import Refused
from app.kit.roles import Role
from app.notify.models import Message
from tests.support import signed_in
from tests.support.world import EMIRATE, MUNICIPALITY, SECURITY, World

ACTORS = ("citizen", "stranger", "officer", "security", "supervisor", "elsewhere", "own", "clock")
STEPS = (
    "start_review", "assign", "register", "refer", "security_check", "propose_slot", "reschedule", "choose_slot",
    "ask_new_date", "attended", "no_show", "cancel", "close", "refuse", "extend", "lapse_answer", "answer", "submit",
    "send_requests", "accept_answer", "withdraw_request", "no_such_step",
)  # fmt: skip
VERBS = ("prepare", "send", "reply", "accept", "discard", "write", "time passes")
# How an ordinary case begins: else the later stages would hardly ever be reached.
DECIDED = [("start_review", "officer"), ("security_check", "security"), ("propose_slot", "officer")]
ASKED = [("start_review", "officer"), ("prepare", "officer"), ("send", "officer")]
ANSWERED_ONCE = [*ASKED, ("reply", "citizen")]
tried = st.tuples(st.sampled_from((*STEPS, *VERBS)), st.sampled_from(ACTORS))
likely = st.sampled_from((
    *DECIDED, ("prepare", "officer"), ("send", "officer"), ("reply", "citizen"), ("accept", "officer"),
    ("time passes", "clock"), ("no_show", "officer"), ("choose_slot", "citizen"), ("register", "officer"),
    ("refuse", "officer"), ("cancel", "citizen"), ("reply", "citizen"), ("attended", "officer"),
    ("reschedule", "officer"), ("refer", "officer"),
))  # fmt: skip
BEGINNINGS = ([], DECIDED, ASKED, ANSWERED_ONCE)
sequences = st.tuples(st.sampled_from(BEGINNINGS), st.lists(st.one_of(tried, likely), min_size=4, max_size=12))


@dataclass
class Cast:
    """Everybody who tries something, and answers to file with."""

    world: World
    answers: dict[str, Any]
    staff: dict[str, Actor]
    count: int = 0
    taken: Counter[str] = field(default_factory=Counter)

    def file(self) -> tuple[uuid.UUID, dict[str, Actor]]:
        """A new case of somebody new, and who is who around it."""
        self.count += 1
        number = _national_id(self.count)
        person_id = signed_in.person(self.world.app, number)
        with transaction():
            person = db.session.get_one(Person, person_id)
            citizen = Actor(kind="citizen", person_id=person.id)
            draft = drafts.start(person.id, "emirate_appointment", {})
            own = {**self.answers, "applicant_id": number}
            case = filing.submit(draft, own, by=citizen, person=person, shown=filing.Shown("", ""), language="ar")
            mine = Actor(
                kind="staff",
                staff_id=self.staff["officer"].staff_id,
                grants=(EMIRATE,),
                identity_key=person.identity_key,
            )
        around = {"citizen": citizen, "stranger": Actor(kind="citizen", person_id=uuid.uuid4()), "own": mine}
        return case.id, {**around, "clock": CLOCK, **self.staff}


def _national_id(turn: int) -> str:
    from stdnum import luhn

    stem = f"10{turn:07d}"
    return stem + luhn.calc_check_digit(stem)


@pytest.fixture
def cast(app: Flask) -> Cast:
    world = World(app)
    number = world.file(world.citizen())
    staff = {
        "officer": world.actor(),
        "security": world.actor(SECURITY, email="security@example.com"),
        "supervisor": world.actor(Grant(Role.SUPERVISOR, agency="emirate"), email="supervisor@example.com"),
        "elsewhere": world.actor(MUNICIPALITY, email="elsewhere@example.com"),
    }
    case = world.case(number)
    return Cast(world, open_answers(case.id, case.answers), staff)


def inputs_for(case: Case, step: str) -> dict[str, str]:
    slot = ""
    if step in ("propose_slot", "reschedule", "choose_slot"):
        page = free_slots(visits.calendar_of_case(case).id, now().date() + timedelta(days=3), 5)
        slot = str(next((one.id for _day, group in page.days for one in group), ""))
    return {
        "slot": slot,
        "result": "clear",
        "department": "rights",
        "days": "3",
        "assignee": "",
        "transaction_number": "",
    }


def attempt(case_id: uuid.UUID, verb: str, by: Actor) -> None:
    """One try, in its own transaction, as the page of this moment would send it."""
    case = db.session.get_one(Case, case_id, populate_existing=True)
    seen = case.public_version if by.kind == "citizen" else case.version
    asked = {"kind": "answer", "target": "other", "reason": "needs_explanation", "text": "?"}
    verbs: dict[str, Callable[[], object]] = {
        "prepare": lambda: requests.prepare(case_id, by=by, version=seen, **asked),
        "send": lambda: requests.send(case_id, by=by, version=seen),
        "reply": lambda: requests.answer(case_id, _replies(case), by=by, version=seen),
        "accept": lambda: requests.accept(case_id, by=by, version=seen),
        "discard": lambda: requests.discard(case_id, _first_request(case), by=by, version=seen),
        "write": lambda: messages.write(case_id, "a word", by=by),
    }
    with transaction():
        if verb in verbs:
            verbs[verb]()
        else:
            reasons = ["no_slots"] if verb == "refuse" else []
            steps.move(case_id, verb, by=by, version=seen, reasons=reasons, inputs=inputs_for(case, verb))


def _replies(case: Case) -> Replies:
    return Replies(tuple(Reply(each.id, "because") for each in requests_of(case, OPEN)))


def _first_request(case: Case) -> uuid.UUID:
    found = requests_of(case)
    return found[0].id if found else uuid.uuid4()


def time_passes(case_id: uuid.UUID) -> None:
    """Every open deadline of the case has ended, and the clock looks."""
    mine = (Deadline.case_id == case_id, Deadline.state == "open")
    with transaction():
        db.session.execute(update(Deadline).where(*mine).values(due_at=now() - timedelta(seconds=1)))
    for each in db.session.scalars(select(Deadline.id).where(*mine).order_by(Deadline.kind)).all():
        clockwork.fire(each)


def trace(case_id: uuid.UUID) -> tuple[Any, ...]:
    """Everything a refused try must leave as it was."""
    case = db.session.get_one(Case, case_id, populate_existing=True)
    counts = tuple(
        db.session.scalar(select(func.count()).select_from(table).where(table.case_id == case_id))
        for table in (History, Message, ThreadEntry, InfoRequest, Deadline, Booking)
    )
    return case.stage, case.version, case.public_version, case.assignee_id, case.transaction_number, counts


def what_the_citizen_sees(case_id: uuid.UUID) -> tuple[Any, ...]:
    case = db.session.get_one(Case, case_id, populate_existing=True)
    told = timeline.timeline(case, queries.history_of(case), "ar", for_citizen=True)
    thread = [(entry.id, entry.body) for entry in messages.thread_of(case, for_staff=False)]
    asked = [request.id for request in requests_of(case, OPEN)]
    return timeline.state_of(case, "ar"), told, thread, asked, case.public_version, case.touched_at


def facts_hold(case_id: uuid.UUID) -> None:
    case = db.session.get_one(Case, case_id, populate_existing=True)
    service, rows = service_of(case), list(queries.history_of(case))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1)), "seq has no gaps"
    assert [rows[0].step, rows[0].from_stage] == ["submit", "draft"]
    for before, row in zip([None, *rows], rows, strict=False):
        step = service.step(row.step, row.from_stage)
        assert step is not None, "only declared steps were taken"
        assert row.to_stage == step.to
        assert before is None or row.from_stage == before.to_stage, "each step begins where the last one ended"
        assert row.hidden == step.hidden
    assert case.stage == rows[-1].to_stage
    assert case.version >= len(rows)
    assert case.public_version == 0 + sum(not row.hidden for row in rows)
    chained = select(*History.__table__.columns, HistoryText.content, HistoryText.history_id).outerjoin(HistoryText)
    broken = chain.faults(case_id, db.session.execute(chained.where(History.case_id == case_id).order_by(History.seq)))
    assert list(broken) == []
    _deadlines_hold(case)
    _messages_hold(case_id)
    _visit_holds(case)


def _deadlines_hold(case: Case) -> None:
    kinds = Counter(
        db.session.scalars(select(Deadline.kind).where(Deadline.case_id == case.id, Deadline.state == "open"))
    )
    assert all(count == 1 for count in kinds.values()), "one open deadline of each kind"
    target = select(Deadline.due_at).where(
        Deadline.case_id == case.id, Deadline.kind == "target", Deadline.state == "open"
    )
    assert case.target_at == db.session.scalar(target), "the queue is ordered by the target that runs"
    assert case.is_final == (case.closed_at is not None)
    if case.is_final:
        assert not kinds, "nothing runs once a case has ended"
        assert not requests_of(case, "prepared", OPEN, ANSWERED), "nothing is asked once a case has ended"
    if case.stage == "approved":
        assert not requests_of(case, OPEN), "no decision while something is asked"


def _messages_hold(case_id: uuid.UUID) -> None:
    place = (Message.seq, Message.person_id, Message.channel)
    twice = (
        select(*place)
        .where(Message.case_id == case_id, Message.seq.is_not(None))
        .group_by(*place)
        .having(func.count() > 1)
    )
    assert db.session.execute(twice).all() == [], "one message for each step, person and channel"
    hidden = select(History.seq).where(History.case_id == case_id, History.hidden)
    assert not db.session.scalar(
        select(func.count()).select_from(Message).where(Message.case_id == case_id, Message.seq.in_(hidden))
    ), "a hidden step tells nobody"


def _visit_holds(case: Case) -> None:
    booked = db.session.scalar(
        select(func.count()).select_from(Booking).where(Booking.case_id == case.id, Booking.state == BOOKED)
    )
    assert (booked or 0) <= 1
    if case.is_final:
        assert not booked, "a case that ended holds no place"
    if pass_in_force(case.id) is not None and not case.is_final:
        assert booked, "a pass is good only for a place that is held"


@settings(
    max_examples=25,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(sequences)
def _walk(cast: Cast, drawn: tuple[list[tuple[str, str]], list[tuple[str, str]]]) -> None:
    beginning, chosen = drawn
    with cast.world.app.app_context():
        case_id, people = cast.file()
        for verb, who in [*beginning, *chosen]:
            db.session.remove()
            before, seen = trace(case_id), what_the_citizen_sees(case_id)
            try:
                if verb == "time passes":
                    time_passes(case_id)
                else:
                    attempt(case_id, verb, people[who])
            except Refused:
                db.session.remove()
                assert trace(case_id) == before, (verb, who, "a refusal leaves no trace")
            else:
                cast.taken[f"{verb} by {who}"] += 1
                db.session.remove()
                last = queries.history_of(db.session.get_one(Case, case_id))[-1]
                if last.hidden and trace(case_id)[-1][0] == before[-1][0] + 1:
                    assert what_the_citizen_sees(case_id) == seen, (verb, "a hidden step shows nowhere")
                if verb == "prepare":
                    assert what_the_citizen_sees(case_id) == seen, "what is prepared shows nowhere"
            facts_hold(case_id)
        db.session.remove()


def test_no_sequence_of_tries_breaks_what_always_holds(cast: Cast) -> None:
    _walk(cast)
    taken = {step.split(" by ")[0] for step in cast.taken}
    assert {"start_review", "security_check", "propose_slot", "cancel", "send", "reply", "time passes"} <= taken
    assert not [step for step in cast.taken if step.endswith((" by stranger", " by elsewhere", " by own"))]
