"""The clock of a case in words, tone and share of the office hours, the same in the queue and on its page."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.blueprints.desk import clock
from app.calendars.working import working_time
from app.cases.context import agency_of, calendar_of
from app.cases.models import Case, Deadline
from app.extensions import db
from app.kit import profile
from tests.support.declared import SERVICES
from tests.support.robots import Robot
from tests.support.world import Desk, World

SUNDAY = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


def at(day: int, hour: int = 0) -> datetime:
    """So many days after the Sunday on which an office opened, and so many hours."""
    return SUNDAY + timedelta(days=day, hours=hour)


@pytest.mark.parametrize(
    ("now", "waiting", "expected"),
    [
        (at(0), False, ("", "بقيت 3 أيام عمل", 0)),
        (at(1), False, ("", "بقي يوما عمل", 25)),
        (at(2), False, ("warn", "بقي يوم عمل واحد", 50)),
        (at(3), False, ("warn", "تنتهي المهلة اليوم", 75)),
        (at(2), True, ("off", "متوقف بانتظار صاحب الطلب", 50)),
        (at(7), False, ("bad", "تأخر: يوما عمل", 100)),
        (at(-1), False, ("", "بقيت 4 أيام عمل", 0)),
    ],
)
def test_a_clock_says_how_much_of_the_target_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch, now: datetime, waiting: bool, expected: tuple[str, str, int]
) -> None:
    """Filed as the office opens on a Sunday, to be done by the end of Wednesday; Friday and Saturday are no days."""
    number = world.file(world.citizen())
    monkeypatch.setattr(clock, "now", lambda: now)
    with world.app.test_request_context():
        case = db.session.merge(world.case(number))
        case.filed_at = SUNDAY
        target = calendar_of(agency_of(case)).end_of_day(at(3).date())
        assert clock.clock_of(case, target, waiting=waiting) == expected
        assert clock.clock_of(case, None, waiting=waiting) is None


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0, ("warn", "بقي يوم واحد", 0)),
        (14, ("warn", "تنتهي المهلة اليوم", 50)),
        (28, ("bad", "تأخر: يوم واحد", 100)),
        (76, ("bad", "تأخر: 3 أيام", 100)),
    ],
)
def test_where_somebody_is_on_duty_on_holidays_its_days_are_those_of_the_calendar(
    open_app: Flask, monkeypatch: pytest.MonkeyPatch, hours: int, expected: tuple[str, str, int]
) -> None:
    """Filed on a Thursday at eight in the evening, to be done by the end of Friday, which is no working day."""
    thursday = at(4, 12) + timedelta(minutes=30)
    case = Robot(open_app, SERVICES["death_services"]).file(0).case
    target = calendar_of(agency_of(case)).end_of_day(at(5).date())
    monkeypatch.setattr(clock, "now", lambda: thursday + timedelta(hours=hours))
    with open_app.test_request_context():
        case = db.session.merge(case)
        case.filed_at = thursday
        assert clock.clock_of(case, target, waiting=False) == expected


def test_the_clocks_of_many_cases_show_the_share_of_office_hours_that_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filed and due at any minute of the weeks around any moment, on working days or not."""
    dice = random.Random(1448)
    agencies = profile.load(profile.DEMO).agencies.values()
    for agency in [*agencies] * 5:
        moment = SUNDAY + minutes(dice, days=14)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        clocks, calendar = clock.Clocks(agency), calendar_of(agency)
        for _row in range(20):
            filed, target = moment - minutes(dice, days=20), moment + minutes(dice, days=20)
            shown = clocks.of(filed, clocks.day_of(filed), target, waiting=False)
            gone, left = working_time(filed, moment, calendar), working_time(moment, target, calendar)
            assert shown == clock.Clocks(agency).of(filed, clocks.day_of(filed), target, waiting=False)
            assert shown is not None
            assert shown.percent == (min(99, round(100 * (gone / (gone + left)))) if gone + left else 0)


def minutes(dice: random.Random, *, days: int) -> timedelta:
    return timedelta(minutes=dice.randrange(1, days * 24 * 60))


def test_a_late_case_is_late_in_the_queue_and_on_its_page(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    with world.app.app_context():
        case = world.case(number).id
        filed = Case.filed_at - timedelta(days=30)
        db.session.execute(update(Case).where(Case.id == case).values(filed_at=filed))
        due = {"due_at": Deadline.due_at - timedelta(days=30), "last_on": Deadline.last_on - timedelta(days=30)}
        db.session.execute(update(Deadline).where(Deadline.case_id == case, Deadline.kind == "target").values(due))
        db.session.commit()
    row, page = desk.get("/desk").html, desk.get(f"/desk/cases/{number}").html
    printed = number.replace("-", "/")
    for html, about in ((row, f" {printed}"), (page, "")):
        assert '<span class="sla sla-bad">\n<span>تأخر: ' in html
        assert f'<meter min="0" max="100" value="100" aria-label="المنقضي من المهلة{about}">100%</meter>' in html
