"""تصريح استيراد حيوان أليف: the same two approvals, its own conditions, a fee for each animal."""

import json
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app.blueprints.services.veterinary_import.rules import months_between
from app.cases import certificates, notices
from app.extensions import db
from app.identity.actors import Grant
from app.kit.roles import Role
from app.payments.models import Bill
from tests.services.veterinary import on, owner
from tests.support import signed_in
from tests.support.declared import SERVICES
from tests.support.robots import Robot
from tests.support.world import TRANSACTION, Browser, World, letter, posted

SLUG = "veterinary_import"


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def animal(**changes: Any) -> dict[str, Any]:
    known = {"species": "cat", "animal_name": "سمسم", "breed": "شيرازي", "sex": "female", "colour": "أبيض"}
    days = {"birth_date": on(-300), "rabies_date": on(-60), "microchip": "634098100000009"}
    return {**known, **days, "animal_photo": letter("صورة.jpg"), **changes}


def values_of(*animals: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "mobile": "33123456",
        "email": "jassim@example.com",
        "animals": list(animals or (animal(),)),
        "origin_country": "jo",
        "port_of_entry": "airport",
        "transport": "air",
        "arrival_date": on(20),
        "vaccination_book": letter("سجل.jpg"),
        **changes,
    }


def errors_of(world: World, *animals: dict[str, Any], **changes: Any) -> str:
    form = {"action": "check", **posted(values_of(*animals, **changes))}
    page = owner(world).post(f"/services/{SLUG}/apply", form)
    assert page.status in (303, 422)
    return page.html if page.status == 422 else ""


def sentence(world: World, rule: str) -> str:
    return str(world.app.extensions["services"][SLUG].text("ar", f"rules.{rule}.wrong"))


@pytest.mark.parametrize(("days", "refused"), [(-1, True), (0, False), (30, False), (31, True)])
def test_arrival_lies_within_thirty_days(world: World, days: int, refused: bool) -> None:
    html = errors_of(world, animal(rabies_date=on(-90)), arrival_date=on(days))
    assert (sentence(world, "arrives_soon_enough") in html) == refused


def test_the_fee_of_these_very_animals_is_told_before_the_request_is_sent(world: World) -> None:
    browser, two = owner(world), animal(microchip="634098100000010")
    form = {"action": "check", **posted(values_of(animal(), two))}
    soup = BeautifulSoup(browser.get(browser.post(f"/services/{SLUG}/apply", form).location).html, "html.parser")
    told = soup.select_one("section[aria-labelledby=fees]")
    assert told is not None
    for words in ("(2 × 100 ريال قطري)", "200 ريال قطري", "لا يُدفع شيء الآن"):
        assert words in told.text
    citizen, address = world.citizen(), "/services/general_transaction/apply"
    free = citizen.get(citizen.post(address, {"action": "check", **posted(TRANSACTION)}).location).html
    assert 'id="declaration"' in free
    assert 'aria-labelledby="fees"' not in free


def test_a_kitten_is_four_months_old_on_arrival(world: World) -> None:
    assert sentence(world, "old_enough_on_arrival") in errors_of(world, animal(birth_date=on(-90)))
    assert errors_of(world, animal(birth_date=on(-110))) == ""


@pytest.mark.parametrize(
    ("born", "on_day", "months"),
    [
        (date(2026, 7, 31), date(2026, 11, 30), 3),
        (date(2026, 7, 30), date(2026, 11, 30), 4),
        (date(2025, 11, 24), date(2026, 11, 24), 12),
    ],
)
def test_months_are_whole(born: date, on_day: date, months: int) -> None:
    assert months_between(born, on_day) == months


def test_the_country_of_origin_decides_about_the_blood_test_of_each_animal(world: World) -> None:
    told = sentence(world, "titre_high_enough")
    assert told in errors_of(world, origin_country="gb", titre_report=letter())
    assert told in errors_of(world, animal(titre_value="0.4"), origin_country="gb", titre_report=letter())
    assert errors_of(world, animal(titre_value="٠٫٥"), origin_country="gb", titre_report=letter()) == ""


def test_each_animal_costs_its_fee_and_arrival_uses_the_permit_up(app: Flask) -> None:
    with app.app_context():
        walk = Robot(app, SERVICES[SLUG]).file()
        walk.to("approved")
        bill = db.session.scalars(select(Bill)).one()
        assert (bill.amount, bill.currency) == (10000, "QAR")
        walk.to("issued")
        walk.take("record_arrival")
        assert (walk.case.stage, walk.case.outcome) == ("closed", "arrived")
        assert [each.state for each in certificates.editions(walk.case)] == ["expired"]
        db.session.rollback()


def test_its_paper_is_called_a_permit_wherever_it_is_named(app: Flask) -> None:
    with app.app_context():
        walk = Robot(app, SERVICES[SLUG]).file()
        walk.to("issued")
        paper = json.loads(certificates.editions(walk.case)[-1].paper_json)
        address = f"/account/cases/{walk.case.address}"
        person_id = walk.case.applicant_id
    assert paper["parts"][0]["pairs"][0][0]["label"]["ar"] == "رقم التصريح"
    page = Browser(signed_in.citizen_browser(app, person_id)).get(address).html
    assert ">تصريح استيراد حيوان أليف</h2>" in page
    assert "الشهادة</h2>" not in page


def test_sentences_that_all_services_share_call_it_a_permit(open_app: Flask) -> None:
    walk = Robot(open_app, SERVICES[SLUG]).file()
    walk.to("issued")
    with open_app.app_context():
        case = walk.case
        address, paper = case.address, notices.facts(case, {})["paper"]
    assert paper == "التصريح"
    vet = World(open_app).officer(Grant(Role.VETERINARIAN, agency="ministry"))
    page = BeautifulSoup(vet.get(f"/desk/cases/{address}").html, "html.parser")
    for words in ("صحّح خطأً في التصريح", "جرى إصدار التصريح"):
        assert words in page.text
    for words in ("إصدار الشهادة", "في الشهادة", "توقيع الشهادة"):
        assert words not in page.text
    english = vet.get(f"/en/desk/cases/{address}").html
    assert "Correct an error in the permit" in english
    assert SERVICES["veterinary_export"].text("ar", "actions.correct_certificate.button") == "صحّح خطأً في الشهادة"
