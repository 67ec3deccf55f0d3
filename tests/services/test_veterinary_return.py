"""The export request goes back to its owner: reasons at their fields, one notice, nothing decided meanwhile."""

import pytest

from app.cases import deadlines, queries
from app.cases.answers import open_answers
from app.cases.asked import requests_of
from app.cases.conversation import OPEN
from app.cases.errors import RequestsOpen
from app.kit.days import typed_day
from tests.services.veterinary import (
    SLUG,
    animal,
    answers,
    desk,
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
from tests.support.world import World, letter


def test_every_reason_opens_its_field_in_its_animal_and_all_go_out_as_one_notice(world: World) -> None:
    browser = owner(world)
    two = animal(), animal(animal_name="سمسم", species="cat", microchip="634098100000002")
    number = world.file(browser, SLUG, **answers(*two))
    take(world, number, "start_review", vet(world))
    send_back(
        world,
        number,
        ("correction:animals.2.rabies_date", "rabies_too_recent", ""),
        ("replacement:vaccination_book", "page_cut", "الصفحة الثالثة"),
    )
    [told] = sms(world, "returned")
    assert "لم تمض مدة تطعيم السعار" in told
    assert world.case(number).stage == "in_review"
    keys = opened(world, number)
    assert "الحيوان 2: تاريخ تطعيم السعار" in browser.get(f"/account/cases/{number}").html
    half = resend(browser, number, **{f"value-{keys['animals.2.rabies_date']}": on(-150)})
    assert half.status == 422
    sent = resend(
        browser,
        number,
        **{f"value-{keys['animals.2.rabies_date']}": on(-150)},
        **{f"file-{keys['vaccination_book']}": letter("كاملة.jpg")},
    )
    assert sent.status == 303
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        first, second = open_answers(case.id, case.answers)["animals"]
        assert typed_day(second["rabies_date"]) == on(-150)
        assert typed_day(first["rabies_date"]) == on(-100)
        assert deadlines.open_deadline(case, "answer") is None


def test_a_corrected_day_is_judged_as_on_the_form(world: World) -> None:
    browser = owner(world)
    number = world.file(browser, SLUG, **answers())
    take(world, number, "start_review", vet(world))
    send_back(world, number, ("correction:animals.1.microchip", "chip_unreadable", ""))
    [key] = opened(world, number).values()
    page = resend(browser, number, **{f"value-{key}": "12345"})
    assert page.status == 422
    assert sentence(world, "fields.animals.fields.microchip.wrong") in page.html


def test_a_corrected_day_keeps_the_conditions_of_the_form_and_another_day_may_put_it_right(world: World) -> None:
    browser = owner(world)
    number = world.file(browser, SLUG, **answers())
    take(world, number, "start_review", vet(world))
    wanted = ("correction:animals.1.rabies_date", "data_mismatch", ""), ("correction:travel_date", "data_mismatch", "")
    send_back(world, number, *wanted)
    keys = opened(world, number)
    vaccine, travel = (f"value-{keys[each]}" for each in ("animals.1.rabies_date", "travel_date"))
    page = resend(browser, number, **{vaccine: on(-21), travel: on(8)})
    assert page.status == 422
    assert sentence(world, "rules.vaccination_old_enough.wrong") in page.html
    assert f'value="{on(-21)}"' in page.html, "what was typed stays"
    assert resend(browser, number, **{vaccine: on(-21), travel: on(9)}).status == 303


def test_where_only_the_journey_is_open_its_day_is_told_of_the_vaccination(world: World) -> None:
    browser = owner(world)
    number = world.file(browser, SLUG, **answers(animal(rabies_date=on(-22))))
    take(world, number, "start_review", vet(world))
    send_back(world, number, ("correction:travel_date", "data_mismatch", ""))
    [key] = opened(world, number).values()
    page = resend(browser, number, **{f"value-{key}": on(5)})
    assert page.status == 422
    assert sentence(world, "rules.vaccination_old_enough.wrong") in page.html
    assert resend(browser, number, **{f"value-{key}": on(9)}).status == 303


def test_a_question_about_the_very_answer_that_is_corrected_spares_it_no_condition(world: World) -> None:
    browser = owner(world)
    number = world.file(browser, SLUG, **answers(animal(rabies_date=on(-22))))
    take(world, number, "start_review", vet(world))
    about = ("travel_date", "travel_too_far", "متى حجزت؟")
    send_back(world, number, *((f"{kind}:{about[0]}", *about[1:]) for kind in ("correction", "answer")))
    with world.app.app_context():
        keys = {each.kind: str(each.id) for each in requests_of(world.case(number), OPEN)}
    said = {f"text-{keys['answer']}": "أمس"}
    page = resend(browser, number, **said, **{f"value-{keys['correction']}": on(5)})
    assert page.status == 422
    assert sentence(world, "rules.vaccination_old_enough.wrong") in page.html
    assert resend(browser, number, **said, **{f"value-{keys['correction']}": on(9)}).status == 303


def test_a_reply_is_not_refused_for_what_was_not_asked(world: World) -> None:
    """The other destination wants a permit that this reply has no place for: the vet sees it and asks."""
    browser = owner(world)
    number = world.file(browser, SLUG, **answers())
    take(world, number, "start_review", vet(world))
    send_back(world, number, ("correction:destination_country", "data_mismatch", ""))
    [key] = opened(world, number).values()
    assert resend(browser, number, **{f"value-{key}": "sa"}).status == 303
    assert "document:import_permit" in desk(world).get(f"/desk/cases/{number}").html


def test_a_reply_gives_no_animal_the_chip_of_another_but_two_may_change_places(world: World) -> None:
    browser, one, two = owner(world), "634098100000001", "634098100000002"
    number = world.file(browser, SLUG, **answers(animal(), animal(animal_name="سمسم", microchip=two)))
    take(world, number, "start_review", vet(world))
    chips = ("animals.1.microchip", "animals.2.microchip")
    send_back(world, number, *((f"correction:{each}", "chip_unreadable", "") for each in chips))
    first, second = (f"value-{opened(world, number)[each]}" for each in chips)
    page = resend(browser, number, **{first: "634098100000003", second: "634098100000003"})
    assert page.status == 422
    assert "هذه الشريحة مذكورة في الطلب" in page.html
    assert resend(browser, number, **{first: two, second: one}).status == 303


def test_a_reply_about_one_animal_is_compared_with_the_others(world: World) -> None:
    browser, two = owner(world), "634098100000002"
    number = world.file(browser, SLUG, **answers(animal(), animal(animal_name="سمسم", microchip=two)))
    take(world, number, "start_review", vet(world))
    send_back(world, number, ("correction:animals.1.microchip", "chip_unreadable", ""))
    [key] = opened(world, number).values()
    assert resend(browser, number, **{f"value-{key}": two}).status == 422
    assert resend(browser, number, **{f"value-{key}": "634098100000003"}).status == 303


def test_while_something_is_open_nobody_approves(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    send_back(world, number, ("replacement:vaccination_book", "page_cut", ""))
    with pytest.raises(RequestsOpen):
        take(world, number, "approve_preliminary", vet(world))
