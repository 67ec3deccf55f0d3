"""شهادة صحية بيطرية: from the form to the final approval."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.calendars.clock import today
from app.cases import queries, steps
from app.cases.errors import IdentityUnknown, SamePerson
from app.extensions import transaction
from app.identity.actors import Actor, Grant
from app.kit.days import typed_day
from app.kit.roles import Role
from tests.support.world import Browser, World, letter, posted

SLUG = "veterinary_export"
VET = Grant(Role.VETERINARIAN, agency="ministry")
HEAD = Grant(Role.SECTION_HEAD, agency="ministry")
QATARI = "28063400307"


def on(days: int) -> str:
    """As typed, so many days from today at the ministry."""
    return typed_day((today("Asia/Qatar") + timedelta(days=days)).isoformat())


def animal(**changes: Any) -> dict[str, Any]:
    return {
        "species": "dog",
        "animal_name": "لاكي",
        "breed": "سلوقي",
        "dangerous_breed": "no",
        "sex": "male",
        "colour": "بني",
        "birth_date": on(-700),
        "microchip": "634098100000001",
        "microchip_date": on(-200),
        "rabies_product": "لقاح السعار",
        "rabies_batch": "A1234",
        "rabies_date": on(-100),
        "rabies_until": on(265),
        **changes,
    }


def answers(*animals: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "mobile": "33123456",
        "email": "jassim@example.com",
        "capacity": "owner",
        "animals": list(animals or (animal(),)),
        "destination_country": "jo",
        "destination_city": "عمّان",
        "consignee": "مالك الحيوان، شارع الجامعة",
        "port_of_exit": "airport",
        "transport": "air",
        "travel_date": on(10),
        "purpose": "pet",
        "vaccination_book": letter("سجل.jpg"),
        "microchip_certificate": letter("شريحة.jpg"),
        **changes,
    }


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def owner(world: World) -> Browser:
    return world.citizen(QATARI, country="QA", nationality="QA", mobile="+97433123456")


def vet(world: World, number: str = "28563400011") -> Actor:
    return world.actor(VET, email=f"vet{number}@example.com", number=number, country="QA")


def head(world: World, number: str = "27563400022") -> Actor:
    return world.actor(HEAD, email=f"head{number}@example.com", number=number, country="QA")


def take(world: World, number: str, step: str, by: Actor, **more: Any) -> None:
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=None, **more)


def sentence(world: World, key: str) -> str:
    return str(world.app.extensions["services"][SLUG].text("ar", key))


def errors_of(world: World, *animals: dict[str, Any], **changes: Any) -> str:
    page = owner(world).post(f"/services/{SLUG}/apply", {"action": "check", **posted(answers(*animals, **changes))})
    assert page.status in (303, 422)
    return page.html if page.status == 422 else ""


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


def test_the_journey_is_not_in_the_past(world: World) -> None:
    assert sentence(world, "rules.travel_from_today.wrong") in errors_of(world, travel_date=on(-1))
    assert sentence(world, "rules.travel_from_today.wrong") not in errors_of(
        world, animal(rabies_date=on(-60)), travel_date=on(0)
    )


def test_a_microchip_has_fifteen_digits_in_either_script_and_belongs_to_one_animal(world: World) -> None:
    wrong = sentence(world, "fields.animals.fields.microchip.wrong")
    assert wrong in errors_of(world, animal(microchip="63409810000001"))
    assert errors_of(world, animal(microchip="٦٣٤٠٩٨١٠٠٠٠٠٠٠١")) == ""
    assert "هذه الشريحة مذكورة في الطلب" in errors_of(world, animal(), animal())


def test_the_destination_decides_about_titre_and_permit(world: World) -> None:
    asked = errors_of(world, destination_country="gb")
    assert sentence(world, "fields.titre_value.missing") in asked
    assert sentence(world, "fields.titre_report.missing") in asked
    low = errors_of(world, destination_country="gb", titre_value="0.49", titre_report=letter())
    assert sentence(world, "rules.titre_high_enough.wrong") in low
    assert errors_of(world, destination_country="gb", titre_value="0.5", titre_report=letter()) == ""
    assert sentence(world, "fields.import_permit.missing") in errors_of(world, destination_country="sa")


def test_a_dangerous_breed_needs_its_approval_in_its_own_row(world: World) -> None:
    asked = errors_of(world, animal(dangerous_breed="yes"))
    assert sentence(world, "fields.animals.fields.interior_approval.missing") in asked
    assert 'name="animals-0-interior_approval"' in asked
    assert errors_of(world, animal(dangerous_breed="yes", interior_approval=letter())) == ""


def test_an_identity_of_another_country_is_told_before_the_form(world: World) -> None:
    page = world.citizen().get(f"/services/{SLUG}/apply")
    assert page.status == 403
    assert "animals" not in page.html


def test_one_person_never_gives_both_approvals(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    same_person = world.actor(HEAD, email="second-account@example.com", number="28563400011", country="QA")
    unknown = world.actor(HEAD, email="nobody@example.com")
    for actor, refused in ((same_person, SamePerson), (unknown, IdentityUnknown)):
        with pytest.raises(refused):
            take(world, number, "approve_final", actor)
    assert world.case(number).stage == "preliminarily_approved"
