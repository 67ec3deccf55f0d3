"""What was typed into a form that came after its session had ended stands behind one button after the sign-in."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from app.calendars.clock import now
from app.cases.conversation import Draft, ThreadEntry
from app.cases.models import Case
from app.extensions import db
from app.identity.late_forms import LateForm, sweep
from tests.support import signed_in
from tests.support.world import TRANSACTION, Browser, Desk, Page, World

WORDS = "أرجو إفادتي بموعد الانتهاء"


def kept_address(answer: Page) -> str:
    found = re.search(r"next=((?:/desk)?/kept/[0-9a-f-]+)", answer.location)
    assert found, answer.location
    return found[1]


def send_again(browser: Browser, kept: Page) -> Page:
    """Press the one button of the page."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', kept.html))
    action = re.search(r'<form class="mt" action="([^"]+)"', kept.html)
    assert action
    return Page(browser.client.post(action[1], data=fields))


def late(browser: Browser, path: str, minutes: int, page: str, **fields: str) -> Page:
    token = browser.token(page)
    with time_machine.travel(now() + timedelta(minutes=minutes), tick=False):
        return Page(browser.client.post(path, data={"csrf_token": token, **fields}))


def test_a_citizens_message_is_sent_after_signing_in_again(app: Flask) -> None:
    world = World(app)
    number = world.file(world.citizen())
    page = f"/account/cases/{number}"
    answer = late(world.citizen(), f"{page}/messages", 45, page, message=WORDS)
    again = world.citizen()
    kept = again.get(kept_address(answer))
    assert kept.field("message") == WORDS
    assert send_again(again, kept).status == 303
    with app.app_context():
        assert WORDS in db.session.scalars(select(ThreadEntry.body)).all()


def test_an_officers_words_are_there_after_signing_in_again(app: Flask) -> None:
    world = World(app)
    number, desk = world.file(world.citizen()), world.officer()
    page = f"/desk/cases/{number}"
    answer = late(desk, f"{page}/messages", 20, page, text=WORDS, kind="note")
    again: Browser = Desk(signed_in.staff_browser(app, signed_in.member(app)))
    kept = again.get(kept_address(answer))
    assert kept.field("text") == WORDS
    assert 'class="staff' in kept.html or "staff-bar" in kept.html
    assert send_again(again, kept).status == 303
    assert WORDS in again.get(page).html


def test_a_kept_form_is_its_owners_for_an_hour_and_lies_sealed(app: Flask) -> None:
    world = World(app)
    answer = late(world.citizen(), "/account/profile", 45, "/account/profile", mobile="", email="secret@example.com")
    address = kept_address(answer)
    assert world.citizen("1000000016").get(address).status == 404
    assert world.officer().get(f"/desk{address}").status == 404
    with app.app_context():
        assert "secret" not in str(db.session.execute(text("SELECT late_form::text FROM late_form")).all())
    assert world.citizen().get(address).status == 200
    with time_machine.travel(now() + timedelta(minutes=106), tick=False), app.app_context():
        assert (sweep(), db.session.scalars(select(LateForm)).all()) == (1, [])


def test_only_the_newest_forms_of_an_owner_are_kept(app: Flask) -> None:
    citizen = World(app).citizen()
    token = citizen.token("/account/profile")
    with time_machine.travel(now() + timedelta(minutes=45)):
        for turn in range(13):
            citizen.client.post("/account/profile", data={"csrf_token": token, "email": f"{turn}@example.com"})
    with app.app_context():
        assert len(db.session.scalars(select(LateForm)).all()) == 10


def test_a_session_that_has_ended_makes_no_drafts_without_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.blueprints.apply.keeping.MOST", 2)
    citizen, path = World(app).citizen(), "/services/general_transaction/apply"
    for subject in ("one", "two", "three"):
        answer = late(citizen, path, 45, path, subject=subject)
    assert World(app).citizen().get(kept_address(answer)).field("subject") == "three"
    with app.app_context():
        assert len(db.session.scalars(select(Draft)).all()) == 2


def test_whom_a_service_is_not_meant_for_comes_by_no_draft_and_files_none(app: Flask) -> None:
    world, path = World(app), "/services/general_transaction/apply"
    visitor = {"id_type": "visitor"}
    answer = late(world.citizen(**visitor), path, 45, "/account", **TRANSACTION, action="draft")
    again = world.citizen(**visitor)
    assert send_again(again, again.get(kept_address(answer))).status == 403
    # One that he began when he was still another kind of person.
    check = world.citizen().post(path, {**TRANSACTION, "action": "check"}).location
    again = world.citizen(**visitor)
    assert again.post(check, {"token": again.get(check).field("token"), "declaration": "yes"}).status == 403
    with app.app_context():
        assert db.session.scalars(select(Case)).unique().all() == []
