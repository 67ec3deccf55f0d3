"""The time that lies with the citizen: counted from the first open request to its end, however it ends."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.calendars.clock import now
from app.calendars.offices import AgencyCalendar
from app.cases import deadlines, requests, timing
from app.cases.asked import requests_of
from app.cases.context import agency_of, calendar_of
from app.cases.demo.past import at
from app.cases.models import Deadline
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.kit.roles import Role
from tests.cases.test_desk_steps import take
from tests.cases.test_replies import asked, found, reply
from tests.support.robots import Robot
from tests.support.world import Browser, World

SUPERVISOR = Grant(Role.SUPERVISOR, agency="emirate")


def withdraw(world: World, number: str, key: str) -> None:
    with world.app.app_context(), transaction():
        case = found(number)
        requests.discard(case.id, uuid.UUID(key), by=world.actor(), version=case.version)


def target(world: World, number: str) -> date:
    with world.app.app_context():
        row = deadlines.open_deadline(found(number), "target")
        assert row is not None
        return row.last_on


def working_days(calendar: AgencyCalendar, since: date, until: date) -> int:
    """How many working days come after `since`, up to and with `until`."""
    return sum(calendar.is_working_day(since + timedelta(days=step + 1)) for step in range((until - since).days))


def test_the_citizen_reads_that_something_asked_was_withdrawn(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    key = asked(world, number, "answer", "other", "needs_explanation", "متى؟")
    page = browser.get(f"/account/cases/{number}")
    withdraw(world, number, key)
    assert "سُحب ما طُلب منك" in browser.get(f"/account/cases/{number}").html
    sent: Any = {"version": page.field("version"), f"text-{key}": "في شهر محرم"}
    assert browser.post(f"/account/cases/{number}/answer", sent).status == 409


def test_waiting_ends_when_the_last_open_request_is_withdrawn(world: World) -> None:
    number = world.file(world.citizen())
    before = target(world, number)
    key = asked(world, number, "answer", "other", "needs_explanation", "متى؟")
    with world.app.app_context(), at(now() + timedelta(days=10)):
        withdraw(world, number, key)
    after = target(world, number)
    with world.app.app_context():
        case = found(number)
        [pause] = timing.pauses_of(case)
        calendar = calendar_of(agency_of(case))
        promised = working_days(calendar, calendar.day_of(case.filed_at), before)
        assert promised > 0
        assert working_days(calendar, calendar.day_of(pause.end), after) == promised
        assert timedelta(days=9, hours=23) < pause.end - pause.start < timedelta(days=10, hours=1)
        case.closed_at = case.filed_at + timedelta(days=40)
        assert 29.9 < timing.spent_days(case, requests_of(case)) < 30.1
        db.session.rollback()


def test_an_answer_ends_the_waiting_too(world: World) -> None:
    browser: Browser = world.citizen()
    number = world.file(browser)
    key = asked(world, number, "answer", "other", "needs_explanation", "متى؟")
    assert reply(browser, number, **{f"text-{key}": "غدًا"}).status == 303
    with world.app.app_context():
        assert len(timing.pauses_of(found(number))) == 1


def test_a_reopened_case_has_a_target_again(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    take(world, number, "start_review", world.actor())
    take(world, number, "refuse", world.actor(), reasons=["no_slots"])
    browser.post(f"/account/cases/{number}/appeal", {"subject": "الرفض", "grounds": "لم تُقرأ حجتي"})
    desk = world.officer(SUPERVISOR, email="supervisor@example.com")
    page = desk.get(f"/desk/appeals/{number}")
    values = {"version": page.field("version"), "outcome": "accepted", "answer": "قرأنا حجتك"}
    assert desk.post(f"/desk/appeals/{number}", values).status == 303
    with world.app.app_context():
        kinds = db.session.scalars(select(Deadline.kind).where(Deadline.state == "open")).all()
    assert kinds == ["target"]


def test_what_the_office_needed_ends_with_its_decision_not_with_the_certificate(app: Flask) -> None:
    with app.app_context():
        robot = Robot(app, app.extensions["services"]["veterinary_export"])
        begun = now()
        walk = robot.file()
        with at(begun + timedelta(hours=12)):
            walk.to("preliminarily_approved")
            walk.take("approve_final")
        with at(begun + timedelta(days=3)):
            walk.take("pay")
        with at(begun + timedelta(days=5)):
            walk.take("revoke")
        assert walk.case.closed_at is not None
        assert walk.case.spent_days == pytest.approx(0.5, abs=0.05)
        db.session.rollback()
