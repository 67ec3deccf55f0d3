"""A permit for the deceased once it is asked for: two people, the paper, discreet words, and its own time."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app.calendars.clock import today
from app.cases.demo.past import at
from app.cases.errors import NeedsFirst, SamePerson
from app.cases.models import Deadline
from app.documents import press
from app.extensions import db
from app.identity.actors import CLOCK
from app.notify.models import Message
from tests.counter.office import Counter
from tests.services.deaths import (
    CLERK,
    DECEASED,
    HEAD,
    SLUG,
    head,
    lines_of,
    officer,
    paper_of,
    permitted,
    registered,
    said,
    take,
    values_of,
)
from tests.support.declared import SERVICES
from tests.support.robots import Robot
from tests.support.world import EMIRATE, Page, World


def test_the_permit_needs_the_register_and_two_people(world: World) -> None:
    number = world.file(world.citizen(), SLUG, **values_of())
    take(world, number, "start_review", officer(world))
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_preliminary", officer(world))
    take(world, number, "register", officer(world))
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_final", head(world))
    take(world, number, "approve_preliminary", officer(world))
    both = world.actor(EMIRATE, HEAD, email="both@example.com", number="1000000107")
    with pytest.raises(SamePerson):
        take(world, number, "approve_final", both)
    take(world, number, "approve_final", head(world))
    assert world.case(number).stage == "issued"


def test_the_head_sends_back_what_is_not_right_and_issues_it_once_it_was_passed_again(world: World) -> None:
    number = registered(world)
    address = f"/account/cases/{number}"
    take(world, number, "approve_preliminary", officer(world))
    browser = world.citizen()
    browser.get(address)
    before = without_token(browser.get(address))
    take(world, number, "return_to_officer", head(world), inputs={"internal_note": "راجع منفذ الخروج"})
    assert without_token(browser.get(address)) == before
    assert "راجع منفذ الخروج" in world.officer(EMIRATE).get(f"/desk/cases/{number}").html
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_final", head(world))
    take(world, number, "approve_preliminary", officer(world))
    take(world, number, "approve_final", head(world))
    assert world.case(number).stage == "issued"


TITLES = {
    "transport_inside": ("إذن نقل جثمان داخل المملكة", "نقل الجثمان داخل المملكة", {"المدينة المنقول إليها"}),
    "transport_outside": (
        "إذن نقل جثمان خارج المملكة",
        "نقل الجثمان خارج المملكة",
        {"الدولة المنقول إليها", "منفذ الخروج"},
    ),
    "burial_non_saudi": ("إذن دفن", "دفن الجثمان", {"مكان الدفن"}),
    "late_report": ("إذن قيد وفاة تأخر الإبلاغ عنها", "قيد الوفاة لدى الأحوال المدنية", set()),
}


@pytest.mark.parametrize("kind", TITLES)
def test_the_paper_is_titled_by_its_kind_and_prints_nothing_that_was_not_asked(world: World, kind: str) -> None:
    paper = paper_of(world, permitted(world, kind, deceased_id=None))
    title, action, own = TITLES[kind]
    lines = lines_of(paper)
    assert paper["titles"]["ar"] == title
    assert (lines["اسم المتوفى"], lines["الإجراء"]) == (DECEASED, action)
    assert "—" not in lines.values()
    assert "رقم الهوية" not in lines
    assert {label for *_words, labels in TITLES.values() for label in labels} & set(lines) == own
    assert ("من يتسلم الجثمان" in lines) == (kind != "late_report")
    assert paper["until"] - today("Asia/Riyadh") == timedelta(days=30)


def test_a_stranger_learns_what_is_permitted_and_no_whole_name(world: World) -> None:
    number = permitted(world)
    paper = paper_of(world, number)
    with world.app.app_context():
        press.render(paper["id"])
    page = Page(world.app.test_client().get(f"/verify/{paper['code']}"))
    text = BeautifulSoup(page.html, "html.parser").text
    told = ("الوثيقة صحيحة وسارية", "الإذن", "نقل الجثمان خارج المملكة", "م*** ع*** ع***")
    for words in (*told, number.replace("-", "/")):
        assert words in text
    for hidden in (DECEASED, "محمود", "2000000311", "سعيد", "مستشفى"):
        assert hidden not in page.html
    labels = [each.text for each in BeautifulSoup(page.html, "html.parser").select(".summary-list dt")]
    assert len(set(labels)) == len(labels)


def test_the_desk_calls_the_permit_what_it_is(world: World) -> None:
    number = permitted(world)
    page = BeautifulSoup(world.officer(EMIRATE).get(f"/desk/cases/{number}").html, "html.parser")
    heading = page.select_one("h2#certificate")
    assert heading is not None
    assert heading.text == TITLES["transport_outside"][0]
    with world.app.app_context():
        press.render(paper_of(world, number)["id"])
    issued = BeautifulSoup(world.officer(EMIRATE).get(f"/desk/cases/{number}").html, "html.parser")
    names = [each.get_text(strip=True) for each in issued.select("#main a")]
    assert "الإذن" in names
    assert "الشهادة" not in names


def test_messages_call_nothing_a_service_twice() -> None:
    for service in SERVICES.values():
        assert "خدم" not in service.title_in_messages("ar")
        assert "service" not in service.title_in_messages("en")


def test_a_neighbour_that_is_the_home_of_the_veterinary_office_is_a_nationality_like_others(world: World) -> None:
    forms = {slug: world.citizen().get(f"/services/{slug}/apply").html for slug in (SLUG, "marriage_permit")}
    assert all("قطر</option>" in each for each in forms.values())
    ministry = world.citizen("28063400000", country="QA")
    for slug in ("veterinary_export", "veterinary_import"):
        page = ministry.get(f"/services/{slug}/apply").html
        assert "الكويت</option>" in page
        assert "قطر</option>" not in page


def test_calls_and_consents_are_known_to_the_house_alone(world: World) -> None:
    number = registered(world)
    address = f"/account/cases/{number}"
    browser = world.citizen()
    browser.get(address)  # What was new is read now.
    before = without_token(browser.get(address))
    take(world, number, "call_applicant", officer(world), inputs={"result": "no_answer"})
    take(world, number, "record_consent", officer(world), inputs={"result": "embassy"}, note="خطاب 4471")
    take(world, number, "approve_preliminary", officer(world))
    assert without_token(browser.get(address)) == before
    desk = BeautifulSoup(world.officer(EMIRATE).get(f"/desk/cases/{number}").html, "html.parser").text
    for words in ("اتصال بمقدم الطلب", "لم يجب", "عدم ممانعة جهة", "السفارة", "خطاب 4471"):
        assert words in desk
    english = world.officer(EMIRATE).get(f"/en/desk/cases/{number}").html
    assert "No answer" in english
    assert "Embassy" in english


def without_token(page: Page) -> str:
    return re.sub(r'"[0-9a-f]{64}"|nonce="[^"]+"', "", page.html)


def test_messages_say_the_number_and_never_what_it_is_about(world: World) -> None:
    number = permitted(world)
    with world.app.app_context():
        messages = list(db.session.scalars(select(Message)))
    assert {each.event for each in messages} == {"submitted", "started", "registered", "permit_issued"}
    for each in messages:
        for hidden in ("وفا", "متوفى", "جثمان", "دفن", "عزاء", DECEASED, "محمود"):
            assert hidden not in f"{each.subject} {each.body}", each.event
    queue = world.officer(EMIRATE).get("/desk?closed=1").html
    assert number.replace("-", "/") in queue
    assert "فهد" not in queue


THURSDAY = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)  # eight in the evening, before a weekend


@pytest.mark.parametrize(("first", "kind", "last"), [(0, "transport_inside", 4), (-1, "late_report", 6)])
def test_transport_does_not_wait_for_the_weekend_to_pass(app: Flask, first: int, kind: str, last: int) -> None:
    with app.app_context(), at(THURSDAY):
        walk = Robot(app, SERVICES[SLUG]).file(first)
        row = select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.kind == "target")
        assert walk.case.answers["request_kind"] == kind
        assert db.session.scalars(row).one().last_on == date(2026, 12, last)
        assert walk.case.comes_first == (kind != "late_report")
        db.session.rollback()


def test_the_card_tells_both_times(world: World) -> None:
    soup = BeautifulSoup(world.app.test_client().get(f"/services/{SLUG}").text, "html.parser")
    told = "خلال يوم عمل، ونقل الجثمان والدفن خلال يوم واحد، وفي العطل أيضًا"
    assert told in " ".join(soup.get_text(" ").split())


def test_nobody_is_asked_for_stars_beside_the_permit_nor_told_to_renew_it(world: World) -> None:
    number = permitted(world, "late_report")
    browser, address = world.citizen(), f"/account/cases/{number}"
    page = browser.get(address)
    assert 'id="rating"' not in page.html
    assert "إذن قيد وفاة تأخر الإبلاغ عنها</h2>" in page.html
    assert "اعرضه على الجهة المعنية" in page.html
    take(world, number, "expire", CLOCK)
    after = browser.get(address)
    assert 'id="rating"' in after.html
    assert said("states.expired.you_do") in after.html
    assert "جدّدها" not in after.html


def test_it_can_be_filed_at_the_counter_of_the_emirate_for_a_client(world: World) -> None:
    counter = Counter(world, CLERK)
    counter.client()
    page = counter.clerk.get(counter.find())
    assert said("title") in page.html
    values = {"service": SLUG, "who_came": "client"}
    draft = counter.clerk.post(f"{counter.find()}/drafts", values).location
    values = values_of("late_report", mobile=None, client_id_image="file")
    assert counter.clerk.post(draft, {"action": "check", **values}).status == 303
