"""The certificate of an export after its issue: corrected by one and confirmed by the other, revoked with a reason."""

import pytest
from bs4 import BeautifulSoup

from app.cases import queries
from app.cases.answers import open_answers
from app.cases.errors import BadInput, RuleBroken, SamePerson, StepRefused
from app.kit.words import WORDS
from tests.cases.issued import later
from tests.services.veterinary import (
    HEAD,
    animal,
    certificates_of,
    desk,
    head,
    issued,
    on,
    owner,
    sentence,
    sms,
    take,
    vet,
)
from tests.support.world import World


def told_of_certificate(world: World, number: str) -> str:
    """What the owner's page says in the part of the certificate."""
    part = BeautifulSoup(owner(world).get(f"/account/cases/{number}").html, "html.parser").select_one(
        "section[aria-labelledby=certificate]"
    )
    assert part is not None
    return " ".join(part.text.split())


def test_an_error_in_the_certificate_is_corrected_by_one_and_confirmed_by_the_other(world: World) -> None:
    number = issued(world)
    browser, address = desk(world), f"/desk/cases/{number}"
    wrong = {"version": str(world.case(number).version), "correction_target": "animals.1.microchip", "correction": "12"}
    page = browser.post(f"{address}/steps/correct_certificate", wrong, page=address)
    assert page.status == 422
    assert WORDS.text("ar", "errors.microchip.wrong") in page.html
    right = wrong | {"correction": "634098100000777"}
    assert browser.post(f"{address}/steps/correct_certificate", right, page=address).status == 303
    assert "634098100000777" in browser.get(address).html
    assert "634098100000777" not in owner(world).get(f"/account/cases/{number}").html, "not before it is confirmed"
    printed = number.replace("-", "/")
    assert certificates_of(world, number) == [(printed, "issued")]
    with pytest.raises(SamePerson):
        take(
            world,
            number,
            "approve_correction",
            world.actor(HEAD, email="b@example.com", number="28563400011", country="QA"),
        )
    take(world, number, "approve_correction", head(world))
    assert certificates_of(world, number) == [(printed, "superseded"), (f"{printed}/2", "issued")]
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        assert open_answers(case.id, case.answers)["animals"][0]["microchip"] == "634098100000777"
    [told] = sms(world, "certificate_corrected")
    assert f"رقمها {printed}/2، ولم تعد السابقة صالحة" in told, "an old print is of no use at the border"
    said = told_of_certificate(world, number)
    assert "ما صُحّح في الشهادة" in said
    assert "كانت القيمة «634098100000001» وصارت «634098100000777»" in said, "what it was before is told as well"


def test_a_correction_that_breaks_a_condition_is_refused_and_one_can_be_dropped(world: World) -> None:
    number = issued(world)
    inputs = {"correction_target": "animals.1.rabies_date", "correction": on(-5)}
    with pytest.raises(RuleBroken):
        take(world, number, "correct_certificate", vet(world), inputs=inputs)
    take(world, number, "correct_certificate", vet(world), inputs=inputs | {"correction": on(-90)})
    with pytest.raises(StepRefused):
        take(world, number, "correct_certificate", vet(world), inputs=inputs | {"correction": on(-80)})
    take(world, number, "drop_correction", head(world))
    with pytest.raises(StepRefused):
        take(world, number, "approve_correction", head(world))
    assert [state for _number, state in certificates_of(world, number)] == ["issued"]


def test_a_correction_gives_the_journey_no_day_beyond_the_certificate(world: World) -> None:
    """It ends with the first one, also where a certificate issued on the day of the correction would be good longer."""
    number, beyond, right = issued(world, travel_date=on(9)), on(14), on(7)
    inputs = {"correction_target": "travel_date", "correction": beyond}
    with later(days=8):
        with pytest.raises(RuleBroken):
            take(world, number, "correct_certificate", vet(world), inputs=inputs)
        take(world, number, "correct_certificate", vet(world), inputs=inputs | {"correction": right})


def test_a_correction_gives_no_animal_the_chip_of_another(world: World) -> None:
    two = "634098100000002"
    number = issued(world, animal(), animal(animal_name="سمسم", microchip=two))
    inputs = {"correction_target": "animals.1.microchip", "correction": two}
    with pytest.raises(BadInput) as refused:
        take(world, number, "correct_certificate", vet(world), inputs=inputs)
    assert refused.value.text_key == "errors.microchip.repeated"


def test_a_revoked_certificate_names_its_reason_to_the_owner(world: World) -> None:
    number = issued(world)
    take(world, number, "revoke", head(world), reasons=("false_information",))
    assert world.case(number).outcome == "revoked"
    assert [state for _number, state in certificates_of(world, number)] == ["revoked"]
    assert sentence(world, "reasons.false_information.text") in owner(world).get(f"/account/cases/{number}").html
