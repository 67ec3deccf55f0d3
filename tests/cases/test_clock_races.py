"""The clock beside itself and beside people: each deadline acts once, each number is given once."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.calendars.clock import now
from app.cases import clockwork, queries, requests, steps
from app.cases.demo.past import at
from app.cases.errors import SomebodyFaster, StepRefused
from app.cases.models import Case, Deadline
from app.cases.requests import Replies, Reply
from app.extensions import db
from app.identity.actors import Actor
from tests.support.races import asked, cases, citizen_of, filed, holds, in_app, messages, together
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("unpooled")


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

    def breaks(case: Case, row: Deadline) -> None:
        if case.id == ids[0]:
            raise KeyError("a service that is gone")
        act(case, row)

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
