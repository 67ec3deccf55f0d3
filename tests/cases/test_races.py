"""Many at once on real connections: one press files once, one officer decides, a deadline acts once."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, func, select, update

from app.appointments.errors import SlotTaken
from app.appointments.models import Booking
from app.calendars.clock import now
from app.cases import clockwork, drafts, filing, queries, requests, steps, trail
from app.cases.answers import open_answers
from app.cases.conversation import Draft
from app.cases.demo.past import at
from app.cases.errors import SomebodyFaster, StepRefused
from app.cases.models import Case, Deadline, History
from app.cases.requests import Replies, Reply
from app.extensions import db, transaction
from app.identity.actors import Actor
from app.identity.models import Person
from app.kit.errors import Refused
from app.notify.models import Message
from tests.support import signed_in
from tests.support.world import APPOINTMENT, EMIRATE, SECURITY, Browser, World, letter

PAIRS = 30
PRESSES = 20
APPLY = "/services/emirate_appointment/apply"


@pytest.fixture(autouse=True)
def unpooled(app: Flask) -> Iterator[None]:
    """Each thread gets a connection of its own: the pool of a web process is smaller than the crowd."""
    with app.app_context():
        engines = db._app_engines[app]
    pooled = engines[None]
    engines[None] = create_engine(pooled.url, poolclass=NullPool, hide_parameters=True)
    yield
    engines[None] = pooled


def together(verbs: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each verb gives when all begin at once, each in a thread of its own."""
    barrier = threading.Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> Any:
        barrier.wait(60)
        return verb()

    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run, verbs))


def in_app(app: Flask, verb: Callable[[], Any]) -> Callable[[], str]:
    """The verb in a transaction of its own; says how it ended."""

    def run() -> str:
        with app.app_context():
            try:
                with transaction():
                    verb()
            except Refused as refused:
                return type(refused).__name__
            finally:
                db.session.remove()
            return "done"

    return run


def messages(world: World, event: str) -> int:
    with world.app.app_context():
        rows = select(func.count()).select_from(Message).where(Message.event == event, Message.channel == "sms")
        return db.session.scalar(rows) or 0


def cases(world: World) -> list[Case]:
    with world.app.app_context():
        db.session.remove()
        return list(db.session.scalars(select(Case).order_by(Case.serial)).unique())


def holds(world: World) -> None:
    with world.app.app_context():
        assert list(trail.verify()) == []


def drafted(browser: Browser) -> str:
    """The address of a check page, one press away from filing."""
    page = browser.post(APPLY, {**APPOINTMENT, "subject_letter": letter(), "action": "check"})
    assert page.status == 303
    return page.location


def twin(browser: Browser) -> Browser:
    """The same browser for another thread: a test client is not made for two at once."""
    client = browser.client.application.test_client()
    client._cookies = dict(browser.client._cookies)  # type: ignore[attr-defined]
    return Browser(client)


def test_twenty_presses_at_once_file_one_request_and_all_lead_to_it(world: World) -> None:
    browser = world.citizen()
    check = drafted(browser)
    page = browser.get(check)
    form = {"csrf_token": browser.token(check), "token": page.field("token"), "declaration": "yes"}
    hands = [twin(browser) for _ in range(PRESSES)]
    answers = together([lambda hand=hand: hand.client.post(check, data=form) for hand in hands])
    assert Counter(answer.status_code for answer in answers) == {303: PRESSES}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    (case,) = cases(world)
    assert case.address in answers[0].headers["Location"]
    assert messages(world, "submitted") == 1
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
        assert db.session.scalars(select(History.seq)).all() == [1]
    holds(world)


def test_two_drafts_sent_at_once_leave_one_open_request(world: World) -> None:
    browser = world.citizen()
    checks = [drafted(browser) for _ in range(4)]
    forms = [
        {"csrf_token": browser.token(check), "token": browser.get(check).field("token"), "declaration": "yes"}
        for check in checks
    ]
    answers = together(
        [
            lambda hand=twin(browser), check=check, form=form: hand.client.post(check, data=form)
            for check, form in zip(checks, forms, strict=True)
        ]
    )
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 3}
    assert len(cases(world)) == 1


def filed(world: World, count: int) -> list[uuid.UUID]:
    """Cases of as many people, taken up and checked, ready for a decision. The first is filed through the pages."""
    officer, guard = world.actor(), world.actor(SECURITY, email="security@example.com")
    found = [world.case(world.file(world.citizen(NUMBERS[0]))).id]
    people = [signed_in.person(world.app, number) for number in NUMBERS[1:count]]
    with world.app.app_context(), transaction():
        case = db.session.get_one(Case, found[0])
        answers = open_answers(case.id, case.answers)
        found += [_filed_alike(db.session.get_one(Person, person_id), answers) for person_id in people]
        for case_id in found:
            steps.move(case_id, "start_review", by=officer, version=None)
            steps.move(case_id, "security_check", by=guard, version=None, inputs={"result": "clear"})
    return found


def _filed_alike(person: Person, answers: dict[str, Any]) -> uuid.UUID:
    by, own = Actor(kind="citizen", person_id=person.id), {**answers, "applicant_id": person.identity_number}
    draft = drafts.start(person.id, "emirate_appointment", {})
    return filing.submit(draft, own, by=by, person=person, shown=filing.Shown("", ""), language="ar").id


def national_ids(count: int) -> list[str]:
    from stdnum import luhn

    stems = (f"1{turn:08d}" for turn in range(1, 10 * count))
    return [stem + luhn.calc_check_digit(stem) for stem in stems][:count]


NUMBERS = national_ids(60)


def test_of_two_officers_at_once_one_decides_and_the_other_is_told_in_thirty_pairs(world: World) -> None:
    """Both hold the page of the same version, and give the case to each other."""
    one = world.actor()
    other = world.actor(email="second@example.com")
    (case_id,) = filed(world, 1)
    app, winners = world.app, Counter[int]()
    for turn in range(PAIRS):
        with app.app_context():
            seen = db.session.get_one(Case, case_id).version
        verbs = [
            lambda by=by, to=to, seen=seen: steps.move(case_id, "assign", by=by, version=seen, inputs={"assignee": to})
            for by, to in ((one, str(other.staff_id)), (other, str(one.staff_id)))
        ]
        ends = together([in_app(app, verb) for verb in verbs])
        assert sorted(ends) == ["SomebodyFaster", "done"], turn
        winners[ends.index("done")] += 1
        with app.app_context():
            assert db.session.get_one(Case, case_id).version == seen + 1
    assert winners.total() == PAIRS
    holds(world)


def test_approving_against_refusing_leaves_one_decision(world: World) -> None:
    app, one, other = world.app, world.actor(), world.actor(email="second@example.com")
    ids = filed(world, 8)
    number = {case.id: case.address for case in cases(world)}
    for turn, case_id in enumerate(ids):
        slot = str(world.free_slot(number[case_id], skip=turn % 3))
        with app.app_context():
            seen = db.session.get_one(Case, case_id).version
        verbs = [
            lambda case_id=case_id, seen=seen, slot=slot: steps.move(
                case_id, "propose_slot", by=one, version=seen, inputs={"slot": slot}
            ),
            lambda case_id=case_id, seen=seen: steps.move(
                case_id, "refuse", by=other, version=seen, reasons=["no_slots"]
            ),
        ]
        ends = together([in_app(app, verb) for verb in verbs])
        assert sorted(ends) == ["SomebodyFaster", "done"]
    with app.app_context():
        approved = db.session.scalar(select(func.count()).select_from(Case).where(Case.stage == "approved"))
        assert db.session.scalar(select(func.count()).select_from(Booking)) == approved
        told = select(func.count()).select_from(Message).where(Message.event.in_(("slot_set", "refused")))
        assert db.session.scalar(told.where(Message.channel == "sms")) == len(ids)
    holds(world)


def test_two_officers_at_the_desk_get_one_303_and_one_409(world: World) -> None:
    number = world.file(world.citizen())
    officers = [world.officer(EMIRATE, email=f"{name}@example.com") for name in ("one", "two")]
    page = officers[0].get(f"/desk/cases/{number}")
    form = {"version": page.field("version")}
    tokens = [officer.token() for officer in officers]
    address = f"/desk/cases/{number}/steps/start_review"
    answers = together(
        [
            lambda officer=officer, token=token: officer.client.post(address, data={**form, "csrf_token": token})
            for officer, token in zip(officers, tokens, strict=True)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert messages(world, "started") == 1


def test_of_fifty_people_for_one_slot_one_gets_it(world: World) -> None:
    """Fifty cases decided at once for the same time of the same department."""
    officer, ids = world.actor(), filed(world, 50)
    slot = str(world.free_slot(cases(world)[0].address))
    verbs = [
        in_app(
            world.app,
            lambda case_id=case_id: steps.move(
                case_id, "propose_slot", by=officer, version=None, inputs={"slot": slot}
            ),
        )
        for case_id in ids
    ]
    ends = Counter(together(verbs))
    with world.app.app_context():
        places = db.session.scalar(select(func.count()).select_from(Booking))
        approved = db.session.scalar(select(func.count()).select_from(Case).where(Case.stage == "approved"))
    assert ends == {"done": places, SlotTaken.__name__: 50 - (places or 0)}
    assert places == approved
    assert messages(world, "slot_set") == places
    holds(world)


def citizen_of(world: World, case_id: uuid.UUID) -> Actor:
    with world.app.app_context():
        return Actor(kind="citizen", person_id=db.session.get_one(Case, case_id).applicant_id)


def test_a_citizen_who_cancels_while_the_officer_decides_ends_in_one_of_both(world: World) -> None:
    app, officer = world.app, world.actor()
    ids = filed(world, 10)
    outcomes = Counter[str]()
    for case_id in ids:
        citizen = citizen_of(world, case_id)
        with app.app_context():
            case = db.session.get_one(Case, case_id)
            seen, public = case.version, case.public_version
        verbs = [
            lambda case_id=case_id, public=public, citizen=citizen: steps.move(
                case_id, "cancel", by=citizen, version=public
            ),
            lambda case_id=case_id, seen=seen: steps.move(
                case_id, "refuse", by=officer, version=seen, reasons=["no_slots"]
            ),
        ]
        ends = together([in_app(app, verb) for verb in verbs])
        assert ends.count("done") == 1, ends
        with app.app_context():
            case = db.session.get_one(Case, case_id)
            outcomes[str(case.outcome)] += 1
            assert case.stage == ("cancelled" if ends[0] == "done" else "refused")
            ending = (
                select(func.count())
                .select_from(History)
                .where(History.case_id == case_id, History.to_stage.in_(("cancelled", "refused")))
            )
            assert db.session.scalar(ending) == 1
    assert sum(outcomes.values()) == len(ids)
    holds(world)


def asked(world: World, case_id: uuid.UUID) -> uuid.UUID:
    """A question to the citizen whose last day has just ended; its id."""
    officer = world.actor()
    with world.app.app_context(), transaction():
        case = db.session.get_one(Case, case_id)
        what = {"kind": "answer", "target": "other", "reason": "needs_explanation", "text": "?"}
        found = requests.prepare(case_id, by=officer, version=case.version, **what)
        requests.send(case_id, by=officer, version=case.version)
        ended = now() - timedelta(seconds=1)
        db.session.execute(
            update(Deadline)
            .where(Deadline.case_id == case_id, Deadline.kind == "answer", Deadline.state == "open")
            .values(due_at=ended)
        )
        return found.id


def test_an_answer_while_the_clock_lapses_is_taken_whole_or_refused_whole(world: World) -> None:
    app = world.app
    for case_id in filed(world, 10):
        request_id, citizen = asked(world, case_id), citizen_of(world, case_id)
        with app.app_context():
            public = db.session.get_one(Case, case_id).public_version

        def answer(
            case_id: uuid.UUID = case_id, request_id: uuid.UUID = request_id, by: Actor = citizen, seen: int = public
        ) -> None:
            requests.answer(case_id, Replies((Reply(request_id, "because"),)), by=by, version=seen)

        def lapse() -> str:
            with app.app_context():
                clockwork.run_due()
                db.session.remove()
            return "ran"

        ends = together([in_app(app, answer), lapse])
        with app.app_context():
            db.session.remove()
            case = db.session.get_one(Case, case_id)
            taken = [row.step for row in queries.history_of(case)]
            state = db.session.scalar(
                select(Deadline.state).where(Deadline.case_id == case_id, Deadline.kind == "answer")
            )
        if ends[0] == "done":
            assert (case.stage, taken.count("answer"), state) == ("in_review", 1, "met")
            assert "lapse_answer" not in taken
        else:
            assert ends[0] in (SomebodyFaster.__name__, StepRefused.__name__)
            assert (case.stage, case.outcome, state) == ("cancelled", "cancelled_unanswered", "fired")
            assert "answer" not in taken
    holds(world)


def test_four_runs_of_the_clock_at_once_act_on_each_deadline_once(world: World) -> None:
    app, ids = world.app, filed(world, 10)
    for case_id in ids:
        asked(world, case_id)

    def run() -> int:
        with app.app_context():
            acted = clockwork.run_due()
            db.session.remove()
            return acted

    assert sum(together([run] * 4)) == len(ids)
    assert {case.outcome for case in cases(world)} == {"cancelled_unanswered"}
    assert messages(world, "cancelled_unanswered") == len(ids)
    holds(world)


def test_a_deadline_that_cannot_be_acted_on_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = filed(world, 3)
    for case_id in ids:
        asked(world, case_id)
    act = clockwork._act

    def breaks(case: Case, row: Deadline) -> bool:
        if case.id == ids[0]:
            raise KeyError("a service that is gone")
        return act(case, row)

    monkeypatch.setattr(clockwork, "_act", breaks)
    with world.app.app_context(), pytest.raises(KeyError):
        clockwork.run_due()
    assert Counter(case.stage for case in cases(world)) == {"cancelled": 2, "in_review": 1}
    monkeypatch.undo()
    with world.app.app_context():
        assert clockwork.run_due() == 0, "tried again only after a pause"
        with at(now() + timedelta(minutes=2)):
            assert clockwork.run_due() == 1


def test_transaction_numbers_registered_at_once_are_all_different_without_gaps(world: World) -> None:
    officer, ids = world.actor(), filed(world, 12)
    verbs = [
        in_app(
            world.app,
            lambda case_id=case_id: steps.move(
                case_id, "register", by=officer, version=None, inputs={"transaction_number": ""}
            ),
        )
        for case_id in ids
    ]
    assert Counter(together(verbs)) == {"done": len(ids)}
    numbers = sorted(str(case.transaction_number) for case in cases(world))
    assert numbers == [f"{turn:06d}" for turn in range(1, len(ids) + 1)]
