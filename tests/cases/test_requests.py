"""What is asked of the citizen: one notice, a last day, and the clock that cancels after it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.calendars.clock import now
from app.cases import clockwork, queries, requests
from app.cases.conversation import ThreadEntry
from app.cases.errors import RequestsOpen
from app.cases.models import Deadline
from app.extensions import db, transaction
from tests.support.steps import ASKED, ask, sms, take
from tests.support.world import World


def test_requests_go_out_as_one_notice_and_block_the_decision(world: World) -> None:
    browser, officer = world.citizen(), world.actor()
    number = world.file(browser)
    take(world, number, "start_review", officer)
    letter = {"kind": "replacement", "target": "subject_letter", "reason": "unclear_document", "text": ""}
    ask(world, number, officer, letter, {**ASKED, "text": "ما موضوعك؟"}, send=False)
    assert "ما موضوعك" not in browser.get(f"/account/cases/{number}").html
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        requests.send(case.id, by=officer, version=case.version)
    assert sms(world) == ["submitted", "started", "asked"]
    page = browser.get(f"/account/cases/{number}")
    assert "ما موضوعك" in page.html
    with pytest.raises(RequestsOpen):
        take(world, number, "refuse", officer, reasons=["no_slots"])


def test_the_clock_cancels_after_the_last_day_and_only_once(world: World) -> None:
    number, officer = world.file(world.citizen()), world.actor()
    take(world, number, "start_review", officer)
    ask(world, number, officer, {"kind": "document", "target": "other", "reason": "missing_document", "text": "صك"})
    with world.app.app_context():
        assert clockwork.run_due() == 0
        with transaction():
            db.session.execute(
                update(Deadline).where(Deadline.kind == "answer").values(due_at=now() - timedelta(seconds=1))
            )
        assert clockwork.run_due() == 1
        assert clockwork.run_due() == 0
    case = world.case(number)
    assert (case.stage, case.outcome) == ("cancelled", "cancelled_unanswered")
    assert sms(world).count("cancelled_unanswered") == 1


def test_an_answer_returns_the_case_and_keeps_the_deadline_quiet(world: World) -> None:
    browser, officer = world.citizen(), world.actor()
    number = world.file(browser)
    take(world, number, "start_review", officer)
    (key,) = ask(world, number, officer)
    page = browser.get(f"/account/cases/{number}")
    empty = browser.post(f"/account/cases/{number}/answer", {"version": page.field("version"), f"text-{key}": ""})
    assert empty.status == 422
    sent = browser.post(
        f"/account/cases/{number}/answer", {"version": page.field("version"), f"text-{key}": "في شهر محرم"}
    )
    assert sent.status == 303
    with world.app.app_context():
        assert db.session.scalar(select(Deadline.state).where(Deadline.kind == "answer")) == "met"
        assert "في شهر محرم" in db.session.scalars(select(ThreadEntry.body)).all()


def test_more_time_is_asked_of_the_officer_and_given_by_his_step(world: World) -> None:
    browser, officer = world.citizen(), world.actor()
    number = world.file(browser)
    take(world, number, "start_review", officer)
    ask(world, number, officer)
    with world.app.app_context():
        first = db.session.scalar(select(Deadline.last_on).where(Deadline.kind == "answer", Deadline.state == "open"))
    assert browser.post(f"/account/cases/{number}/extension").status == 303
    assert "أطلب تمديد مهلة الرد" in browser.get(f"/account/cases/{number}").html
    take(world, number, "extend", officer, inputs={"days": "3"})
    with world.app.app_context():
        later = db.session.scalar(select(Deadline.last_on).where(Deadline.kind == "answer", Deadline.state == "open"))
    assert first is not None
    assert later is not None
    assert (later - first).days == 3
    assert sms(world)[-1] == "extended"


def test_who_asks_for_time_loses_no_word_and_asks_once(world: World) -> None:
    browser, officer = world.citizen(), world.actor()
    number = world.file(browser)
    take(world, number, "start_review", officer)
    ask(world, number, officer)
    key = re.findall(r'name="text-([0-9a-f-]{36})"', browser.get(f"/account/cases/{number}").html)[0]
    page = browser.post(f"/account/cases/{number}/extension", {f"text-{key}": "نصف الجواب"})
    assert page.status == 200
    assert "نصف الجواب" in page.html
    assert f"/account/cases/{number}/extension" not in page.html
    browser.post(f"/account/cases/{number}/extension")
    with world.app.app_context():
        said = db.session.scalars(select(ThreadEntry.body).where(ThreadEntry.author_kind == "citizen")).all()
    assert len(said) == 1
    take(world, number, "extend", officer, inputs={"days": "3"})
    assert f"/account/cases/{number}/extension" in browser.get(f"/account/cases/{number}").html
