"""The demo people and cases: made once, told through the operations, and true to the demo sign-in."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.appointments.models import Booking
from app.calendars.clock import now, today
from app.cases import clockwork, papers, queries, trail
from app.cases.conversation import Appeal, InfoRequest, Rating, ThreadEntry
from app.cases.demo import bulk, load, people, stories
from app.cases.demo.people import TOLD
from app.cases.models import Case, History
from app.extensions import db, transaction
from app.identity.models import Person, RoleGrant, Staff
from app.jobs import retention
from app.kit import profile as profiles
from app.kit.fields import Wrong
from app.notify.models import Message, State
from tests.support import database, furnished

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


TABLES = (Case, History, Message, ThreadEntry, Staff, RoleGrant, Booking)


@dataclass(frozen=True)
class Found:
    """What lay in the database after the demo was loaded, once for all tests of this file."""

    told: tuple[int, int]
    counts: tuple[list[int | None], list[int | None]]
    cases: list[Case]
    moments: dict[str, list[datetime]]
    bookings: list[tuple[str, date]]
    faults: list[str]
    sent: set[str]
    due: int
    ratings: int | None
    appeals: int | None
    requests: set[str]
    roles: set[str]
    at: datetime


@pytest.fixture(scope="module")
def found(app: Flask, owner_connection: Any) -> Iterator[Found]:
    furnished.clear(owner_connection)
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["demo", "load"])
        assert done.exit_code == 0, done.output
        told, counts = int(done.output.split()[0]), _counts()
        db.session.remove()
        # A portal that has run for a while has forgotten what it keeps for some days only.
        retention.forget()
        again, counts_again = load.load(), _counts()
        due, faults = clockwork.run_due(), list(trail.verify())
        cases = list(db.session.scalars(select(Case)).unique())
        result = Found(
            (told, again),
            (counts, counts_again),
            cases,
            {case.number: [row.at for row in queries.history_of(case)] for case in cases},
            [(each.state, each.on_day) for each in db.session.scalars(select(Booking)).unique()],
            faults,
            set(db.session.scalars(select(Message.state))),
            due,
            db.session.scalar(select(func.count()).select_from(Rating)),
            db.session.scalar(select(func.count()).select_from(Appeal)),
            set(db.session.scalars(select(InfoRequest.state))),
            set(db.session.scalars(select(RoleGrant.role))),
            now(),
        )
        db.session.remove()
    yield result
    database.empty(owner_connection)


def _counts() -> list[int | None]:
    return [db.session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def test_cases_stand_in_every_state_that_a_person_may_see(found: Found) -> None:
    outcomes = {case.outcome for case in found.cases if case.closed_at}
    assert {"attended", "refused", "cancelled_by_citizen", "cancelled_unanswered", "answered"} <= outcomes
    stages = {case.stage for case in found.cases}
    assert {"submitted", "in_review", "preliminarily_approved", "approved", "issued"} <= stages
    assert {case.service for case in found.cases} == set(profiles.load(profiles.DEMO).services)
    acts = [act["do"] for story in stories.TOLD for act in story["acts"]]
    assert (found.ratings, found.appeals) == (acts.count("rate"), acts.count("appeal"))
    assert {"open", "answered", "lapsed"} <= found.requests
    assert "department_officer" in found.roles


def test_the_past_of_a_told_case_lies_in_the_past_in_order_and_its_chain_holds(found: Found) -> None:
    assert found.faults == []
    for case in found.cases:
        moments = found.moments[case.number]
        assert moments == sorted(moments)
        assert moments[0] - case.filed_at < timedelta(seconds=5)
        assert moments[-1] <= found.at
    assert (found.at - min(min(each) for each in found.moments.values())).days >= 40


def test_somebody_is_expected_on_the_next_open_days_and_somebody_did_not_come(found: Found) -> None:
    ahead = sorted(day for state, day in found.bookings if state == "booked")
    assert len(ahead) == 3
    assert ahead[0] >= today("Asia/Riyadh")
    assert {"attended", "no_show"} <= {state for state, _day in found.bookings}


def test_telling_twice_changes_nothing(found: Found) -> None:
    assert found.told == (len(stories.TOLD), 0)
    assert found.counts[0] == found.counts[1]


def test_no_telephone_rings_for_what_is_past_and_the_clock_finds_nothing_to_do(found: Found) -> None:
    assert found.sent == {State.DELIVERED}
    assert found.due == 0


def test_the_clock_is_set_back_after_telling(found: Found) -> None:
    assert abs((now() - datetime.now(UTC)).total_seconds()) < 5


def test_a_story_that_forgets_an_answer_is_refused(app: Flask) -> None:
    with app.app_context():
        with transaction():
            citizens, staff = people.load_people(), people.load_staff()
        incomplete = {**stories.TOLD[0], "answers": {"applicant_sector": "individual"}}
        with pytest.raises((Wrong, AttributeError, TypeError)):
            stories.tell(incomplete, citizens, staff)
        assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_production_has_no_demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], portal_env="production"))
    done = app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 1
    assert "not for production" in done.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Staff)) == 0


def test_synthetic_cases_look_like_filed_ones(app: Flask) -> None:
    with app.app_context():
        assert bulk.load(60) == 60
        assert bulk.load(20) == 20
        assert list(trail.verify()) == []
        assert len(set(db.session.execute(select(Case.year, Case.serial)).all())) == 80
        assert db.session.scalar(select(func.count()).select_from(Person)) == 20
        registered = select(Case.agency, Case.transaction_year, Case.transaction_number).where(
            Case.transaction_number.is_not(None)
        )
        found = db.session.execute(registered).all()
        assert len(set(found)) == len(found) > 10
        case = db.session.scalars(select(Case).limit(1)).one()
        assert papers.parts_of(case, "ar")[0].lines[0].label
