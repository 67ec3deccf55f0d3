"""The demo people and cases: made once, told through the operations, and true to the demo sign-in."""

import tomllib
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.appointments.models import Booking
from app.calendars import clock
from app.calendars.clock import now, today
from app.cases import clockwork, queries, trail
from app.cases.conversation import Appeal, InfoRequest, Rating, ThreadEntry
from app.cases.demo import load
from app.cases.demo.people import TOLD
from app.cases.models import Case, History
from app.extensions import db, transaction
from app.identity.models import RoleGrant, Staff
from app.kit.fields import Wrong
from app.notify.models import Message, State

SANDBOX = tomllib.loads((Path(__file__).parents[2] / "sandbox" / "people.toml").read_text("utf-8"))


def test_the_demo_people_are_those_of_the_demo_sign_in() -> None:
    known = {each["key"]: each for each in SANDBOX["citizens"]}
    for key, told in TOLD["citizens"].items():
        assert told["number"] == known[key]["national_id"]
        assert told["mobile"] == known[key]["phone_number"]
        for name in ("id_type", "name_ar", "name_en", "birthdate", "birthdate_hijri", "email", "gender", "nationality"):
            assert told.get(name) == known[key].get(name), (key, name)


def test_every_member_of_the_demo_staff_but_the_stranger_has_a_role() -> None:
    known = {each["email"]: each for each in SANDBOX["staff"] if each["key"] != "stranger"}
    told = {each["email"]: each for each in TOLD["staff"].values()}
    assert told.keys() == known.keys()
    for email, each in told.items():
        assert (each["number"], each["name"]) == (known[email]["national_id"], known[email]["name"])


@pytest.fixture
def told(app: Flask) -> Flask:
    with app.app_context():
        assert load.load() == 16
    return app


def test_cases_stand_in_every_state_that_a_person_may_see(told: Flask) -> None:
    with told.app_context():
        cases = db.session.scalars(select(Case)).unique().all()
        outcomes = {case.outcome for case in cases if case.closed_at}
        assert {"attended", "refused", "cancelled_by_citizen", "cancelled_unanswered", "answered"} <= outcomes
        assert {"submitted", "in_review", "approved"} <= {case.stage for case in cases}
        assert {case.service for case in cases} == set(told.extensions["services"])
        assert db.session.scalar(select(func.count()).select_from(Rating)) == 4
        assert db.session.scalar(select(func.count()).select_from(Appeal)) == 1
        assert {"open", "answered", "lapsed"} <= set(db.session.scalars(select(InfoRequest.state)))
        assert "department_officer" in set(db.session.scalars(select(RoleGrant.role)))


def test_the_past_of_a_told_case_lies_in_the_past_in_order_and_its_chain_holds(told: Flask) -> None:
    with told.app_context():
        assert list(trail.verify()) == []
        for case in db.session.scalars(select(Case)).unique():
            moments = [row.at for row in queries.history_of(case)]
            assert moments == sorted(moments)
            assert moments[0] == case.filed_at
            assert moments[-1] <= now()
        oldest = db.session.scalar(select(func.min(History.at)))
        assert oldest is not None
        assert (now() - oldest).days >= 40


def test_somebody_is_expected_on_the_next_open_days_and_somebody_did_not_come(told: Flask) -> None:
    with told.app_context():
        bookings = db.session.scalars(select(Booking)).unique().all()
        day = today(bookings[0].calendar.zone)
        ahead = sorted(each.on_day for each in bookings if each.state == "booked")
        assert len(ahead) == 3
        assert ahead[0] >= day
        assert {"attended", "no_show"} <= {each.state for each in bookings}


def test_telling_twice_changes_nothing(told: Flask) -> None:
    tables = (Case, History, Message, ThreadEntry, Staff, RoleGrant, Booking)
    with told.app_context():
        before = [db.session.scalar(select(func.count()).select_from(table)) for table in tables]
        assert load.load() == 0
        assert [db.session.scalar(select(func.count()).select_from(table)) for table in tables] == before


def test_no_telephone_rings_for_what_is_past_and_the_clock_finds_nothing_to_do(told: Flask) -> None:
    with told.app_context():
        assert set(db.session.scalars(select(Message.state))) == {State.DELIVERED}
        assert clockwork.run_due() == 0


def test_the_clock_is_set_back_after_telling(told: Flask) -> None:
    assert abs((now() - clock.datetime.now(clock.UTC)).total_seconds()) < 5


def test_a_story_that_forgets_an_answer_is_refused(app: Flask) -> None:
    from app.cases.demo import people, stories

    with app.app_context():
        with transaction():
            citizens, staff = people.load_people(), people.load_staff()
        incomplete = {**stories.TOLD[0], "answers": {"applicant_sector": "individual"}}
        with pytest.raises((Wrong, AttributeError, TypeError)):
            stories.tell(incomplete, citizens, staff)
        assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_production_has_no_demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], portal_env="production"))
    done = app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 1
    assert "not for production" in done.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Staff)) == 0


def test_synthetic_cases_look_like_filed_ones(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["demo", "load", "--cases", "60"])
    assert done.exit_code == 0, done.output
    assert "60 synthetic cases" in done.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 76
        assert list(trail.verify()) == []
        numbers = db.session.execute(select(Case.year, Case.serial)).all()
        assert len(set(numbers)) == 76
        registered = select(Case.agency, Case.transaction_year, Case.transaction_number).where(
            Case.transaction_number.is_not(None)
        )
        found = db.session.execute(registered).all()
        assert len(set(found)) == len(found) > 10
