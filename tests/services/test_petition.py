"""خدمة الاستدعاء الإلكتروني: a plea to the emirate, from the question about courts to the appeal against its answer."""

import re

import pytest
from sqlalchemy import select

from app.cases import steps
from app.cases.conversation import ThreadEntry
from app.cases.errors import BadInput, NeedsFirst, StepRefused
from app.extensions import db
from app.kit.words import WORDS
from tests.services.petitions import ANSWER, RIGHTS, SERVICE, SLUG, department, press_step, printed, registered
from tests.support.steps import sms, take
from tests.support.world import MUNICIPALITY, World


def test_a_matter_before_a_court_is_refused_at_its_question_and_filed_without_it(world: World) -> None:
    browser, wrong = world.citizen(), SERVICE.text("ar", "rules.before_court.wrong")
    page = browser.post(f"/services/{SLUG}/apply", {"action": "check", "before_court": "yes"})
    assert page.status == 422
    assert f'href="#before_court">{wrong}' in page.html.replace("\n", "")
    assert wrong not in browser.post(f"/services/{SLUG}/apply", {"action": "check", "before_court": "no"}).html
    assert world.file(browser, SLUG)


def test_the_desk_reads_the_condition_and_registers_nothing_that_breaks_it(world: World) -> None:
    number = world.file(world.citizen(), SLUG)
    take(world, number, "start_review", world.actor())
    label = SERVICE.text("ar", "rules.before_court.label")
    page = world.officer().get(f"/desk/cases/{number}").html
    assert label in page
    lead, broken = (WORDS.text("ar", f"desk.rules.{each}") for each in ("lead", "broken"))
    assert broken not in page.replace(lead, "")
    with world.app.app_context():
        case = steps.locked(world.case(number).id)
        case.answers = {**case.answers, "before_court": "yes"}
        db.session.commit()
    desk = world.officer()
    assert broken in desk.get(f"/desk/cases/{number}").html.replace(lead, "")
    assert press_step(desk, number, "register").status == 409
    assert world.case(number).transaction_number is None


def test_it_is_found_by_its_old_name_and_messages_do_not_call_it_a_service_twice(world: World) -> None:
    found = world.app.test_client().get("/services", query_string={"q": "معروض"}).get_data(as_text=True)
    assert f'href="/services/{SLUG}"' in found
    number = world.file(world.citizen(), SLUG)
    with world.app.app_context():
        told = db.session.scalars(select(ThreadEntry.body).where(ThreadEntry.case_id == world.case(number).id)).one()
    assert "في خدمة «الاستدعاء الإلكتروني»" in told


def test_only_who_turns_to_a_department_names_one_and_an_agent_shows_his_authority(world: World) -> None:
    browser = world.citizen()
    asked = (SERVICE.text("ar", "fields.department.missing"), WORDS.text("ar", "fields.authorisation.missing"))
    page = browser.post(
        f"/services/{SLUG}/apply", {"action": "check", "addressee": "department", "filing_as": "agent"}
    ).html
    assert all(each in page for each in asked)
    page = browser.post(
        f"/services/{SLUG}/apply", {"action": "check", "addressee": "governor", "filing_as": "owner"}
    ).html
    assert not any(each in page for each in asked)


def test_three_thousand_letters_fit_and_one_more_does_not(world: World) -> None:
    browser = world.citizen()
    assert world.file(browser, SLUG, petition_text="ا" * 3000)
    page = browser.post(f"/services/{SLUG}/apply", {"action": "check", "petition_text": "ا" * 3001})
    assert page.status == 422
    assert "petition_text" in page.html.split('class="error-summary', 1)[-1]


def test_an_earlier_transaction_may_be_typed_in_arabic_digits_and_is_read_back_in_ours(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser, SLUG, earlier_transaction="٦٧/١٤٤٧")
    assert "000067/1447" in browser.get(f"/account/cases/{number}").html
    page = browser.post(f"/services/{SLUG}/apply", {"action": "check", "earlier_transaction": "معاملة قديمة"})
    assert WORDS.text("ar", "fields.earlier_transaction.wrong") in page.html


def test_every_referral_from_one_department_to_the_next_stands_in_timeline_and_history(world: World) -> None:
    browser = world.citizen()
    number, officer = registered(world, browser)
    take(world, number, "refer", officer, inputs={"department": "rights"})
    sent = press_step(world.officer(RIGHTS, email="rights@example.com"), number, "refer", department="development")
    assert (sent.status, sent.location) == (303, "/desk")
    pages = browser.get(f"/account/cases/{number}").html, world.officer().get(f"/desk/cases/{number}").html
    for page in pages:
        assert "أُحيل الطلب إلى إدارة الحقوق" in page
        assert "أُحيل الطلب إلى إدارة التنمية" in page
    assert sms(world)[-2:] == ["referred", "referred"]
    assert re.search(r"<dt[^>]*>الإدارة</dt>\s*<dd>إدارة التنمية</dd>", pages[1])
    with pytest.raises(StepRefused):
        take(world, number, "answer_transaction", department(world, RIGHTS), inputs={"text": ANSWER})


def test_the_department_that_the_person_named_is_proposed_to_whoever_refers_it_first(world: World) -> None:
    number, officer = registered(world, addressee="department", department="development")
    chosen = re.compile(r'<option value="development"[^>]* selected')
    assert chosen.search(world.officer().get(f"/desk/cases/{number}").html)
    take(world, number, "refer", officer, inputs={"department": "rights"})
    assert not chosen.search(world.officer().get(f"/desk/cases/{number}").html)


def test_a_petition_is_not_referred_to_the_department_that_has_it(world: World) -> None:
    number, officer = registered(world)
    take(world, number, "refer", officer, inputs={"department": "rights"})
    before = sms(world)
    desk = world.officer()
    assert 'value="rights"' not in desk.get(f"/desk/cases/{number}").html
    page = press_step(desk, number, "refer", department="rights")
    assert page.status == 422
    assert WORDS.text("ar", "cases.errors.department_has_it") in page.html
    assert sms(world) == before


def test_a_petition_is_joined_to_an_earlier_transaction_and_the_page_leads_there(world: World) -> None:
    browser = world.citizen()
    first, _officer = registered(world, browser)
    earlier = world.case(first)
    number, _officer = registered(world, browser, earlier_transaction=printed(earlier))
    desk = world.officer()
    assert f'value="{printed(earlier)}"' in desk.get(f"/desk/cases/{number}").html, "what the person named is proposed"
    assert press_step(desk, number, "join_earlier", earlier_transaction=printed(earlier)).status == 303
    page = desk.get(f"/desk/cases/{number}").html
    assert f'href="/desk/cases/{first}"' in page
    told = SERVICE.text(
        "ar",
        "actions.join_earlier.timeline",
        earlier=earlier.transaction_number,
        earlier_year=earlier.transaction_year,
    )
    assert told in page
    assert told in browser.get(f"/account/cases/{number}").html
    assert world.case(number).transaction_number != earlier.transaction_number
    told = WORDS.text("ar", "cases.joined_here", number=number.replace("-", "/"))
    assert told in desk.get(f"/desk/cases/{first}").html
    assert told not in browser.get(f"/account/cases/{first}").html


def test_whoever_may_not_see_the_earlier_case_reads_its_number_without_a_way_there(world: World) -> None:
    first, _officer = registered(world)
    number, officer = registered(world)
    earlier = world.case(first)
    take(world, number, "join_earlier", officer, inputs={"earlier_transaction": printed(earlier)})
    take(world, number, "refer", officer, inputs={"department": "rights"})
    page = world.officer(RIGHTS, email="rights@example.com").get(f"/desk/cases/{number}").html
    assert printed(earlier) in page
    assert f"/desk/cases/{first}" not in page


@pytest.mark.parametrize("typed", ["", "كلمات", "999/1447", "1448"])
def test_what_is_no_transaction_is_not_joined_to_and_leaves_no_trace(world: World, typed: str) -> None:
    number, _officer = registered(world)
    before = world.case(number).version
    page = press_step(world.officer(), number, "join_earlier", earlier_transaction=typed)
    assert page.status == 422
    assert 'id="join_earlier-earlier_transaction' in page.html
    assert world.case(number).version == before


def test_a_petition_is_joined_neither_to_itself_nor_to_a_later_one_nor_twice(world: World) -> None:
    first, officer = registered(world)
    number, _officer = registered(world)
    later, _officer = registered(world)
    for other in (number, later):
        with pytest.raises(BadInput):
            take(world, number, "join_earlier", officer, inputs={"earlier_transaction": printed(world.case(other))})
    earlier = {"earlier_transaction": printed(world.case(first))}
    take(world, number, "join_earlier", officer, inputs=earlier)
    with pytest.raises(BadInput):
        take(world, number, "join_earlier", officer, inputs=earlier)


def test_a_transaction_of_another_agency_is_not_found(world: World) -> None:
    clerk = world.actor(MUNICIPALITY, email="municipality@example.com")
    other = world.file(world.citizen(), "general_transaction")
    take(world, other, "start_review", clerk)
    take(world, other, "register", clerk, inputs={"transaction_number": "777"})
    number, officer = registered(world)
    with pytest.raises(BadInput) as refused:
        take(world, number, "join_earlier", officer, inputs={"earlier_transaction": printed(world.case(other))})
    assert refused.value.text_key == "cases.errors.no_earlier_transaction"


def test_only_a_registered_petition_is_joined(world: World) -> None:
    first, officer = registered(world)
    number = world.file(world.citizen(), SLUG)
    take(world, number, "start_review", officer)
    with pytest.raises(NeedsFirst):
        take(world, number, "join_earlier", officer, inputs={"earlier_transaction": printed(world.case(first))})
