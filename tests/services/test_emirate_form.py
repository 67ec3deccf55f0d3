"""The form of طلب موعد مع الإمارة: what is asked of whom, and what is wrong said at its field."""

from typing import Any

from bs4 import BeautifulSoup

from app.kit.words import WORDS
from tests.services.test_emirate_appointment import COMPANION, SLUG
from tests.support.world import World


def errors_of(world: World, **values: Any) -> str:
    """The form as it comes back when these answers are sent."""
    page = world.citizen().post(f"/services/{SLUG}/apply", {"action": "check", **values})
    assert page.status == 422
    return page.html


def test_the_department_is_asked_for_only_with_a_department(world: World) -> None:
    asked = "اختر جهة الزيارة"
    assert asked in errors_of(world, appointment_kind="department")
    assert asked not in errors_of(world, appointment_kind="governor")


def test_a_car_needs_its_plate_and_a_telephone_does_not(world: World) -> None:
    plate = "أدخل لوحة السيارة"
    assert plate in errors_of(world, brings_items="yes", items=["car", "phone"])
    assert plate not in errors_of(world, brings_items="yes", items=["phone"])
    assert plate not in errors_of(world, brings_items="no", items=["car"])


def test_whoever_comes_for_a_company_names_it(world: World) -> None:
    name = "اكتب اسم الجهة أو المنشأة"
    assert name in errors_of(world, applicant_sector="private")
    assert name not in errors_of(world, applicant_sector="individual")


def test_a_companion_brings_name_number_and_card(world: World) -> None:
    html = errors_of(world, **{"companions-0-companion_name": "", "companions-0-companion_id": "123"})
    assert "اكتب اسم المرافق" in html
    assert "تأكد من رقم الهوية" in html
    assert "أرفق صورة هوية المرافق" in html
    summary = BeautifulSoup(html, "html.parser").select("#error-summary a")
    assert "المرافق 1: أرفق صورة هوية المرافق" in [each.get_text() for each in summary]


def test_who_has_an_open_request_is_told_before_he_fills_another_form(world: World) -> None:
    browser, told = world.citizen(), WORDS.text("ar", "cases.errors.already_open")
    assert told not in browser.get(f"/services/{SLUG}/apply").html
    world.file(browser)
    assert told in browser.get(f"/services/{SLUG}/apply").html
    draft = browser.post(f"/services/{SLUG}/apply", {"action": "draft"}).location
    assert told in browser.get(draft).html
    assert told in browser.get(f"/services/{SLUG}/apply").html


def test_nobody_is_his_own_companion_and_nobody_comes_twice(world: World) -> None:
    own = errors_of(world, **COMPANION | {"companions-0-companion_id": "1000000008"})
    assert WORDS.text("ar", "errors.national_id.own") in own
    twice = COMPANION | {key.replace("-0-", "-1-"): value for key, value in COMPANION.items()}
    assert WORDS.text("ar", "errors.national_id.repeated") in errors_of(world, **twice)
