"""Dates follow their agency everywhere: Gregorian first at the Qatari ministry, Hijri first at the emirate."""

import io
import re
from typing import Any

import pypdf
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.calendars.clock import today
from app.calendars.wording import full_date, month_names, short_date
from app.cases import certificate_words, deadlines, guides, papers, personal_data, queries, timeline
from app.documents import press
from app.documents.orders import find_document, order, sheet_of
from app.documents.storage import storage
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.identity.models import Person
from app.kit.roles import Role
from app.notify.models import Message
from tests.services.veterinary import SLUG, answers, desk, head, issued, on, owner, send_back, take, vet
from tests.support.world import Browser, World, posted

MONTHS = "|".join(name for lang in ("ar", "en") for name in month_names(lang, hijri=True))
HIJRI = re.compile(rf"(\(?)\d{{1,2}} (?:{MONTHS}) \d{{4}}")
ROADS = [pytest.param("", "ar"), pytest.param("/en", "en")]


def gregorian_first(text: str) -> bool:
    """Whether it names days, and each Hijri one stands in brackets behind its Gregorian one."""
    found = HIJRI.findall(" ".join(text.split()))
    assert found, "no date at all"
    return set(found) == {"("}


def words(browser: Browser, address: str) -> str:
    page = browser.get(address)
    assert page.status == 200, address
    return BeautifulSoup(page.html, "html.parser").select_one("main").get_text(" ")  # type: ignore[union-attr]


def returned(world: World) -> str:
    """Sent back to its owner, who has five days."""
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    send_back(world, number, ("correction:animals.1.rabies_date", "rabies_too_recent", ""))
    return number


def owed(world: World) -> str:
    number = world.file(owner(world), SLUG, **answers())
    for step, actor in (("start_review", vet), ("approve_preliminary", vet), ("approve_final", head)):
        take(world, number, step, actor(world))
    return number


@pytest.mark.parametrize(("road", "lang"), ROADS)
def test_the_page_of_a_case_follows_its_agency_and_so_does_the_sentence_of_its_deadline(
    world: World, road: str, lang: str
) -> None:
    number = returned(world)
    text = words(owner(world), f"{road}/account/cases/{number}")
    assert gregorian_first(text)
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        running = deadlines.open_deadline(case, "answer")
        assert running is not None
        until = full_date(running.last_on, lang, hijri=False)
        assert until in timeline.state_of(case, lang).you_do
    assert until in " ".join(text.split())


@pytest.mark.parametrize(("road", "lang"), ROADS)
def test_the_pages_of_the_owner_follow_the_agency_of_each_case(world: World, road: str, lang: str) -> None:
    citizen, number = owner(world), owed(world)
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        bill = deadlines.open_deadline(case, "payment")
        assert bill is not None
        until = full_date(bill.last_on, lang, hijri=False)
    for address in ("/account", "/account/bills"):
        assert gregorian_first(words(citizen, road + address)), address
    assert until in " ".join(words(citizen, f"{road}/account/cases/{number}").split())
    pay = re.search(r'"([^"]*/pay/[^"]*)"', citizen.get(f"{road}/account/cases/{number}").html)
    assert pay is not None
    assert gregorian_first(words(citizen, pay[1]))


@pytest.mark.parametrize("road", ["", "/en"])
def test_the_page_on_which_a_request_is_signed_follows_the_agency(world: World, road: str) -> None:
    citizen = owner(world)
    sent = citizen.post(f"{road}/services/{SLUG}/apply", {**posted(answers()), "action": "check"})
    assert gregorian_first(words(citizen, sent.location))


@pytest.mark.parametrize("road", ["", "/en"])
def test_the_desk_follows_the_agency_of_the_case_also_for_a_correction_that_waits(world: World, road: str) -> None:
    number = returned(world)
    assert gregorian_first(words(desk(world), f"{road}/desk/cases/{number}"))
    number = issued(world)
    corrected = {"correction_target": "animals.1.rabies_date", "correction": on(-90)}
    take(world, number, "correct_certificate", vet(world), inputs=corrected)
    assert gregorian_first(words(desk(world), f"{road}/desk/cases/{number}"))


@pytest.mark.parametrize(("road", "lang"), ROADS)
def test_the_queue_names_first_the_day_of_the_calendar_its_agency_counts_by(world: World, road: str, lang: str) -> None:
    world.file(owner(world), SLUG, **answers())
    world.file(world.citizen())
    vets, clerks = words(desk(world), f"{road}/desk"), words(world.officer(), f"{road}/desk")
    day = today("Asia/Qatar")
    hijri, gregorian = short_date(day, lang, hijri=True), short_date(day, lang, hijri=False)
    assert 0 < vets.index(gregorian) < vets.index(hijri)
    assert 0 < clerks.index(hijri) < clerks.index(gregorian)


def test_mail_follows_the_agency(world: World) -> None:
    returned(world)
    with world.app.app_context():
        chosen = select(Message).where(Message.channel == "email", Message.event == "returned")
        [mail] = db.session.scalars(chosen)
        assert gregorian_first(mail.body)


def printed(document: Any) -> str:
    db.session.rollback()
    assert press.render(document.id)
    db.session.refresh(document)
    pages = pypdf.PdfReader(io.BytesIO(storage().get(document.storage_key))).pages
    return "\n".join(page.extract_text() for page in pages)


def test_papers_follow_the_agency(world: World) -> None:
    number = issued(world)
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        with transaction():
            summary = order("summary", case.id, "en", papers.summary_snapshot(case, "en"), "en")
        assert gregorian_first(printed(summary))
        service = world.app.extensions["services"][SLUG]
        assert all(gregorian_first(guides.guide_snapshot(service, lang)["edition"]) for lang in ("ar", "en"))


def test_a_certificate_is_dated_by_the_calendar_of_its_agency_in_both_languages(world: World) -> None:
    number = issued(world)
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        paper = find_document("certificate", case.id)
        assert paper is not None
        told = str(sheet_of(paper).paper)
        code = str(paper.code)
        day = today("Asia/Qatar")
        assert not HIJRI.search(told)
        assert short_date(day, "ar", hijri=False) in told
        assert short_date(day, "en", hijri=False) in told
        printed(paper)
    assert gregorian_first(words(Browser(world.app.test_client()), f"/verify/{code}"))
    assert certificate_words.day(day, hijri=True)["ar"] == short_date(day, "ar", hijri=True)


def test_a_till_of_the_agency_follows_it(world: World) -> None:
    cashier = world.officer(Grant(Role.CASHIER, agency="ministry"), email="till@example.com")
    cashier.post("/desk/cashier/day", {"agency": "ministry"}, page="/desk/cashier")
    assert gregorian_first(words(cashier, "/desk/cashier"))


def test_the_emirate_keeps_hijri_first_beside_it(world: World) -> None:
    citizen = world.citizen()
    number = world.file(citizen)
    for browser, address in (
        (citizen, f"/account/cases/{number}"),
        (citizen, "/en/account"),
        (world.officer(), f"/en/desk/cases/{number}"),
    ):
        assert set(HIJRI.findall(" ".join(words(browser, address).split()))) == {""}, address


def test_what_a_person_is_told_of_his_own_data_belongs_to_no_agency(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    desk(world).get(f"/desk/cases/{number}")
    with world.app.app_context():
        person = db.session.scalars(select(Person).where(Person.country == "QA")).first()
        assert person is not None
        [view] = personal_data.views_of(person.id, "ar")
        assert view.on == full_date(today("Asia/Qatar"), "ar", hijri=True)
