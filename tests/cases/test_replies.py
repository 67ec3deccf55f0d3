"""What a reply does to a case: it changes the one answer it is about, and what was signed stays what it was."""

import hashlib
import json
import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.cases import papers, queries
from app.cases.answers import open_answers
from app.cases.changes import signed_answers
from app.cases.conversation import InfoRequest, Signature
from app.cases.errors import BadInput
from app.cases.models import Case
from app.documents.models import Attachment
from app.documents.papers.summary import summary_paper
from app.extensions import db
from app.kit.fields import Form
from tests.support.steps import ask, take
from tests.support.world import Browser, Page, World, letter

COMPANION = {
    "companions-0-row": "1",
    "companions-0-companion_name": "سالم",
    "companions-0-companion_id": "1000000016",
}


def asked(world: World, number: str, kind: str, target: str, reason: str, text: str = "") -> str:
    """Something asked of the citizen; gives the id of the request."""
    officer = world.actor()
    if world.case(number).stage == "submitted":
        take(world, number, "start_review", officer)
    (key,) = ask(world, number, officer, {"kind": kind, "target": target, "reason": reason, "text": text})
    return key


def found(number: str) -> Case:
    case = queries.find_case(number)
    assert case is not None
    return case


def reply(browser: Browser, number: str, **values: Any) -> Page:
    page = browser.get(f"/account/cases/{number}")
    return browser.post(f"/account/cases/{number}/answer", {"version": page.field("version"), **values})


def test_a_reply_leaves_the_answers_that_the_form_of_today_no_longer_knows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = world.citizen()
    number = world.file(browser)
    services = world.app.extensions["services"]
    service = services["emirate_appointment"]
    less = Form(service.form.sections, tuple(each for each in service.form.fields if each.id != "subject_text"))
    monkeypatch.setitem(services._services, service.slug, replace(service, form=less))
    key = asked(world, number, "correction", "visit_reason", "needs_explanation")
    assert reply(browser, number, **{f"value-{key}": "other"}).status == 303
    with world.app.app_context():
        answers = open_answers(found(number).id, found(number).answers)
    assert (answers["subject_text"], answers["visit_reason"]) == ("أطلب مساعدة في معاملتي", "other")


def test_a_personal_answer_stays_sealed_when_it_is_corrected(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    key = asked(world, number, "correction", "email", "needs_explanation")
    assert reply(browser, number, **{f"value-{key}": "other@example.com"}).status == 303
    with world.app.app_context():
        case, request = found(number), db.session.get(InfoRequest, uuid.UUID(key))
        assert request is not None
        assert "other@example.com" not in str(case.answers)
        assert "fahd@example.com" not in str(request.reply)
        assert json.loads(request.change) == {"before": "fahd@example.com", "after": "other@example.com"}
        assert open_answers(case.id, case.answers)["email"] == "other@example.com"


def test_a_replaced_document_takes_the_place_and_the_name_of_the_first(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    first = world.case(number).answers["subject_letter"]
    key = asked(world, number, "replacement", "subject_letter", "unclear_document")
    assert reply(browser, number, **{f"file-{key}": letter("أوضح.jpg")}).status == 303
    with world.app.app_context():
        [now_] = found(number).answers["subject_letter"]
        row = db.session.get(Attachment, uuid.UUID(now_))
        assert row is not None
        assert (row.field, str(row.replaces_id), row.name) == ("subject_letter", first[0], "أوضح.jpg")
    assert "خطاب موضوع الزيارة" in world.officer().get(f"/desk/cases/{number}").html.split("أوضح.jpg")[-2][-900:]


def test_a_document_sent_for_nothing_in_the_form_is_listed_in_the_summary(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    key = asked(world, number, "document", "other", "missing_document", "صورة الصك")
    assert reply(browser, number, **{f"file-{key}": letter("صك.jpg")}).status == 303
    with world.app.app_context():
        snapshot = papers.summary_snapshot(found(number), "ar")
    assert [file["name"] for file in snapshot["later_files"]] == ["صك.jpg"]
    assert [file["name"] for file in snapshot["files"]] == ["خطاب.jpg"]


def test_the_summary_prints_what_was_signed_and_corrections_apart_with_their_day(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    with world.app.app_context():
        signed = papers.summary_snapshot(found(number), "ar")["sections"]
    key = asked(world, number, "correction", "subject_text", "subject_unclear")
    assert reply(browser, number, **{f"value-{key}": "أطلب صرف مستحقاتي"}).status == 303
    with world.app.app_context():
        case = found(number)
        snapshot = papers.summary_snapshot(case, "ar")
        assert signed_answers(case, papers.declaration_of(case))["subject_text"] == "أطلب مساعدة في معاملتي"
        titles = [block.get("title") for block in summary_paper(snapshot, "ar")["blocks"]]
    assert snapshot["sections"] == signed
    [change] = snapshot["changes"]
    assert (change["label"], change["value"]) == ("نص موضوع الزيارة", "أطلب صرف مستحقاتي")
    assert "هـ" in change["on"]
    assert "صُحّح بعد التقديم" in titles
    assert "أطلب صرف مستحقاتي" in browser.get(f"/account/cases/{number}").html


def test_the_signed_text_is_kept_sealed_and_gives_the_printed_hash(world: World) -> None:
    number = world.file(world.citizen())
    with world.app.app_context():
        signature = db.session.scalars(select(Signature)).one()
        assert hashlib.sha256(signature.shown.encode()).hexdigest() == signature.shown_hash
        assert "أطلب مساعدة في معاملتي" in signature.shown
        assert "يقومان مقام توقيعي" in signature.shown
        assert "أطلب".encode() not in bytes(signature.shown_sealed)
        assert signature.case_id == found(number).id


@pytest.mark.parametrize("target", ["companions", "declaration", "applicant_name", "nothing"])
def test_groups_ticks_and_what_the_identity_gives_are_no_targets(world: World, target: str) -> None:
    number = world.file(world.citizen(), **COMPANION, **{"companions-0-companion_id_image": letter("سالم.jpg")})
    with pytest.raises(BadInput):
        asked(world, number, "correction", target, "companion_data")


def test_the_card_of_one_companion_can_be_replaced(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser, **COMPANION, **{"companions-0-companion_id_image": letter("سالم.jpg")})
    [row] = world.case(number).answers["companions"]
    target = f"companions.{row['_id']}.companion_id_image"
    assert f'value="replacement:{target}"' not in world.officer().get(f"/desk/cases/{number}").html
    key = asked(world, number, "replacement", target, "companion_data")
    assert "استبدل: المرافق 1: صورة هوية المرافق" in browser.get(f"/account/cases/{number}").html
    assert reply(browser, number, **{f"file-{key}": letter("أوضح.jpg")}).status == 303
    with world.app.app_context():
        [changed] = found(number).answers["companions"]
        [file] = changed["companion_id_image"]
        kept = db.session.get(Attachment, uuid.UUID(file))
        assert kept is not None
        assert (kept.row, kept.field, kept.is_identity_image) == (row["_id"], "companion_id_image", True)
        assert {**changed, "companion_id_image": 0} == {**row, "companion_id_image": 0}
    assert f'value="replacement:{target}"' in world.officer().get(f"/desk/cases/{number}").html


@pytest.mark.parametrize(("number", "words"), [("1000000008", "هذا رقم هويتك"), ("1000000024", "مذكور من قبل")])
def test_a_companion_gets_neither_the_applicants_number_nor_another_companions(
    world: World, number: str, words: str
) -> None:
    browser = world.citizen()
    second = {key.replace("-0-", "-1-"): value for key, value in COMPANION.items()}
    second |= {"companions-1-row": "2", "companions-1-companion_id": "1000000024"}
    cards = {f"companions-{row}-companion_id_image": letter("سالم.jpg") for row in (0, 1)}
    case = world.file(browser, **COMPANION, **second, **cards)
    key = asked(world, case, "correction", "companions.1.companion_id", "companion_data")
    page = reply(browser, case, **{f"value-{key}": number})
    assert page.status == 422
    assert words in page.html
