"""شهادة صحية بيطرية: from the form to the final approval."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.calendars.clock import now, today
from app.cases import certificates, deadlines, queries, steps
from app.cases.answers import open_answers
from app.cases.asked import requests_of
from app.cases.conversation import OPEN
from app.cases.demo.past import at
from app.cases.errors import BadInput, IdentityUnknown, RequestsOpen, RuleBroken, SamePerson, StepRefused
from app.extensions import db, transaction
from app.identity import staff
from app.identity.actors import GATEWAY, Actor, Grant
from app.kit.days import typed_day
from app.kit.roles import Role
from app.kit.words import WORDS
from app.notify.models import Message
from app.payments.models import Bill
from app.payments.states import BillState
from tests.support.world import Browser, Page, World, letter, posted

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


def test_the_check_page_names_an_animal_once_and_keeps_names_of_files_whole(world: World) -> None:
    browser, values = owner(world), posted(answers(animal(), animal(microchip="634098100000002")))
    checked = browser.get(browser.post(f"/services/{SLUG}/apply", {"action": "check", **values}).location).html
    assert checked.count(">الحيوان 1</h3>") == checked.count(">الحيوان 2</h3>") == 1
    assert "<dt>الحيوان" not in checked
    assert re.search(r"<bdi>سجل\.jpg</bdi> <bdi>\(\d[^<]*\)</bdi>", checked)


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
    assert WORDS.text("ar", "forms.needs_identity_of_QA") in page.html
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


def desk(world: World) -> Any:
    return world.officer(VET, email="vet28563400011@example.com", number="28563400011", country="QA")


def send_back(world: World, number: str, *wanted: tuple[str, str, str]) -> None:
    """Refused with reasons at the vet's page: each opens its field or document, all go out as one notice."""
    browser, address = desk(world), f"/desk/cases/{number}"
    for item, reason, words in wanted:
        form = {"version": browser.get(address).field("version"), "item": item, "reason": reason, "text": words}
        assert browser.post(f"{address}/requests", form, page=address).status == 303
    form = {"version": browser.get(address).field("version")}
    assert browser.post(f"{address}/requests/send", form, page=address).status == 303


def opened(world: World, number: str) -> dict[str, str]:
    """The request ids by what they are about."""
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        return {each.target: str(each.id) for each in requests_of(case, OPEN)}


def sms(world: World, event: str) -> list[str]:
    with world.app.app_context():
        chosen = select(Message).where(Message.event == event, Message.channel == "sms").order_by(Message.created_at)
        return [each.body for each in db.session.scalars(chosen)]


def resend(browser: Browser, number: str, **values: Any) -> Page:
    page = browser.get(f"/account/cases/{number}")
    return browser.post(f"/account/cases/{number}/answer", {"version": page.field("version"), **values})


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


def test_while_something_is_open_nobody_approves(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    send_back(world, number, ("replacement:vaccination_book", "page_cut", ""))
    with pytest.raises(RequestsOpen):
        take(world, number, "approve_preliminary", vet(world))


def test_a_condition_that_ends_while_the_case_waits_stops_both_approvals_and_is_shown(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers(travel_date=on(3)))
    take(world, number, "start_review", vet(world))
    later = now() + timedelta(days=5)
    with at_moment(world, later):
        with pytest.raises(RuleBroken):
            take(world, number, "approve_preliminary", vet(world))
        html = desk(world).get(f"/desk/cases/{number}").html
        assert sentence(world, "rules.travel_from_today.label") in html
        assert WORDS.text("ar", "desk.rules.broken") in html
    take(world, number, "approve_preliminary", vet(world))
    with at_moment(world, later), pytest.raises(RuleBroken):
        take(world, number, "approve_final", head(world))


def test_the_head_sends_back_with_a_note_that_the_owner_never_reads(world: World) -> None:
    browser = owner(world)
    number = world.file(browser, SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    with pytest.raises(BadInput):
        take(world, number, "return_to_vet", head(world))
    take(world, number, "return_to_vet", head(world), inputs={"internal_note": "راجع رقم التشغيلة"})
    assert world.case(number).stage == "in_review"
    assert "راجع رقم التشغيلة" in desk(world).get(f"/desk/cases/{number}").html
    for address in (f"/account/cases/{number}", "/account/data"):
        assert "راجع رقم التشغيلة" not in browser.get(address).html


def test_at_the_desk_the_second_approval_is_not_for_the_first_ones_hand(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    both = world.officer(HEAD, VET, email="vet28563400011@example.com", number="28563400011", country="QA")
    address = f"/desk/cases/{number}"
    page = both.get(address)
    assert WORDS.text("ar", "cases.errors.same_person") in page.html
    assert f"{address}/steps/approve_final" not in page.html
    posted_ = both.post(f"{address}/steps/approve_final", {"version": str(world.case(number).version)}, page=address)
    assert posted_.status == 409
    assert world.case(number).stage == "preliminarily_approved"


@pytest.mark.parametrize("second", ["approve_final", "approve_correction"])
def test_the_database_itself_refuses_the_second_approval_of_the_same_person(world: World, second: str) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        row = queries.history_of(case)[-1]
        copied = text(
            "INSERT INTO history (id, case_id, seq, step, from_stage, to_stage, actor_kind, actor_key, hidden, at,"
            " digest, prev, hash) VALUES (gen_random_uuid(), :case, 99, :step, 'x', 'y', 'staff', :key, false, now(),"
            " 'd', 'p', 'h')"
        )
        for key in (row.actor_key, None):
            with pytest.raises(IntegrityError):
                db.session.execute(copied, {"case": case.id, "step": second, "key": key})
            db.session.rollback()
        db.session.execute(copied, {"case": case.id, "step": second, "key": b"somebody else"})
        db.session.rollback()


def issued(world: World) -> str:
    """A case whose certificate has been issued."""
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    take(world, number, "approve_final", head(world))
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        db.session.scalars(select(Bill).where(Bill.case_id == case.id)).one().state = BillState.PAID
    take(world, number, "pay", GATEWAY)
    return number


def certificates_of(world: World, number: str) -> list[tuple[str, str]]:
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        return [(str(each.number), str(each.state)) for each in certificates.editions(case)]


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
    assert len(sms(world, "corrected")) == 1


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


def test_a_revoked_certificate_names_its_reason_to_the_owner(world: World) -> None:
    number = issued(world)
    take(world, number, "revoke", head(world), reasons=("false_information",))
    assert world.case(number).outcome == "revoked"
    assert [state for _number, state in certificates_of(world, number)] == ["revoked"]
    assert sentence(world, "reasons.false_information.text") in owner(world).get(f"/account/cases/{number}").html


def test_a_role_taken_away_between_two_clicks_decides_nothing(world: World) -> None:
    number = world.file(owner(world), SLUG, **answers())
    take(world, number, "start_review", vet(world))
    browser, address = desk(world), f"/desk/cases/{number}"
    version = browser.get(address).field("version")
    token = browser.token(address)
    with world.app.app_context(), transaction():
        assert staff.revoke("vet28563400011@example.com", VET)
    page = browser.client.post(f"{address}/steps/approve_preliminary", data={"version": version, "csrf_token": token})
    assert page.status_code == 403
    assert "<h1" in page.get_data(as_text=True)
    assert world.case(number).stage == "in_review"


@contextmanager
def at_moment(world: World, moment: datetime) -> Iterator[None]:
    with world.app.app_context(), at(moment):
        yield
