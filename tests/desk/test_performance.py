"""Figures over time: counted from cases that really went their way, within the supervisor's scope."""

import re
from datetime import timedelta

import time_machine
from flask import Flask

from app.calendars.clock import now
from app.cases import performance, queries, steps
from app.cases.context import profile
from app.cases.conversation import Rating
from app.cases.performance import Report
from app.extensions import db, transaction
from app.identity.actors import Actor, Grant
from app.kit.roles import Role
from tests.support.world import MUNICIPALITY, TRANSACTION, World

SLUG = "general_transaction"
OVERSEER = Grant(Role.SUPERVISOR, agency="municipality")


def filed(world: World, place: int, days_ago: float) -> str:
    with time_machine.travel(now() - timedelta(days=days_ago), tick=True):
        return world.file(world.citizen(f"10000{place:05}"), SLUG, **TRANSACTION)


def take(world: World, number: str, step: str, by: Actor, **more: object) -> None:
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=None, **more)  # type: ignore[arg-type]


def answered(world: World, number: str, stars: int, days_ago: float) -> None:
    officer = world.actor(MUNICIPALITY)
    with time_machine.travel(now() - timedelta(days=days_ago), tick=True):
        take(world, number, "start_review", officer)
        take(world, number, "register", officer)
        take(world, number, "answer_transaction", officer, inputs={"text": "تم"})
        with world.app.app_context(), transaction():
            case = queries.find_case(number)
            assert case is not None
            db.session.add(Rating(case_id=case.id, service=SLUG, stars=stars))


def reported(world: World, *grants: Grant, days: int = 30) -> Report:
    actor = Actor(kind="staff", grants=grants)
    with world.app.app_context():
        return performance.report(actor, days, profile().agency("municipality").zone)


def test_each_figure_is_counted_from_what_happened(app: Flask) -> None:
    world = World(app)
    early, late, older = filed(world, 1, 20), filed(world, 2, 25), filed(world, 3, 40)
    filed(world, 4, 0)
    answered(world, early, 5, 18)
    answered(world, late, 2, 5)
    answered(world, older, 1, 35)
    report = reported(world, OVERSEER)
    (line,) = report.lines
    assert (line.service, line.filed, line.ended) == (SLUG, 3, 2)
    # One was answered in two days, one in twenty; the third was filed today, and its five working days run.
    assert (line.judged, line.kept) == (2, 1)
    assert (line.votes, line.stars) == (2, 3.5)
    assert line.median_days is not None
    assert 10 < line.median_days < 12
    assert report.ages == {1: 1, 3: 0, 7: 0, 14: 0, 30: 0, None: 0}
    assert report.ratings == {5: 1, 4: 0, 3: 0, 2: 1, 1: 0}
    assert (sum(week.filed for week in report.weeks), sum(week.ended for week in report.weeks)) == (3, 2)
    assert report.weeks[-1].filed == 1
    assert reported(world, OVERSEER, days=90).lines[0].filed == 4


def test_nobody_counts_beyond_his_scope(app: Flask) -> None:
    world = World(app)
    filed(world, 1, 1)
    assert reported(world, Grant(Role.SUPERVISOR, agency="emirate")).lines == []
    assert reported(world, Grant(Role.SUPERVISOR, agency="emirate")).ages[3] == 0
    assert len(reported(world, Grant(Role.AUDITOR)).lines) == 1


def test_a_supervisor_finds_the_figures_from_the_overview(app: Flask) -> None:
    world = World(app)
    desk = world.officer(OVERSEER)
    assert "لم يُقدَّم شيء في هذه المدة" in desk.get("/desk/performance").html
    answered(world, filed(world, 1, 3), 4, 2)
    assert 'href="/desk/performance"' in desk.get("/desk/overview").html
    page = desk.get("/desk/performance?days=90").html
    assert re.search(r'<option value="90" selected>', page)
    assert "1 من 1" in page
    assert "المعاملات" in page
    assert "How services do" in desk.get("/en/desk/performance?days=x").html
    assert world.officer(MUNICIPALITY, email="officer2@example.test").get("/desk/performance").status == 403
