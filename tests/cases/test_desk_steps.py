"""The life of an appointment by its operations: steps, requests, dates, hidden check, races told apart."""

import pytest
from flask import template_rendered
from sqlalchemy import select

from app.cases import messages, papers, policy, queries, steps, timeline
from app.cases.errors import NeedsFirst, OwnCase, SomebodyFaster, StepRefused
from app.cases.models import Case, Deadline
from app.documents.models import Document
from app.extensions import db, transaction
from tests.support.steps import sms, take
from tests.support.world import SECURITY, Browser, World


def scheduled(world: World) -> str:
    """A case with a date."""
    number, officer = world.file(world.citizen()), world.actor()
    take(world, number, "start_review", officer)
    take(
        world, number, "security_check", world.actor(SECURITY, email="security@example.com"), inputs={"result": "clear"}
    )
    take(world, number, "propose_slot", officer, inputs={"slot": str(world.free_slot(number))})
    return number


def test_a_date_needs_the_security_check_first(world: World) -> None:
    number, officer = world.file(world.citizen()), world.actor()
    take(world, number, "start_review", officer)
    with pytest.raises(NeedsFirst):
        take(world, number, "propose_slot", officer, inputs={"slot": str(world.free_slot(number))})


def test_a_date_brings_pass_reminder_and_notice(world: World) -> None:
    number = scheduled(world)
    assert sms(world) == ["submitted", "started", "slot_set"]
    case = world.case(number)
    with world.app.app_context():
        kinds = set(
            db.session.scalars(select(Deadline.kind).where(Deadline.case_id == case.id, Deadline.state == "open"))
        )
    assert {"visit", "visit_reminder"} <= kinds
    page = world.citizen().get(f"/account/cases/{number}")
    assert "حمّل تصريح الزيارة" in page.html
    assert "موعد محدد" in page.html


def everything_of(world: World, browser: Browser, number: str) -> list[object]:
    """Every page, paper and download in which a citizen could notice something."""
    pages = ("", "/cancel", "/papers/summary")
    seen: list[object] = [browser.get(f"/account/cases/{number}{page}").html for page in pages]
    seen += [browser.get(address).html for address in ("/account", "/account/cases", "/account/data")]
    seen.append(browser.post("/account/data/download").response.get_json(force=True))
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        made = select(Document.kind, Document.state, Document.key).where(Document.case_id == case.id)
        return [*seen, db.session.execute(made).all(), papers.summary_snapshot(case, "ar")]


def test_the_hidden_check_changes_nothing_that_the_citizen_can_see(world: World) -> None:
    browser, security = world.citizen(), world.actor(SECURITY, email="security@example.com")
    number = world.file(browser)
    take(world, number, "start_review", world.actor())
    # The first look takes the «new» marks off the messages.
    browser.get(f"/account/cases/{number}")
    before = everything_of(world, browser, number)
    desk = world.officer(SECURITY, email="security@example.com")
    assert desk.get(f"/desk/cases/{number}").status == 200
    take(world, number, "security_check", security, inputs={"result": "concern"})
    assert desk.get(f"/desk/cases/{number}").status == 200
    assert everything_of(world, browser, number) == before
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        lines = timeline.timeline(case, queries.history_of(case), "ar", for_citizen=False)
        assert [line.step for line in lines if line.hidden] == ["security_check"]


def test_whoever_comes_second_is_told(world: World) -> None:
    number, officer = world.file(world.citizen()), world.actor()
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        stale = case.version
    take(world, number, "start_review", officer)
    with pytest.raises(SomebodyFaster), world.app.app_context(), transaction():
        steps.move(world.case(number).id, "refuse", by=officer, version=stale, reasons=["no_slots"])


def test_nobody_handles_his_own_case(world: World) -> None:
    number = world.file(world.citizen())
    own = world.actor(email="own@example.com", number="1000000008")
    with pytest.raises(OwnCase):
        take(world, number, "start_review", own)


def test_an_officer_of_another_agency_cannot_touch_it(world: World) -> None:
    from tests.support.world import MUNICIPALITY

    number = world.file(world.citizen())
    with pytest.raises(StepRefused):
        take(world, number, "start_review", world.actor(MUNICIPALITY, email="other@example.com"))


def test_registration_gives_a_number_of_the_year_that_the_public_can_look_up(world: World) -> None:
    number, officer = world.file(world.citizen()), world.actor()
    take(world, number, "start_review", officer)
    take(world, number, "register", officer, inputs={"transaction_number": ""})
    case = world.case(number)
    assert case.transaction_number == "000001"
    client = world.app.test_client()
    from tests.support.signed_in import token_of

    entered = {
        "csrf_token": token_of(client, "/inquiry/transactions"),
        "agency": "emirate",
        "number": "١",
        "hijri_year": str(case.transaction_year),
    }
    right = client.post("/inquiry/transactions", data={**entered, "digits": "0008"})
    wrong = client.post("/inquiry/transactions", data={**entered, "digits": "0009"})
    none = client.post("/inquiry/transactions", data={**entered, "number": "77", "digits": "0008"})
    assert "تحت الإجراء" in right.get_data(as_text=True)
    assert "لا معاملة بهذا الرقم" in wrong.get_data(as_text=True)
    assert wrong.status_code == none.status_code == 200


def test_a_refusal_names_the_body_the_last_day_and_takes_an_appeal(world: World) -> None:
    browser, officer = world.citizen(), world.actor()
    number = world.file(browser)
    take(world, number, "start_review", officer)
    take(world, number, "refuse", officer, reasons=["no_slots"])
    page = browser.get(f"/account/cases/{number}")
    assert "لجنة التظلمات في الإمارة" in page.html
    sent = browser.post(f"/account/cases/{number}/appeal", {"subject": "الرفض", "grounds": "لم تُقرأ حجتي"})
    assert sent.status == 303
    assert "قدّمت اعتراضًا" in browser.get(f"/account/cases/{number}").html


def test_the_citizen_moves_his_date_twice_and_no_more(world: World) -> None:
    number, browser = scheduled(world), world.citizen()
    for _turn in range(2):
        page = browser.get(f"/account/cases/{number}/slot")
        moved = browser.post(
            f"/account/cases/{number}/slot",
            {"version": page.field("version"), "slot": str(world.free_slot(number, skip=3))},
        )
        assert moved.status == 303, moved.html[:800]
    assert "slot=" not in browser.get(f"/account/cases/{number}").html
    page = browser.get(f"/account/cases/{number}")
    third = browser.post(
        f"/account/cases/{number}/slot",
        {
            "version": page.field("version") if 'name="version"' in page.html else "0",
            "slot": str(world.free_slot(number, skip=5)),
        },
    )
    assert third.status in (409, 422)


def test_cancelling_frees_the_date(world: World) -> None:
    number, browser = scheduled(world), world.citizen()
    page = browser.get(f"/account/cases/{number}/cancel")
    assert browser.post(f"/account/cases/{number}/cancel", {"version": page.field("version")}).status == 303
    assert world.case(number).stage == "cancelled"
    with world.app.app_context():
        from app.appointments.models import Booking

        assert db.session.scalars(select(Booking.state)).all() == ["cancelled"]


def test_a_message_of_the_officer_is_unread_until_the_page_is_opened(world: World) -> None:
    browser, officer = world.citizen(), world.actor()
    number = world.file(browser)
    browser.get(f"/account/cases/{number}")
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        messages.write(case.id, "أحضر أصل الصك", by=officer)
    assert "لديك رسالة" in browser.get("/account").html
    browser.get(f"/account/cases/{number}")
    assert "لديك رسالة" not in browser.get("/account").html


def test_a_message_written_while_the_page_is_drawn_stays_unread(world: World) -> None:
    browser, officer = world.citizen(), world.actor()
    number = world.file(browser)
    case_id = world.case(number).id

    def write_meanwhile(*_signal: object, **_more: object) -> None:
        with world.app.app_context(), transaction():
            messages.write(case_id, "أحضر أصل الصك", by=officer)

    with world.app.app_context(), transaction():
        messages.write(case_id, "أحضر صورة الهوية", by=officer)
    with template_rendered.connected_to(write_meanwhile, world.app):
        assert "أصل الصك" not in browser.get(f"/account/cases/{number}").html
    assert "لديك رسالة" in browser.get("/account").html
    assert "أصل الصك" in browser.get(f"/account/cases/{number}").html
    assert "لديك رسالة" not in browser.get("/account").html


def test_open_steps_agree_with_what_a_post_would_say(world: World) -> None:
    world.file(world.citizen())
    officer = world.actor()
    with world.app.app_context():
        case = db.session.scalars(select(Case)).unique().one()
        assert [step.name for step, refused in policy.open_steps(case, officer) if refused is None] == [
            "start_review",
            "assign",
        ]
