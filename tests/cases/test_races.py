"""Two who decide at once on real connections: one wins, the other is told."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from app.appointments.errors import SlotTaken
from app.appointments.models import Booking
from app.cases import steps
from app.cases.models import Case, History
from app.extensions import db
from app.notify.models import Message
from tests.support.races import cases, citizen_of, filed, holds, in_app, messages, together
from tests.support.world import EMIRATE, World

pytestmark = pytest.mark.usefixtures("unpooled")


PAIRS = 30


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
