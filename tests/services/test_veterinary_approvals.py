"""Two approvals by two persons: what stops them, what the head sends back, what no second account gets around."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.calendars.clock import now, today
from app.cases import queries
from app.cases.errors import BadInput, IdentityUnknown, RuleBroken, SamePerson
from app.extensions import db, transaction
from app.identity import staff
from app.kit.words import WORDS
from tests.services.veterinary import HEAD, SLUG, VET, answers, at_moment, desk, head, on, owner, sentence, take, vet
from tests.support.steps import sms
from tests.support.world import World


def test_one_person_never_gives_both_approvals(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    same_person = world.actor(HEAD, email="second-account@example.com", number="28563400011", country="QA")
    unknown = world.actor(HEAD, email="nobody@example.com")
    for actor, refused in ((same_person, SamePerson), (unknown, IdentityUnknown)):
        with pytest.raises(refused):
            take(world, number, "approve_final", actor)
    assert world.case(number).stage == "preliminarily_approved"


def test_a_condition_that_ends_while_the_case_waits_stops_both_approvals_and_is_shown(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers(travel_date=on(3)))
    take(world, number, "start_review", vet(world))
    later = now() + timedelta(days=5)
    with at_moment(world, later):
        with pytest.raises(RuleBroken):
            take(world, number, "approve_preliminary", vet(world))
        html = desk(world).get(f"/desk/cases/{number}").html
        assert sentence(world, "rules.travel_from_today.label") in html
        assert WORDS.text("ar", "desk.rules.broken") in html
    take(world, number, "approve_preliminary", vet(world))
    with at_moment(world, later), pytest.raises(RuleBroken):
        take(world, number, "approve_final", head(world))


def test_the_vet_sees_a_journey_that_the_certificate_would_not_reach(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers(travel_date=on(9)))
    take(world, number, "start_review", vet(world))
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        far = (today("Asia/Qatar") + timedelta(days=40)).isoformat()
        case.answers = {**case.answers, "travel_date": far}
    assert sentence(world, "rules.travel_within_validity.label") in desk(world).get(f"/desk/cases/{number}").html
    with pytest.raises(RuleBroken):
        take(world, number, "approve_preliminary", vet(world))


def test_the_head_sends_back_with_a_note_that_the_owner_never_reads(world: World) -> None:
    browser = owner(world)
    number = world.file(browser, SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    with pytest.raises(BadInput):
        take(world, number, "return_to_vet", head(world))
    take(world, number, "return_to_vet", head(world), inputs={"internal_note": "راجع رقم التشغيلة"})
    assert world.case(number).stage == "in_review"
    assert "راجع رقم التشغيلة" in desk(world).get(f"/desk/cases/{number}").html
    for address in (f"/account/cases/{number}", "/account/data"):
        assert "راجع رقم التشغيلة" not in browser.get(address).html


def test_the_owner_is_told_once_of_a_preliminary_approval_that_was_given_again(world: World) -> None:
    browser = owner(world)
    number = world.file(browser, SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    line = WORDS.text("ar", "events.preliminarily_approved")
    assert browser.get(f"/account/cases/{number}").html.count(line) == 1
    take(world, number, "return_to_vet", head(world), inputs={"internal_note": "راجع رقم التشغيلة"})
    take(world, number, "approve_preliminary", vet(world))
    assert sms(world).count("preliminarily_approved") == 1
    assert browser.get(f"/account/cases/{number}").html.count(line) == 1
    assert desk(world).get(f"/desk/cases/{number}").html.count(line) == 2


def test_at_the_desk_the_second_approval_is_not_for_the_first_ones_hand(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    both = world.officer(HEAD, VET, email="vet28563400011@example.com", number="28563400011", country="QA")
    address = f"/desk/cases/{number}"
    page = both.get(address)
    assert WORDS.text("ar", "cases.errors.same_person") in page.html
    assert f"{address}/steps/approve_final" not in page.html
    posted_ = both.post(f"{address}/steps/approve_final", {"version": str(world.case(number).version)}, page=address)
    assert posted_.status == 409
    assert world.case(number).stage == "preliminarily_approved"


@pytest.mark.parametrize("second", ["approve_final", "approve_correction"])
def test_the_database_itself_refuses_the_second_approval_of_the_same_person(world: World, second: str) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        row = queries.history_of(case)[-1]
        copied = text(
            "INSERT INTO history (id, case_id, seq, step, from_stage, to_stage, actor_kind, actor_key, hidden, at,"
            " digest, prev, hash) VALUES (gen_random_uuid(), :case, 99, :step, 'x', 'y', 'staff', :key, false, now(),"
            " 'd', 'p', 'h')"
        )
        for key in (row.actor_key, None):
            with pytest.raises(IntegrityError):
                db.session.execute(copied, {"case": case.id, "step": second, "key": key})
            db.session.rollback()
        db.session.execute(copied, {"case": case.id, "step": second, "key": b"somebody else"})
        db.session.rollback()


def test_a_role_taken_away_between_two_clicks_decides_nothing(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    browser, address = desk(world), f"/desk/cases/{number}"
    version = browser.get(address).field("version")
    token = browser.token(address)
    with world.app.app_context(), transaction():
        assert staff.revoke("vet28563400011@example.com", VET)
    page = browser.client.post(f"{address}/steps/approve_preliminary", data={"version": version, "csrf_token": token})
    assert page.status_code == 403
    assert "<h1" in page.get_data(as_text=True)
    assert world.case(number).stage == "in_review"
