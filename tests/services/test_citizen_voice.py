"""صوت المستفيد: whoever complains is heard by the agency he means, in time, or by somebody above it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.calendars.clock import now
from app.cases import clockwork, queries, requests, steps
from app.cases.errors import BadInput, StepRefused
from app.cases.models import Deadline
from app.extensions import db, transaction
from app.identity.actors import Actor, Grant
from app.kit.roles import Role
from tests.support.world import MUNICIPALITY, World

SLUG = "citizen_voice"
ANSWER: dict[str, Any] = {"reasons": ["apology"], "inputs": {"text": "نعتذر، وأصلحنا الهاتف."}}
ABOVE = Grant(Role.SUPERVISOR, agency="municipality")
LATE = timedelta(days=9)  # five working days, whatever day of the week it is


def said(world: World, number: str = "1000000008", **changes: Any) -> str:
    values = {"voice_kind": "complaint", "about_agency": "municipality", "subject": "الهاتف لا يُجاب"}
    return world.file(world.citizen(number), SLUG, **values, happened="اتصلت مرتين", **changes)


def take(world: World, number: str, step: str, by: Actor, **more: Any) -> None:
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=None, **more)


def the_clock_strikes(world: World) -> None:
    with world.app.app_context():
        clockwork.run_due()


def test_a_message_reaches_the_agency_it_is_about_and_no_other(world: World) -> None:
    number = said(world)
    case = world.case(number)
    assert (case.agency, case.office) == ("municipality", "municipality_main")
    meant = world.officer(MUNICIPALITY, email="municipality@example.test")
    other = world.officer(Grant(Role.OFFICER, agency="emirate"), email="emirate@example.test")
    assert number.replace("-", "/") in meant.get("/desk").html
    assert f'value="{SLUG}"' in meant.get("/desk").html
    assert meant.get(f"/desk/cases/{number}").status == 200
    assert other.get(f"/desk/cases/{number}").status == 404


def test_who_lives_in_another_country_of_the_portal_is_heard_too(world: World) -> None:
    citizen = world.citizen("28063400000", country="QA")
    values = {"voice_kind": "thanks", "about_agency": "ministry", "subject": "شكرًا", "happened": "خدمة سريعة"}
    assert world.case(world.file(citizen, SLUG, **values)).agency == "ministry"


def test_nobody_is_asked_what_he_wishes_who_only_says_thanks(world: World) -> None:
    address, wish = f"/services/{SLUG}/apply", "ما الذي تريده منا؟"
    for kind, asked in (("complaint", True), ("thanks", False)):
        page = world.citizen().post(address, {"action": "check", "voice_kind": kind})
        assert (wish in page.html) is asked


def test_what_is_not_answered_in_time_goes_up_and_only_from_there_comes_the_answer(world: World) -> None:
    number = said(world)
    officer = world.actor(MUNICIPALITY)
    above = world.actor(ABOVE, email="above@example.test")
    with time_machine.travel(now() + LATE, tick=True):
        the_clock_strikes(world)
        page = world.citizen().get(f"/account/cases/{number}").html
        assert "لدى مسؤول أعلى" in page
        assert "نعتذر عن التأخير" in page
        assert "نعمل على إنجاز الطلب حتى" in page
        with pytest.raises(StepRefused):
            take(world, number, "answer_voice", officer, **ANSWER)
        take(world, number, "answer_voice", above, **ANSWER)
        page = world.citizen().get(f"/account/cases/{number}").html
    assert "أخطأنا ونعتذر" in page
    assert "نعتذر، وأصلحنا الهاتف." in page


def test_the_higher_officer_has_a_target_of_his_own_and_is_not_left_in_peace_once_it_is_over(world: World) -> None:
    number, start = said(world), now()
    with time_machine.travel(start + LATE, tick=True):
        the_clock_strikes(world)
        desk = world.officer(ABOVE, email="above@example.test")
        page = desk.get("/desk").html
        assert number.replace("-", "/") in page
        assert "لدى مسؤول أعلى" in page
        assert "لا مهلة جارية" not in page
        assert "هدف الإنجاز" in desk.get(f"/desk/cases/{number}").html
    with time_machine.travel(start + 3 * LATE, tick=True):
        the_clock_strikes(world)
        assert world.case(number).stage == "escalated"
        page = world.officer(ABOVE, email="later@example.test").get("/desk").html
        assert number.replace("-", "/") in page
        assert "لا مهلة جارية" not in page
    with world.app.app_context():
        found = queries.find_case(number)
        assert found is not None
        rows = db.session.scalars(select(Deadline).where(Deadline.case_id == found.id).order_by(Deadline.cycle)).all()
        assert [(row.kind, row.state, row.retry_at) for row in rows] == [
            ("target", "fired", None),
            ("target", "open", None),
        ]


def test_card_and_form_belong_to_no_single_agency(world: World) -> None:
    for address in (f"/services/{SLUG}", f"/services/{SLUG}/apply"):
        kicker = BeautifulSoup(world.citizen().get(address).html, "html.parser").select_one("#main .kicker")
        assert kicker is not None
        assert kicker.get_text(strip=True) == "كل الجهات"


def test_whoever_cancels_what_had_no_date_reads_of_no_date(world: World) -> None:
    citizen = world.citizen()
    assert "موعدك" not in citizen.get(f"/account/cases/{said(world)}/cancel").html
    assert "موعدك" in citizen.get(f"/account/cases/{world.file(citizen)}/cancel").html


def test_no_papers_are_asked_for_where_none_are_needed(world: World) -> None:
    asked = "أرفق المستندات المطلوبة"
    assert asked not in world.citizen().get(f"/services/{SLUG}/apply").html
    assert asked in world.citizen().get("/services/death_services/apply").html


def test_the_page_of_a_message_names_the_day_that_its_notice_promises_and_no_day_that_has_passed(world: World) -> None:
    address = f"/account/cases/{said(world)}"
    assert "نعمل على إنجاز الطلب حتى" in world.citizen().get(address).html
    with time_machine.travel(now() + LATE, tick=True):
        assert "نعمل على إنجاز الطلب حتى" not in world.citizen().get(address).html


def test_what_is_answered_in_time_does_not_go_up(world: World) -> None:
    number = said(world)
    officer = world.actor(MUNICIPALITY)
    take(world, number, "start_review", officer)
    with pytest.raises(BadInput):
        take(world, number, "answer_voice", officer, inputs=ANSWER["inputs"])
    take(world, number, "answer_voice", officer, **ANSWER)
    with time_machine.travel(now() + LATE, tick=True):
        the_clock_strikes(world)
    assert world.case(number).outcome == "answered"


def test_it_waits_while_something_is_asked_of_the_person(world: World) -> None:
    number = said(world)
    officer = world.actor(MUNICIPALITY)
    take(world, number, "start_review", officer)
    with time_machine.travel(now() + timedelta(days=4), tick=True), world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        more: dict[str, Any] = {"kind": "answer", "target": "other", "reason": "needs_explanation", "text": "متى؟"}
        requests.prepare(case.id, **more, by=officer, version=case.version)
        requests.send(case.id, by=officer, version=case.version)
    with time_machine.travel(now() + timedelta(days=8), tick=True):
        the_clock_strikes(world)
        assert world.case(number).stage == "in_review"


def test_an_answer_that_does_not_help_is_looked_at_again_by_somebody_else(world: World) -> None:
    number = said(world)
    officer = world.actor(MUNICIPALITY)
    take(world, number, "start_review", officer)
    take(world, number, "answer_voice", officer, **ANSWER)
    page = world.citizen().get(f"/account/cases/{number}")
    assert f'href="/account/cases/{number}/appeal"' in page.html
    assert "نعمل على إنجاز الطلب حتى" not in page.html


def test_who_is_not_content_is_led_here(world: World) -> None:
    assert f'href="/services/{SLUG}"' in world.citizen().get("/").html
    number = said(world)
    officer = world.actor(MUNICIPALITY)
    take(world, number, "start_review", officer)
    take(world, number, "answer_voice", officer, **ANSWER)
    address = f"/account/cases/{number}"
    assert "قيّم الخدمة إن شئت" in world.citizen().get(address).html
    for stars, led in (("5", False), ("2", True)):
        world.citizen().post(f"{address}/rating", {"stars": stars}, page=address)
        assert ("قدّم شكوى" in world.citizen().get(address).html.split('id="rating"')[1].split("</section>")[0]) is led
    assert "قيّم الخدمة إن شئت" not in world.citizen().get(address).html


def test_whose_it_is_is_not_put_right_by_an_answer(world: World) -> None:
    number, officer = said(world), world.actor(MUNICIPALITY)
    take(world, number, "start_review", officer)
    page = world.officer(MUNICIPALITY).get(f"/desk/cases/{number}").html
    assert 'value="correction:subject"' in page
    assert 'value="correction:about_agency"' not in page
    asked = {"kind": "correction", "target": "about_agency", "reason": "needs_explanation", "text": ""}
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        with pytest.raises(BadInput):
            requests.prepare(case.id, **asked, by=officer, version=case.version)
