"""خدمات الوفيات: kinds that change the form, rules about the deceased, a permit that says what was permitted."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app.calendars.clock import today
from app.cases import certificates, queries, steps
from app.cases.demo.past import at
from app.cases.errors import NeedsFirst, SamePerson
from app.cases.models import Deadline
from app.documents import press
from app.extensions import db, transaction
from app.identity.actors import CLOCK, Actor, Grant
from app.kit.days import typed_day
from app.kit.roles import Role
from app.notify.models import Message
from tests.counter.office import Counter
from tests.support.declared import SERVICES
from tests.support.robots import Robot
from tests.support.world import EMIRATE, Page, World, letter

SLUG = "death_services"
HEAD = Grant(Role.SECTION_HEAD, agency="emirate")
CLERK = Grant(Role.COUNTER_AGENT, agency="emirate", office="emirate_counter")
DECEASED = "محمود عبدالرحمن علي"
FIELDS = {
    "transport_inside": {"destination_city": "المحافظة الشمالية", "receiver_name": "سعيد محمود"},
    "transport_outside": {
        "destination_country": "eg",
        "port_of_exit": "airport",
        "receiver_name": "سعيد محمود",
        "embassy_letter": "file",
    },
    "burial_non_saudi": {"burial_place": "مقبرة المنطقة", "receiver_name": "سعيد محمود", "embassy_letter": "file"},
    "late_report": {"delay_reason": "لم نعلم أن الإبلاغ يلزمنا"},
}


def on(days: int) -> str:
    """As typed, so many days from today at the emirate."""
    return typed_day((today("Asia/Riyadh") + timedelta(days=days)).isoformat())


def values_of(kind: str = "transport_outside", **changes: Any) -> dict[str, Any]:
    known = {
        "mobile": "512345678",
        "email": "",
        "relation": "relative",
        "kinship_proof": "file",
        "deceased_name": DECEASED,
        "deceased_nationality": "eg",
        "deceased_id": "٢٠٠٠٠٠٠٣١١",
        "death_date": on(-1),
        "death_place": "مستشفى المنطقة",
        "accident": "no",
        "request_kind": kind,
        "death_notice": "file",
        **FIELDS[kind],
        **changes,
    }
    files = {id: letter(f"{id}.jpg") for id, value in known.items() if value == "file"}
    return {id: value for id, value in {**known, **files}.items() if value is not None}


def errors_of(world: World, kind: str = "transport_outside", **changes: Any) -> str:
    page = world.citizen().post(f"/services/{SLUG}/apply", {"action": "check", **values_of(kind, **changes)})
    assert page.status in (303, 422)
    return page.html if page.status == 422 else ""


def said(key: str, language: str = "ar") -> str:
    return SERVICES[SLUG].text(language, key)


def officer(world: World) -> Actor:
    return world.actor(EMIRATE, number="1000000107")


def head(world: World) -> Actor:
    return world.actor(HEAD, email="head@example.com", number="1000000123")


def take(world: World, number: str, step: str, by: Actor, **more: Any) -> None:
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=None, **more)


def registered(world: World, kind: str = "transport_outside", **changes: Any) -> str:
    number = world.file(world.citizen(), SLUG, **values_of(kind, **changes))
    take(world, number, "start_review", officer(world))
    take(world, number, "register", officer(world))
    return number


def permitted(world: World, kind: str = "transport_outside", **changes: Any) -> str:
    number = registered(world, kind, **changes)
    take(world, number, "approve_preliminary", officer(world))
    take(world, number, "approve_final", head(world))
    return number


def paper_of(world: World, number: str) -> dict[str, Any]:
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        edition = certificates.editions(case)[-1]
        return {**json.loads(edition.paper_json), "id": edition.id, "code": edition.code, "until": edition.valid_until}


def lines_of(paper: dict[str, Any]) -> dict[str, str]:
    """Each label of the paper with the first line beside it."""
    cells = (cell for part in paper["parts"] for pair in part["pairs"] for cell in pair if cell)
    return {cell["label"]["ar"]: cell["lines"][0]["value"] for cell in cells}


@pytest.mark.parametrize("words", ["جنازة", "متوفي", "الميت", "مقبره", "funeral"])
def test_people_find_it_by_the_words_they_use(world: World, words: str) -> None:
    page = Page(world.app.test_client().get("/services", query_string={"q": words}))
    assert f"/services/{SLUG}" in page.html


@pytest.mark.parametrize(("days", "refused"), [(1, True), (0, False), (-400, False)])
def test_a_death_lies_no_later_than_today(world: World, days: int, refused: bool) -> None:
    typed = on(days).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert (said("rules.died_by_today.wrong") in errors_of(world, death_date=typed)) == refused


def test_each_kind_asks_for_its_own_and_for_nothing_of_the_others(world: World) -> None:
    own = {id for fields in FIELDS.values() for id in fields}
    for kind, fields in FIELDS.items():
        html = errors_of(world, kind, **dict.fromkeys(fields))
        asked = {id for id in own if str(SERVICES[SLUG].text("ar", f"fields.{id}.missing")) in html}
        assert asked == set(fields), kind


def test_the_embassy_speaks_for_its_own_and_is_not_asked_about_a_saudi(world: World) -> None:
    missing = said("fields.embassy_letter.missing")
    assert missing in errors_of(world, "transport_outside", embassy_letter=None)
    assert missing in errors_of(world, "burial_non_saudi", embassy_letter=None)
    saudi = {"deceased_nationality": "sa", "deceased_id": "1000000313"}
    assert errors_of(world, "transport_outside", embassy_letter=None, **saudi) == ""
    assert errors_of(world, "transport_inside") == ""


def test_a_saudi_is_no_matter_of_the_burial_of_others(world: World) -> None:
    html = errors_of(world, "burial_non_saudi", deceased_nationality="sa", deceased_id=None)
    shown = BeautifulSoup(html, "html.parser").select_one("a[href='#request_kind']")
    assert shown is not None
    assert shown.text == said("rules.burial_is_of_a_foreigner.wrong")


def test_abroad_is_not_the_kingdom(world: World) -> None:
    assert said("fields.destination_country.wrong") in errors_of(world, destination_country="sa")


def test_the_number_is_that_of_the_deceased_and_fits_the_nationality(world: World) -> None:
    assert said("rules.is_somebody_else.wrong") in errors_of(world, "late_report", deceased_id="1000000008")
    fits = said("rules.number_fits_nationality.wrong")
    assert fits in errors_of(world, "late_report", deceased_id="1000000313")
    assert fits in errors_of(world, "late_report", deceased_nationality="sa")
    assert errors_of(world, "late_report", deceased_id="3000000001") == ""
    assert errors_of(world, "late_report", deceased_id=None) == ""
    assert said("fields.deceased_id.wrong") in errors_of(world, "late_report", deceased_id="2000000312")


def test_an_accident_needs_the_police_report(world: World) -> None:
    assert said("fields.police_report.missing") in errors_of(world, accident="yes")


def test_what_is_signed_names_the_health_data(world: World) -> None:
    browser = world.citizen()
    page = browser.post(f"/services/{SLUG}/apply", {"action": "check", **values_of()})
    assert "أوافق على معالجة البيانات الصحية المرفقة" in browser.get(page.location).html


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
