"""المعاملات: correspondence to the municipality, from the letter to the answer."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.cases import queries, steps
from app.cases.conversation import ThreadEntry
from app.cases.errors import BadInput, NeedsFirst, StepRefused
from app.cases.models import Deadline, TransactionCounter
from app.extensions import db, transaction
from app.identity.actors import Actor, Grant
from app.kit.roles import Role
from app.kit.words import WORDS
from app.notify.models import Message
from tests.support.world import MUNICIPALITY, World, letter

SLUG = "general_transaction"
LANDS = Grant(Role.DEPARTMENT_OFFICER, agency="municipality", office="lands")
PLANNING = Grant(Role.DEPARTMENT_OFFICER, agency="municipality", office="planning")


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def take(world: World, number: str, step: str, by: Actor, **more: Any) -> None:
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=None, **more)


def registered(world: World, **changes: Any) -> tuple[str, Actor]:
    number = world.file(world.citizen(), SLUG, **changes)
    officer = world.actor(MUNICIPALITY)
    take(world, number, "start_review", officer)
    take(world, number, "register", officer)
    return number, officer


def errors_of(world: World, **values: Any) -> str:
    page = world.citizen().post(f"/services/{SLUG}/apply", {"action": "check", **values})
    assert page.status == 422
    return page.html


def test_whoever_files_for_another_shows_his_authority(world: World) -> None:
    asked = WORDS.text("ar", "fields.authorisation.missing")
    assert asked in errors_of(world, filing_as="agent")
    assert asked in errors_of(world, filing_as="guardian")
    assert asked not in errors_of(world, filing_as="owner")


def test_an_establishment_gives_its_number_and_letter(world: World) -> None:
    html = errors_of(world, on_behalf_of="establishment")
    page = world.citizen().post(f"/services/{SLUG}/apply", {"action": "check", "on_behalf_of": "person"})
    for words in ("fields.establishment_id", "fields.letter"):
        service = world.app.extensions["services"][SLUG]
        sentence = service.text("ar", f"{words}.missing")
        assert sentence in html
        assert sentence not in page.html


def test_without_an_e_mail_the_sms_alone_tells(world: World) -> None:
    number = world.file(world.citizen(email=None), SLUG)
    with world.app.app_context():
        channels = db.session.scalars(select(Message.channel).where(Message.case_id == world.case(number).id)).all()
    assert channels == ["sms"]


def test_several_may_be_open_at_once(world: World) -> None:
    browser = world.citizen()
    assert world.file(browser, SLUG) != world.file(browser, SLUG)


def test_registration_counts_per_agency_and_year_and_happens_once(world: World) -> None:
    first, officer = registered(world)
    second, _officer = registered(world)
    numbers = [world.case(each).transaction_number for each in (first, second)]
    assert numbers == ["000001", "000002"]
    with pytest.raises(StepRefused):
        take(world, first, "register", officer)
    with world.app.app_context():
        assert db.session.scalars(select(TransactionCounter.last)).all() == [2]


def test_it_is_referred_and_answered_only_once_it_is_registered(world: World) -> None:
    number = world.file(world.citizen(), SLUG)
    officer = world.actor(MUNICIPALITY)
    take(world, number, "start_review", officer)
    for step, inputs in (("refer", {"department": "lands"}), ("answer_transaction", {"text": "رد"})):
        with pytest.raises(NeedsFirst):
            take(world, number, step, officer, inputs=inputs)


def test_an_officer_of_departments_sees_what_was_referred_to_one(world: World) -> None:
    number, officer = registered(world)
    anywhere = world.officer(Grant(Role.DEPARTMENT_OFFICER, agency="municipality"), email="all@example.com")
    lands, planning = (world.officer(each, email=f"{each.office}@example.com") for each in (LANDS, PLANNING))
    desks = anywhere, lands, planning
    assert [number in desk.get("/desk").html for desk in desks] == [False, False, False]
    take(world, number, "refer", officer, inputs={"department": "lands"})
    assert [number in desk.get("/desk").html for desk in desks] == [True, True, False]
    assert [desk.get(f"/desk/cases/{number}").status for desk in desks] == [200, 200, 404]


def test_only_the_department_it_was_referred_to_may_answer(world: World) -> None:
    number, officer = registered(world)
    lands, planning = (world.actor(each, email=f"{each.office}@example.com") for each in (LANDS, PLANNING))
    with pytest.raises(StepRefused):
        take(world, number, "answer_transaction", lands, inputs={"text": "رد"})
    take(world, number, "refer", officer, inputs={"department": "lands"})
    with pytest.raises(StepRefused):
        take(world, number, "answer_transaction", planning, inputs={"text": "رد"})
    take(world, number, "answer_transaction", lands, inputs={"text": "نفيدكم بأن القطعة خارج النطاق."})
    case = world.case(number)
    assert (case.stage, case.outcome) == ("closed", "answered")
    page = world.citizen().get(f"/account/cases/{number}")
    assert "نفيدكم بأن القطعة خارج النطاق" in page.html


def test_an_unknown_department_is_no_place_to_refer_to(world: World) -> None:
    number, officer = registered(world)
    with pytest.raises(BadInput):
        take(world, number, "refer", officer, inputs={"department": "nowhere"})
    assert world.case(number).department is None


def test_giving_a_referral_back_is_not_shown_to_the_citizen(world: World) -> None:
    number, officer = registered(world)
    take(world, number, "refer", officer, inputs={"department": "lands"})
    browser = world.citizen()
    browser.get(f"/account/cases/{number}")
    before = browser.get(f"/account/cases/{number}").html
    take(world, number, "return_referral", world.actor(LANDS, email="lands@example.com"))
    assert browser.get(f"/account/cases/{number}").html == before


def test_a_referral_given_back_leaves_the_department_and_returns_to_the_officers(world: World) -> None:
    number, officer = registered(world)
    take(world, number, "refer", officer, inputs={"department": "lands"})
    desk, address = world.officer(LANDS, email="lands@example.com"), f"/desk/cases/{number}"
    page = desk.get(address)
    sent = desk.post(f"{address}/steps/return_referral", {"version": page.field("version")}, page=address)
    assert (sent.status, sent.location) == (303, "/desk")
    case = world.case(number)
    assert (case.department, case.assignee_id) == (None, None)
    assert desk.get(address).status == 404
    with pytest.raises(StepRefused):
        take(world, number, "answer_transaction", world.actor(LANDS, email="lands@example.com"), inputs={"text": "رد"})
    assert "أُعيدت الإحالة" in world.officer(MUNICIPALITY).get(address).html


def test_the_referral_names_the_department_in_thread_and_messages(world: World) -> None:
    number, officer = registered(world)
    take(world, number, "refer", officer, inputs={"department": "lands"})
    with world.app.app_context():
        told = db.session.scalars(select(ThreadEntry.body).where(ThreadEntry.event == "referred")).one()
    assert "إدارة الأراضي" in told


def test_an_empty_answer_is_no_answer(world: World) -> None:
    number, officer = registered(world)
    with pytest.raises(BadInput):
        take(world, number, "answer_transaction", officer, inputs={"text": " \u200f "})
    assert world.case(number).stage == "in_review"


def test_the_answer_ends_every_deadline(world: World) -> None:
    number, officer = registered(world, on_behalf_of="public_body", letter=letter())
    take(world, number, "answer_transaction", officer, inputs={"text": "رد البلدية"})
    with world.app.app_context():
        states = db.session.scalars(select(Deadline.state).where(Deadline.case_id == world.case(number).id)).all()
    assert set(states) == {"met"}
