"""Objections: who judges them, and what becomes of the case."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.cases.demo.past import at
from app.cases.models import Deadline
from app.extensions import db
from app.identity.actors import Grant
from app.identity.audit import AuditRow
from app.kit.roles import Role
from tests.cases.test_desk_steps import sms, take
from tests.support.world import Browser, Desk, World

RIYADH = ZoneInfo("Asia/Riyadh")
SUPERVISOR = Grant(Role.SUPERVISOR, agency="emirate")


@pytest.fixture
def refused(world: World) -> tuple[Browser, str]:
    browser, officer = world.citizen(), world.actor()
    number = world.file(browser)
    take(world, number, "start_review", officer)
    take(world, number, "refuse", officer, reasons=["no_slots"])
    sent = browser.post(f"/account/cases/{number}/appeal", {"subject": "الرفض", "grounds": "لم تُقرأ حجتي"})
    assert sent.status == 303
    return browser, number


def supervisor(world: World, email: str = "supervisor@example.com") -> Desk:
    return world.officer(SUPERVISOR, email=email)


def answer(desk: Desk, number: str, outcome: str) -> int:
    page = desk.get(f"/desk/appeals/{number}")
    sent = desk.post(
        f"/desk/appeals/{number}", {"version": page.field("version"), "outcome": outcome, "answer": "قرأنا حجتك"}
    )
    return sent.status


def test_an_accepted_appeal_opens_the_case_again(world: World, refused: tuple[Browser, str]) -> None:
    browser, number = refused
    desk = supervisor(world)
    assert number.replace("-", "/") in desk.get("/desk/appeals").html
    assert answer(desk, number, "accepted") == 303
    case = world.case(number)
    assert (case.stage, case.closed_at, case.outcome) == ("in_review", None, None)
    page = browser.get(f"/account/cases/{number}").html
    assert "أُعيد فتح الطلب" in page
    assert "قرأنا حجتك" in page
    assert sms(world)[-2:] == ["appeal_received", "appeal_answered"]


def test_an_appeal_accepted_in_part_opens_the_case_again_too(world: World, refused: tuple[Browser, str]) -> None:
    browser, number = refused
    assert answer(supervisor(world), number, "partly") == 303
    assert world.case(number).stage == "in_review"
    html = browser.get(f"/account/cases/{number}").html
    assert "قُبل اعتراضك في جزء منه، وأُعيد الطلب إلى الإجراء" in html
    assert "صدر الرد على اعتراضك" in html


def test_the_answer_to_an_appeal_has_a_deadline_of_the_agency_that_is_seen_when_it_is_late(
    world: World, refused: tuple[Browser, str]
) -> None:
    _browser, number = refused
    desk = supervisor(world)
    assert "متأخر" not in desk.get("/desk/appeals").html
    with world.app.app_context():
        row = db.session.scalars(select(Deadline).where(Deadline.kind == "appeal")).one()
        assert (row.amount, row.state, row.step) == (30, "open", None)
        assert row.last_on.isoformat() == (row.basis_at.astimezone(RIYADH).date() + timedelta(days=30)).isoformat()
        with at(row.due_at + timedelta(hours=1)):
            desk = supervisor(world)
            late = desk.get("/desk/appeals").html
            assert "متأخر" in late
            overview = desk.get("/desk/overview").html
            assert re.search(r"1\D{1,200}اعتراض تجاوز مهلة الرد", overview)
    assert answer(supervisor(world), number, "dismissed") == 303
    with world.app.app_context():
        assert db.session.scalar(select(Deadline.state).where(Deadline.kind == "appeal")) == "met"


def test_a_dismissed_appeal_leaves_the_refusal_with_its_answer(world: World, refused: tuple[Browser, str]) -> None:
    browser, number = refused
    assert answer(supervisor(world), number, "dismissed") == 303
    assert world.case(number).stage == "refused"
    assert "رُفض اعتراضك" in browser.get(f"/account/cases/{number}").html
    again = browser.post(f"/account/cases/{number}/appeal", {"subject": "ثانية", "grounds": "مرة أخرى"})
    assert again.status == 409


def test_whoever_refused_does_not_judge_the_objection(world: World, refused: tuple[Browser, str]) -> None:
    _browser, number = refused
    both = world.officer(SUPERVISOR, email="officer@example.com")
    assert number.replace("-", "/") not in both.get("/desk/appeals").html
    assert answer(both, number, "dismissed") == 409
    assert world.case(number).stage == "refused"


def test_an_answer_needs_an_outcome_and_words(world: World, refused: tuple[Browser, str]) -> None:
    _browser, number = refused
    desk = supervisor(world)
    page = desk.get(f"/desk/appeals/{number}")
    sent = desk.post(
        f"/desk/appeals/{number}", {"version": page.field("version"), "outcome": "dismissed", "answer": ""}
    )
    assert sent.status == 422
    assert "اكتب التفاصيل" in sent.html


def test_a_look_at_an_objection_is_noted_however_its_page_was_reached(
    world: World, refused: tuple[Browser, str]
) -> None:
    _browser, number = refused
    desk = supervisor(world)
    page = desk.post(f"/desk/appeals/{number}", {"version": "1", "outcome": "", "answer": ""})
    assert "لم تُقرأ حجتي" in page.html
    with world.app.app_context():
        views = select(AuditRow.case_id).where(AuditRow.kind == "case.viewed")
        assert db.session.scalars(views).all() == [world.case(number).id]


def test_a_new_refusal_may_be_objected_to_again(world: World, refused: tuple[Browser, str]) -> None:
    browser, number = refused
    assert answer(supervisor(world), number, "accepted") == 303
    take(world, number, "refuse", world.actor(), reasons=["outside_scope"])
    again = browser.post(f"/account/cases/{number}/appeal", {"subject": "الرفض الثاني", "grounds": "حجة أخرى"})
    assert again.status == 303
