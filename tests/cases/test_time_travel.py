"""Deadlines by the calendar of an agency in another country: the last minute counts, the next one does not.

The dates are fixed, so that a weekend, a holiday and a Hijri new year lie where the test says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.calendars.hijri import to_hijri
from app.cases import clockwork, queries, requests, trail
from app.cases.asked import requests_of
from app.cases.conversation import OPEN
from app.cases.demo.past import at
from app.cases.errors import StepRefused
from app.cases.models import Case, Deadline, History
from app.cases.requests import Replies, Reply
from app.extensions import db, transaction
from app.notify.models import Message
from app.payments.models import Bill
from tests.support.robots import Robot, Walk

QATAR = ZoneInfo("Asia/Qatar")
SLUG = "veterinary_export"
# When the vet sent the reasons, and the last day that counts: five calendar days, five working days.
SENT = {
    "an ordinary week": ("2026-11-15 10:00", date(2026, 11, 20), date(2026, 11, 22)),
    "across a weekend": ("2026-11-19 13:30", date(2026, 11, 24), date(2026, 11, 26)),
    "across a holiday": ("2027-02-08 09:00", date(2027, 2, 13), date(2027, 2, 16)),
    "across a Hijri new year": ("2027-06-03 11:15", date(2027, 6, 8), date(2027, 6, 10)),
    "a minute before midnight": ("2026-11-15 23:59", date(2026, 11, 20), date(2026, 11, 22)),
    "a minute after midnight": ("2026-11-16 00:01", date(2026, 11, 21), date(2026, 11, 23)),
}
PLACES = [(name, unit) for name in SENT for unit in ("calendar", "working")]
# When the head approved, and the last day on which the fee is in time: ten calendar days, ten working days.
APPROVED = {
    "an ordinary week": ("2026-11-15 10:00", date(2026, 11, 25), date(2026, 11, 29)),
    "across a holiday": ("2027-02-03 10:00", date(2027, 2, 13), date(2027, 2, 18)),
    "across a Hijri new year": ("2027-05-30 10:00", date(2027, 6, 9), date(2027, 6, 13)),
    "a minute before midnight": ("2026-11-15 23:59", date(2026, 11, 25), date(2026, 11, 29)),
}
CASES = 30


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=QATAR).astimezone(UTC)


@pytest.fixture
def ministry(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sets how the ministry counts its days."""
    profile = app.extensions["profile"]

    def count(unit: str) -> None:
        agencies = {**profile.agencies, "ministry": replace(profile.agency("ministry"), deadline_days=unit)}
        monkeypatch.setitem(app.extensions, "profile", replace(profile, agencies=agencies))

    with app.app_context():
        yield count
        db.session.rollback()


def returned(app: Flask, sent_at: datetime, robot: Robot | None = None) -> Walk:
    """A case that went back to its owner at this moment."""
    with at(sent_at - timedelta(hours=2)):
        walk = (robot or Robot(app, app.extensions["services"][SLUG])).file()
        walk.to("in_review")
    with at(sent_at):
        walk.take("send_requests")
    return walk


def approved(app: Flask, at_moment: datetime, robot: Robot | None = None) -> Walk:
    """A case whose fee is due since this moment."""
    with at(at_moment - timedelta(hours=2)):
        walk = (robot or Robot(app, app.extensions["services"][SLUG])).file()
        walk.to("preliminarily_approved")
    with at(at_moment):
        walk.take("approve_final")
    return walk


@contextmanager
def by(text: str | datetime) -> Iterator[None]:
    with at(text if isinstance(text, datetime) else moment(text)):
        yield
        db.session.rollback()


def reply(walk: Walk) -> None:
    with transaction():
        case = queries.find_case(walk.case.address)
        assert case is not None
        replies = Replies([Reply(each.id, "تفضل") for each in requests_of(case, OPEN)])
        requests.answer(case.id, replies, by=walk.citizen, version=case.public_version)


def sms(*events: str) -> int:
    rows = select(func.count()).select_from(Message).where(Message.channel == "sms", Message.event.in_(events))
    return db.session.scalar(rows) or 0


@pytest.mark.parametrize(("name", "unit"), PLACES)
def test_the_last_minute_of_the_last_day_counts_and_the_next_one_cancels(
    app: Flask, ministry: Any, name: str, unit: str
) -> None:
    ministry(unit)
    sent, calendar_last, working_last = SENT[name]
    last = calendar_last if unit == "calendar" else working_last
    walk = returned(app, moment(sent))
    [row] = db.session.scalars(select(Deadline).where(Deadline.kind == "answer"))
    assert row.last_on == last
    with by(f"{last} 23:59:30"):
        clockwork.run_due()
        assert walk.case.stage == "in_review"
    with by(f"{last + timedelta(days=1)} 00:00:30"):
        clockwork.run_due()
        assert (walk.case.stage, walk.case.outcome) == ("cancelled", "cancelled_unanswered")
        assert sms("cancelled_uncorrected") == 1
    assert sms("return_reminder") <= 2


@pytest.mark.parametrize("name", SENT)
def test_an_answer_at_the_last_minute_is_in_time_and_one_after_midnight_is_not(
    app: Flask, ministry: Any, name: str
) -> None:
    ministry("calendar")
    sent, last, _working = SENT[name]
    in_time, late = returned(app, moment(sent)), returned(app, moment(sent))
    with by(f"{last} 23:59:30"):
        reply(in_time)
    with by(f"{last + timedelta(days=1)} 00:00:30"):
        clockwork.run_due()
        assert in_time.case.stage == "in_review"
        with pytest.raises(StepRefused):
            reply(late)


def test_the_hijri_new_year_lies_within_its_case() -> None:
    assert [to_hijri(date(2027, 6, day)).year for day in (3, 8)] == [1448, 1449]


def test_half_way_and_a_day_before_the_person_is_reminded(app: Flask, ministry: Any) -> None:
    ministry("calendar")
    returned(app, moment("2026-11-15 10:00"))
    told = []
    for hour in range(24 * 7):
        with by(moment("2026-11-15 10:30") + timedelta(hours=hour)):
            before = sms("return_reminder")
            clockwork.run_due()
            if sms("return_reminder") > before:
                told.append((moment("2026-11-15 10:30") + timedelta(hours=hour)).astimezone(QATAR).date())
    assert told == [date(2026, 11, 18), date(2026, 11, 19)]
    assert sms("cancelled_uncorrected") == 1


def test_of_the_fee_too_the_person_is_reminded_half_way_and_a_day_before(app: Flask, ministry: Any) -> None:
    ministry("calendar")
    approved(app, moment("2026-11-15 10:00"))
    told = []
    for hour in range(0, 24 * 12, 2):
        with by(moment("2026-11-15 10:30") + timedelta(hours=hour)):
            before = sms("pay_reminder")
            clockwork.run_due()
            if sms("pay_reminder") > before:
                told.append((moment("2026-11-15 10:30") + timedelta(hours=hour)).astimezone(QATAR).date())
    assert told == [date(2026, 11, 20), date(2026, 11, 24)]
    assert sms("cancelled_unpaid") == 1


def test_a_new_return_begins_five_fresh_days(app: Flask, ministry: Any) -> None:
    ministry("calendar")
    walk = returned(app, moment("2026-11-15 10:00"))
    with by("2026-11-19 10:00"):
        reply(walk)
        walk.take("send_requests")
    assert db.session.scalars(
        select(Deadline.last_on).where(Deadline.kind == "answer", Deadline.state == "open")
    ).all() == [date(2026, 11, 24)]


def test_after_three_days_of_outage_one_sweep_expires_each_case_once_with_one_sms(app: Flask, ministry: Any) -> None:
    ministry("calendar")
    robot = Robot(app, app.extensions["services"][SLUG])
    first = moment("2026-11-15 07:00")
    walks = [returned(app, first + timedelta(hours=2 * place), robot) for place in range(CASES)]
    barrier, acted = Barrier(2), []

    def sweep() -> None:
        with app.app_context():
            barrier.wait(30)
            acted.append(clockwork.run_due())
            db.session.remove()

    # The clock stood still from the first return until three days after the last day of all.
    with at(moment("2026-11-26 12:00")):
        sweepers = [Thread(target=sweep) for _ in range(2)]
        for each in sweepers:
            each.start()
        for each in sweepers:
            each.join(120)
        db.session.rollback()
        assert clockwork.run_due() == 0
    outcomes = db.session.scalars(select(Case.outcome)).all()
    assert outcomes == ["cancelled_unanswered"] * CASES
    lapses = select(History.case_id, func.count()).where(History.step == "lapse_answer").group_by(History.case_id)
    assert [count for _case, count in db.session.execute(lapses)] == [1] * CASES
    assert sms("cancelled_uncorrected") == CASES
    assert sms("return_reminder") == 0
    assert len({walk.case_id for walk in walks}) == CASES
    assert list(trail.verify()) == []


def test_two_days_of_outage_leave_one_reminder_of_two(app: Flask, ministry: Any) -> None:
    ministry("calendar")
    returned(app, moment("2026-11-15 10:00"))
    with by("2026-11-19 11:00"):
        clockwork.run_due()
    assert sms("return_reminder") == 1


def test_the_office_has_one_working_day_by_its_own_calendar(app: Flask, ministry: Any) -> None:
    ministry("calendar")
    robot = Robot(app, app.extensions["services"][SLUG])
    for filed, last in (
        ("2026-11-15 10:00", date(2026, 11, 16)),
        ("2026-11-19 10:00", date(2026, 11, 22)),
        ("2027-02-08 10:00", date(2027, 2, 10)),
    ):
        with at(moment(filed)):
            walk = robot.file()
        target = select(Deadline.last_on).where(Deadline.case_id == walk.case_id, Deadline.kind == "target")
        assert db.session.scalar(target) == last


def test_the_time_of_the_office_stands_still_while_the_owner_corrects(app: Flask, ministry: Any) -> None:
    ministry("calendar")
    walk = returned(app, moment("2026-11-15 10:00"))
    with by("2026-11-18 12:00"):
        reply(walk)
    target = select(Deadline.last_on).where(Deadline.case_id == walk.case_id, Deadline.kind == "target")
    assert db.session.scalar(target) >= date(2026, 11, 18)


@pytest.mark.parametrize("unit", ["calendar", "working"])
@pytest.mark.parametrize("name", APPROVED)
def test_the_fee_is_in_time_to_the_last_minute_of_the_tenth_day(
    app: Flask, ministry: Any, name: str, unit: str
) -> None:
    ministry(unit)
    since, calendar_last, working_last = APPROVED[name]
    last = calendar_last if unit == "calendar" else working_last
    walk = approved(app, moment(since))
    with by(f"{last} 23:59:30"):
        clockwork.run_due()
        assert walk.case.stage == "approved"
    with by(f"{last + timedelta(days=1)} 00:00:30"):
        clockwork.run_due()
        assert (walk.case.stage, walk.case.outcome) == ("cancelled", "cancelled_unpaid")
        assert sms("cancelled_unpaid") == 1
    assert db.session.scalars(select(Bill.state)).all() == ["void"]


def test_who_has_paid_at_the_last_minute_is_not_cancelled(app: Flask, ministry: Any) -> None:
    ministry("calendar")
    walk = approved(app, moment("2026-11-15 10:00"))
    with by("2026-11-25 23:59:30"):
        walk.take("pay")
        assert walk.case.stage == "issued"
    with by("2026-11-26 00:00:30"):
        clockwork.run_due()
        assert walk.case.stage == "issued"
    assert sms("cancelled_unpaid") == 0


def test_an_outage_over_both_deadlines_ends_each_case_once(app: Flask, ministry: Any) -> None:
    ministry("calendar")
    robot = Robot(app, app.extensions["services"][SLUG])
    for place in range(10):
        returned(app, moment("2026-11-20 08:00") + timedelta(hours=place), robot)
        approved(app, moment("2026-11-15 08:00") + timedelta(hours=place), robot)
    with by("2026-11-29 12:00"):
        assert clockwork.run_due() > 0
        assert clockwork.run_due() == 0
    ends = select(Case.outcome, func.count()).group_by(Case.outcome)
    assert dict(tuple(row) for row in db.session.execute(ends)) == {"cancelled_unanswered": 10, "cancelled_unpaid": 10}
    assert (sms("cancelled_uncorrected"), sms("cancelled_unpaid")) == (10, 10)
    assert sms("return_reminder", "pay_reminder") == 0
