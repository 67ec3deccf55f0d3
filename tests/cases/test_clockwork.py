"""What the clock cannot do is tried again after a pause, set aside after ten failures, and told to whoever oversees."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.calendars.clock import now
from app.cases import clockwork, drafts
from app.cases.conversation import Draft
from app.cases.demo.past import at
from app.cases.errors import RequestsOpen
from app.cases.models import Deadline
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.kit.roles import Role
from app.kit.words import WORDS
from app.notify.models import Message
from tests.cases.test_desk_steps import take
from tests.cases.test_replies import asked
from tests.support.statements import counted
from tests.support.world import APPOINTMENT, World


def waiting(world: World, *person: str) -> str:
    """A case whose reply is overdue."""
    number = world.file(world.citizen(*person))
    asked(world, number, "answer", "other", "needs_explanation", "متى؟")
    with world.app.app_context(), transaction():
        overdue = {"due_at": now() - timedelta(seconds=1)}
        db.session.execute(update(Deadline).where(Deadline.kind == "answer").values(**overdue))
        db.session.execute(update(Deadline).where(Deadline.kind != "answer").values(state="met"))
    return number


def deadline() -> Deadline:
    db.session.rollback()
    return db.session.scalars(
        select(Deadline).where(Deadline.kind == "answer").execution_options(populate_existing=True)
    ).one()


def test_a_deadline_that_fails_is_tried_ten_times_later_and_later_and_then_set_aside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = waiting(world)

    def broken(*_args: object, **_more: object) -> None:
        raise KeyError("gone")

    monkeypatch.setattr(clockwork.steps, "move", broken)
    with world.app.app_context():
        moment = now()
        for turn in range(10):
            with at(moment), pytest.raises(KeyError):
                clockwork.run_due()
            with at(moment):
                assert clockwork.run_due() == 0, "no second try at once"
            assert deadline().failures == turn + 1
            moment += timedelta(minutes=2**turn, seconds=1)
        assert deadline().state == "failed"
        with at(moment + timedelta(days=2)):
            assert clockwork.run_due() == 0
    overseer = world.officer(Grant(Role.SUPERVISOR, agency="emirate"), email="supervisor@example.com")
    html = overseer.get("/desk/overview").html
    heading = WORDS.text("ar", "desk.overview.stuck")
    assert heading in html
    assert number in html.split(heading)[1]


def test_a_step_that_something_else_comes_before_is_taken_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = waiting(world)

    def refused(*_args: object, **_more: object) -> None:
        raise RequestsOpen

    with monkeypatch.context() as patched, world.app.app_context():
        patched.setattr(clockwork.steps, "move", refused)
        assert clockwork.run_due() == 0
        assert (deadline().state, deadline().failures) == ("open", 0)
    with world.app.app_context():
        assert clockwork.run_due() == 0
        with at(now() + timedelta(hours=1, seconds=1)):
            assert clockwork.run_due() == 1
    assert world.case(number).outcome == "cancelled_unanswered"


def test_a_step_by_the_clock_asks_ten_times_and_a_batch_rings_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in ("1000000008", "1000000016"):
        waiting(world, person)
    rung: list[tuple[str, ...]] = []
    monkeypatch.setitem(world.app.extensions, "ring", lambda *bells: rung.extend(bells))
    with world.app.app_context():
        looks = 2
        with counted() as sent:
            assert clockwork.run_due() == 2
        assert len(sent) - looks <= 2 * 10, sent
    assert rung == [("drain",)]


def test_a_deadline_of_a_step_that_the_stage_no_longer_has_is_void(world: World) -> None:
    number = world.file(world.citizen())
    take(world, number, "start_review", world.actor())
    with world.app.app_context():
        with transaction():
            past = {"due_at": now() - timedelta(seconds=1), "step": "no_show"}
            db.session.execute(update(Deadline).where(Deadline.kind == "target").values(**past))
        clockwork.run_due()
        assert db.session.scalar(select(Deadline.state).where(Deadline.kind == "target")) == "void"


def test_a_draft_saved_again_is_warned_of_again(world: World) -> None:
    browser = world.citizen()
    browser.post("/services/emirate_appointment/apply", {**APPOINTMENT, "action": "draft"})
    with world.app.app_context():
        for days in (29, 57):
            with at(now() + timedelta(days=days)):
                assert clockwork.warn_of_drafts() == 1
                with transaction():
                    draft = db.session.scalars(select(Draft)).one()
                    drafts.save(draft, drafts.read(draft))
        warned = select(Message.dedupe).where(Message.event == "draft_expiring", Message.channel == "sms")
        assert len(db.session.scalars(warned).all()) == 2
