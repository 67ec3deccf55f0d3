"""خدمة الاستدعاء الإلكتروني: a plea to the emirate, from the question about courts to the appeal against its answer."""

import io
import re
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from app.calendars.printed import day_text
from app.cases import deadlines, steps
from app.cases.context import agency_of
from app.cases.conversation import ThreadEntry
from app.cases.errors import BadInput, NeedsFirst, StepRefused
from app.cases.models import Case
from app.documents import press
from app.documents.orders import find_document
from app.extensions import db
from app.identity.actors import Actor, Grant
from app.kit.roles import Role
from app.kit.words import WORDS
from app.notify.models import Message
from tests.support.declared import SERVICES
from tests.support.signed_in import token_of
from tests.support.steps import sms, take
from tests.support.world import EMIRATE, MUNICIPALITY, Browser, Desk, World

SLUG = "petition"
SERVICE = SERVICES[SLUG]
RIGHTS = Grant(Role.DEPARTMENT_OFFICER, agency="emirate", office="rights")
DEVELOPMENT = Grant(Role.DEPARTMENT_OFFICER, agency="emirate", office="development")
SUPERVISOR = Grant(Role.SUPERVISOR, agency="emirate")
ANSWER = "راجعنا موضوعك.\nيبدأ إصلاح الطريق في شهر رجب."


def registered(world: World, browser: Browser | None = None, **changes: Any) -> tuple[str, Actor]:
    number, officer = world.file(browser or world.citizen(), SLUG, **changes), world.actor()
    take(world, number, "start_review", officer)
    take(world, number, "register", officer)
    return number, officer


def answered(world: World) -> tuple[Browser, str]:
    browser = world.citizen()
    number, officer = registered(world, browser)
    take(world, number, "refer", officer, inputs={"department": "rights"})
    take(world, number, "answer_transaction", department(world, RIGHTS), inputs={"text": ANSWER})
    return browser, number


def department(world: World, grant: Grant) -> Actor:
    return world.actor(grant, email=f"{grant.office}@example.com")


def printed(case: Case) -> str:
    return f"{case.transaction_number}/{case.transaction_year}"


def press_step(desk: Desk, number: str, name: str, **inputs: str) -> Any:
    """A step as an officer takes it on the page of the case."""
    address = f"/desk/cases/{number}"
    version = desk.get(address).field("version")
    return desk.post(f"{address}/steps/{name}", {"version": version, **inputs}, page=address)


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


def test_the_department_in_charge_answers_and_the_words_head_the_persons_page_and_fill_a_letter(world: World) -> None:
    browser, number = answered(world)
    page = browser.get(f"/account/cases/{number}").html
    assert page.index(WORDS.text("ar", "account.answer")) < page.index(WORDS.text("ar", "account.timeline"))
    assert page.index(ANSWER.splitlines()[1]) < page.index(WORDS.text("ar", "account.timeline"))
    with world.app.app_context():
        case = world.case(number)
        said = select(ThreadEntry.body).where(ThreadEntry.case_id == case.id, ThreadEntry.author_kind == "staff")
        assert db.session.scalars(said).one() == ANSWER
        document = find_document("letter", case.id)
        assert document is not None
        db.session.rollback()
        press.render(document.id)
    letter = browser.get(f"/account/cases/{number}/papers/letter").html
    for words in (SERVICE.texts["outputs"]["answer"]["title"]["ar"], "إدارة الحقوق", printed(case)):
        assert words in letter
    sent = browser.get(f"/account/cases/{number}/letter.pdf")
    assert len(pypdf.PdfReader(io.BytesIO(sent.response.data)).pages) == 1


def test_another_department_does_not_answer(world: World) -> None:
    number, officer = registered(world)
    take(world, number, "refer", officer, inputs={"department": "rights"})
    with pytest.raises(StepRefused):
        take(world, number, "answer_transaction", department(world, DEVELOPMENT), inputs={"text": ANSWER})


def test_the_notice_of_the_answer_names_the_last_day_of_an_appeal_as_the_page_does(world: World) -> None:
    browser, number = answered(world)
    with world.app.test_request_context():
        case = world.case(number)
        until = day_text(agency_of(case), deadlines.appeal_until(case).last_on, "ar")
        mailed = select(Message).where(Message.case_id == case.id, Message.event == "answered")
        assert db.session.scalars(mailed).all()
        body = db.session.scalars(
            select(ThreadEntry.body).where(ThreadEntry.case_id == case.id, ThreadEntry.event == "answered")
        ).one()
    assert f"حتى {until}" in body
    for address in (f"/account/cases/{number}", f"/account/cases/{number}/papers/letter"):
        assert until in browser.get(address).html


def test_an_appeal_against_the_answer_is_read_by_who_took_no_part_and_opens_the_petition_again(world: World) -> None:
    browser, number = answered(world)
    form = browser.get(f"/account/cases/{number}/appeal").html
    assert "إن لم يحل الرد موضوعك" in form
    sent = browser.post(f"/account/cases/{number}/appeal", {"subject": "الرد", "grounds": "لم يُذكر الموعد"})
    assert sent.status == 303
    page = browser.get(f"/account/cases/{number}").html
    assert WORDS.text("ar", "account.objection_waits") in page
    assert f"/account/cases/{number}/appeal" not in page
    assert "قدّم الاعتراض من صفحة الطلب" not in page
    desk = world.officer(SUPERVISOR, email="supervisor@example.com")
    read = desk.get(f"/desk/appeals/{number}")
    assert ANSWER.splitlines()[1] in read.html
    address = f"/desk/appeals/{number}"
    decided = {"version": read.field("version"), "outcome": "accepted", "answer": "الاعتراض صحيح"}
    assert desk.post(address, decided).status == 303
    case = world.case(number)
    assert (case.stage, case.outcome, case.department) == ("in_review", None, "rights")
    take(world, number, "answer_transaction", department(world, RIGHTS), inputs={"text": "الموعد أول رجب."})
    assert "الموعد أول رجب." in browser.get(f"/account/cases/{number}").html
    with world.app.app_context():
        letter = find_document("letter", world.case(number).id)
        assert letter is not None
        assert letter.state == "issued"


def test_a_correspondence_without_objection_is_answered_for_good(world: World) -> None:
    browser, clerk = world.citizen(), world.actor(MUNICIPALITY, email="municipality@example.com")
    number = world.file(browser, "general_transaction")
    for name, inputs in (("start_review", {}), ("register", {}), ("answer_transaction", {"text": ANSWER})):
        take(world, number, name, clerk, inputs=inputs)
    page, letter = (browser.get(f"/account/cases/{number}{each}").html for each in ("", "/papers/letter"))
    assert ANSWER.splitlines()[1] in page
    assert f"/account/cases/{number}/appeal" not in page
    assert ANSWER.splitlines()[1] in letter
    assert "الاعتراض" not in letter
    assert browser.post(f"/account/cases/{number}/appeal", {"subject": "س", "grounds": "س"}).status == 409


def test_a_stranger_with_number_year_and_last_digits_finds_a_registered_petition(world: World) -> None:
    number, _officer = registered(world)
    case, client = world.case(number), world.app.test_client()
    asked = {
        "csrf_token": token_of(client, "/inquiry/transactions"),
        "agency": "emirate",
        "number": case.transaction_number,
        "hijri_year": str(case.transaction_year),
    }
    found = client.post("/inquiry/transactions", data={**asked, "digits": "٠٠٠٨"}).get_data(as_text=True)
    assert WORDS.text("ar", "states.in_review.label") in found
    wrong = client.post("/inquiry/transactions", data={**asked, "digits": "1111"}).get_data(as_text=True)
    assert WORDS.text("ar", "states.in_review.label") not in wrong


def test_a_document_named_in_a_message_is_asked_for_and_then_uploaded_as_the_card_says(world: World) -> None:
    browser = world.citizen()
    number, _officer = registered(world, browser)
    assert 'name="file-' not in browser.get(f"/account/cases/{number}").html
    assert browser.post(f"/account/cases/{number}/messages", {"message": "لدي صورة الطريق"}).status == 303
    desk = world.officer(EMIRATE)
    address = f"/desk/cases/{number}"
    prepared = {"item": "document:other", "reason": "missing_document", "text": "صورة الطريق"}
    version = desk.get(address).field("version")
    assert desk.post(f"{address}/requests", {"version": version, **prepared}, page=address).status == 303
    version = desk.get(address).field("version")
    assert desk.post(f"{address}/requests/send", {"version": version}, page=address).status == 303
    assert 'type="file"' in browser.get(f"/account/cases/{number}").html
