"""شهادة صحية بيطرية: the form and its rules, from the first field to the final approval."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.calendars.clock import today
from app.cases import certificates, examining
from app.cases.timeline import reason_text
from app.kit.certificate import VALID_DAYS
from app.kit.days import typed_day
from app.kit.figures import Setting
from app.kit.registry import Registry
from app.kit.rules import judge
from app.kit.words import WORDS
from tests.services.veterinary import (
    SLUG,
    animal,
    answers,
    errors_of,
    head,
    issued,
    on,
    opened,
    owner,
    resend,
    send_back,
    sentence,
    sms,
    take,
    vet,
)
from tests.support.declared import PROFILE
from tests.support.world import Browser, World, letter, posted


def test_the_check_page_names_an_animal_once_and_keeps_names_of_files_whole(world: World) -> None:
    browser, values = owner(world), posted(answers(animal(), animal(microchip="634098100000002")))
    checked = browser.get(browser.post(f"/services/{SLUG}/apply", {"action": "check", **values}).location).html
    assert checked.count(">الحيوان 1</h3>") == checked.count(">الحيوان 2</h3>") == 1
    assert "<dt>الحيوان" not in checked
    assert re.search(r"<bdi>سجل\.jpg</bdi> <bdi>\(\d[^<]*\)</bdi>", checked)


def test_the_summary_of_errors_follows_the_form_row_by_row(world: World) -> None:
    rows = [animal(microchip=f"63409810000{n:04d}") for n in range(10)]
    rows[1] |= {"rabies_batch": "", "breed": "", "animal_name": ""}
    html = errors_of(world, *rows[:9], rows[9] | {"colour": ""}, capacity="", consignee="")
    summary = html[html.index('id="error-summary"') :]
    found = re.findall(r'href="#([^"]*)"', summary[: summary.index("</ul>")])
    wanted = ["capacity", *(f"animals-1-{each}" for each in ("animal_name", "breed", "rabies_batch"))]
    assert found == [*wanted, "animals-9-colour", "consignee"]


def test_a_day_in_its_messages_is_one_of_the_country(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    take(world, number, "approve_final", head(world))
    months = "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
    assert re.search(rf"100 ريال قطري .* حتى \d+ (?:{months})", sms(world, "pay")[0])


def test_it_goes_from_the_form_past_vet_and_head(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    assert world.case(number).stage == "preliminarily_approved"
    take(world, number, "approve_final", head(world))
    assert world.case(number).stage == "approved"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"rabies_date": on(-19)}, "vaccination_old_enough"),
        ({"rabies_until": on(9)}, "vaccination_valid"),
        ({"microchip_date": on(-99)}, "chip_not_after_vaccination"),
        ({"birth_date": on(0)}, "born_before_today"),
    ],
)
def test_a_rule_that_is_broken_speaks_at_its_field(world: World, changes: dict[str, Any], rule: str) -> None:
    assert sentence(world, f"rules.{rule}.wrong") in errors_of(world, animal(**changes))
    assert errors_of(world, animal()) == ""


@pytest.mark.parametrize(("days", "refused"), [(-20, False), (-19, True)])
def test_the_thirtieth_day_counts(world: World, days: int, refused: bool) -> None:
    html = errors_of(world, animal(rabies_date=on(days)), travel_date=on(10))
    assert (sentence(world, "rules.vaccination_old_enough.wrong") in html) == refused


def test_a_ministry_changes_a_figure_in_its_profile_and_form_card_and_desk_follow(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    vaccinated = {"rabies_date": on(-50)}
    assert errors_of(world, animal(**vaccinated)) == ""
    number = world.file(owner(world), SLUG, **answers(animal(**vaccinated)))
    own = tuple(replace(each, value=Decimal(90)) if each.name == "rabies_days" else each for each in PROFILE.figures)
    services = Registry.discover("app.blueprints.services", replace(PROFILE, figures=own))
    monkeypatch.setitem(world.app.extensions, "services", services)
    html = errors_of(world, animal(**vaccinated))
    assert "مدة التطعيم قبل السفر أقل من 90 يومًا" in html
    assert "بما لا يقل عن 90 يومًا" in html
    assert errors_of(world, animal()) == ""
    assert "وألا تقل مدته عن 90 يومًا" in Browser(world.app.test_client()).get(f"/services/{SLUG}").html
    with world.app.app_context():
        broken = [each.rule.code for each in examining.verdicts_of(world.case(number)) if not each.kept]
    assert broken == ["vaccination_old_enough"]


def test_the_journey_is_not_in_the_past(world: World) -> None:
    assert sentence(world, "rules.travel_from_today.wrong") in errors_of(world, travel_date=on(-1))
    assert sentence(world, "rules.travel_from_today.wrong") not in errors_of(
        world, animal(rabies_date=on(-60)), travel_date=on(0)
    )


@pytest.mark.parametrize(("days", "refused"), [(10, False), (11, True)])
def test_the_journey_lies_within_the_days_that_the_certificate_is_good(world: World, days: int, refused: bool) -> None:
    html = errors_of(world, travel_date=on(days))
    assert (sentence(world, "rules.travel_within_validity.wrong") in html) == refused
    assert ("تسري الشهادة لمدة 10 أيام من إصدارها. قدّم الطلب" in html) == refused


def test_a_reason_keeps_the_figure_of_the_day_on_which_it_was_given(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = today("Asia/Qatar") + timedelta(days=1)
    changed = Setting(SLUG, VALID_DAYS, Decimal(4), midnight)
    profile = replace(PROFILE, figures=(*PROFILE.figures, changed))
    services = Registry.discover("app.blueprints.services", profile, lambda _agency: midnight)
    number = world.file(owner(world), SLUG, **answers())
    monkeypatch.setitem(world.app.extensions, "services", services)
    with world.app.app_context():
        case, change = world.case(number), datetime.combine(midnight, time(), ZoneInfo("Asia/Qatar"))
        for at, days in ((change - timedelta(minutes=1), "10 أيام"), (change, "4 أيام")):
            assert f"لمدة {days} من إصدارها" in reason_text(case, "travel_too_far", "ar", at=at.astimezone(UTC))


def test_how_long_the_certificate_is_good_is_a_setting_that_card_form_and_paper_follow(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tuple(replace(each, value=Decimal(4)) if each.name == VALID_DAYS else each for each in PROFILE.figures)
    services = Registry.discover("app.blueprints.services", replace(PROFILE, figures=own))
    monkeypatch.setitem(world.app.extensions, "services", services)
    assert "فهي تسري لمدة 4 أيام من إصدارها" in owner(world).get(f"/services/{SLUG}").html
    assert "خلال 4 أيام من اليوم" in owner(world).get(f"/services/{SLUG}/apply").html
    assert "تسري الشهادة لمدة 4 أيام من إصدارها" in errors_of(world, travel_date=on(5))
    number = issued(world, travel_date=on(4))
    with world.app.app_context():
        [paper] = certificates.editions(world.case(number))
        assert typed_day(paper.valid_until.isoformat()) == on(4)


def test_a_microchip_has_fifteen_digits_in_either_script_and_belongs_to_one_animal(world: World) -> None:
    wrong = sentence(world, "fields.animals.fields.microchip.wrong")
    assert wrong in errors_of(world, animal(microchip="63409810000001"))
    assert errors_of(world, animal(microchip="٦٣٤٠٩٨١٠٠٠٠٠٠٠١")) == ""
    assert "هذه الشريحة مذكورة في الطلب" in errors_of(world, animal(), animal())


def test_the_destination_decides_about_titre_and_permit(world: World) -> None:
    wrong, gb = sentence(world, "rules.titre_high_enough.wrong"), {"destination_country": "gb"}
    asked = errors_of(world, **gb)
    assert sentence(world, "fields.titre_report.missing") in asked
    assert wrong in asked
    assert wrong in errors_of(world, animal(titre_value="0.49"), **gb, titre_report=letter())
    assert errors_of(world, animal(titre_value="0.5"), **gb, titre_report=letter()) == ""
    assert errors_of(world, animal(titre_value="0.1")) == "", "elsewhere nobody asks for it"
    assert sentence(world, "fields.import_permit.missing") in errors_of(world, destination_country="sa")


def test_the_titre_is_that_of_each_animal(world: World) -> None:
    tested, other = animal(titre_value="0.8"), animal(microchip="634098100000002")
    html = errors_of(world, tested, other, destination_country="gb", titre_report=letter())
    assert html.count('href="#animals-1-titre_value"') == 1
    assert 'href="#animals-0-titre_value"' not in html


@pytest.mark.parametrize(("value", "kept"), [("0.8", True), ("0.4", False)])
def test_a_case_of_the_time_when_one_titre_stood_for_all_is_judged_by_it(world: World, value: str, kept: bool) -> None:
    service = world.app.extensions["services"][SLUG]
    old = {"destination_country": "gb", "titre_value": value, "animals": [{"_id": 1}, {"_id": 2}]}
    found = judge(service.rules, old, today=today("Asia/Qatar"), lists=service.lists, figures=service.holding)
    assert [each.kept for each in found if each.rule.code == "titre_high_enough"] == [kept, kept]


def test_the_vet_asks_for_the_titre_of_one_animal(world: World) -> None:
    """Needed when a corrected destination asks for what the first one did not."""
    browser = owner(world)
    number = world.file(browser, SLUG, **answers(animal(), animal(microchip="634098100000002", titre_value="0.7")))
    take(world, number, "start_review", vet(world))
    wanted = (("correction:destination_country", "data_mismatch"), ("correction:animals.1.titre_value", "titre_needed"))
    send_back(world, number, *((item, reason, "") for item, reason in wanted))
    keys = opened(world, number)
    sent = {keys["destination_country"]: "gb", keys["animals.1.titre_value"]: "0.9"}
    assert resend(browser, number, **{f"value-{key}": value for key, value in sent.items()}).status == 303
    with world.app.app_context():
        found = [each for each in examining.verdicts_of(world.case(number)) if each.rule.code == "titre_high_enough"]
    assert [each.kept for each in found] == [True, True]


def test_a_dangerous_breed_needs_its_approval_in_its_own_row(world: World) -> None:
    asked = errors_of(world, animal(dangerous_breed="yes"))
    assert sentence(world, "fields.animals.fields.interior_approval.missing") in asked
    assert 'name="animals-0-interior_approval"' in asked
    assert errors_of(world, animal(dangerous_breed="yes", interior_approval=letter())) == ""


def test_an_identity_of_another_country_is_told_before_the_form(world: World) -> None:
    page = world.citizen().get(f"/services/{SLUG}/apply")
    assert page.status == 403
    assert WORDS.text("ar", "forms.needs_identity_of_QA") in page.html
    assert "animals" not in page.html
