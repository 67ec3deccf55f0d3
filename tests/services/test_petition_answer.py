"""The answer to a petition: who gives it, what the person reads, the objection, and the inquiry."""

import io

import pypdf
import pytest
from sqlalchemy import select

from app.calendars.printed import day_text
from app.cases import deadlines
from app.cases.context import agency_of
from app.cases.conversation import ThreadEntry
from app.cases.errors import StepRefused
from app.documents import press
from app.documents.orders import find_document
from app.extensions import db
from app.kit.words import WORDS
from app.notify.models import Message
from tests.services.petitions import (
    ANSWER,
    DEVELOPMENT,
    RIGHTS,
    SERVICE,
    SUPERVISOR,
    answered,
    department,
    printed,
    registered,
)
from tests.support.signed_in import token_of
from tests.support.steps import take
from tests.support.world import EMIRATE, MUNICIPALITY, World


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
