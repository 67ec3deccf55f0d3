"""What the public look-up says agrees with the page of the case, however the case ended."""

import re

from app.cases import inquiry
from app.kit.words import WORDS
from tests.blueprints.reading import page, texts
from tests.cases.test_desk_steps import take
from tests.support.signed_in import token_of
from tests.support.world import SECURITY, World


def registered(world: World) -> str:
    number, officer = world.file(world.citizen()), world.actor()
    take(world, number, "start_review", officer)
    take(world, number, "register", officer, inputs={"transaction_number": ""})
    return number


def looked_up(world: World, number: str) -> str:
    case, client = world.case(number), world.app.test_client()
    answer = client.post(
        "/inquiry/transactions",
        data={
            "csrf_token": token_of(client, "/inquiry/transactions"),
            "agency": case.agency,
            "number": case.transaction_number,
            "hijri_year": str(case.transaction_year),
            "digits": "0008",
        },
    )
    found = re.search(r'aria-labelledby="res".*?</section>', answer.get_data(as_text=True), re.S)
    assert found
    return found[0]


def test_a_booked_visit_reads_as_it_does_on_the_page_of_the_case(world: World) -> None:
    number = registered(world)
    guard = world.actor(SECURITY, email="security@example.com")
    take(world, number, "security_check", guard, inputs={"result": "clear"})
    take(world, number, "propose_slot", world.actor(), inputs={"slot": str(world.free_slot(number))})
    assert WORDS.text("ar", "states.scheduled.label") in looked_up(world, number)
    assert WORDS.text("ar", "states.scheduled.label") in world.citizen().get(f"/account/cases/{number}").html


def test_a_refused_transaction_is_not_called_completed(world: World) -> None:
    number = registered(world)
    take(world, number, "refuse", world.actor(), reasons=["no_slots"])
    said = looked_up(world, number)
    assert "أُنجزت" not in said
    assert "اقرأ الرد" not in said
    assert WORDS.text("ar", "states.refused.label") in said


def test_the_home_page_offers_the_agencies_that_register(world: World) -> None:
    with world.app.app_context():
        names = [agency.name["ar"] for agency in inquiry.agencies()]
    shown = texts(page(world.app.test_client(), "/"), "select[name=agency] option")
    assert [name for name in shown if name in names] == names
    all_names = {agency.name["ar"] for agency in world.app.extensions["profile"].agencies.values()}
    assert not set(shown) & (all_names - set(names))
