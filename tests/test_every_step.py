"""Every step of every service: a robot takes it in every role, every other hand is refused without a trace."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.cases import policy, queries, trail
from app.cases.conversation import ThreadEntry
from app.cases.models import Deadline, History
from app.cases.steps import move
from app.extensions import db, transaction
from app.kit.approvals import FIRST, SECOND
from app.kit.errors import Refused
from app.kit.workflow import Stage
from app.notify.models import Message
from tests.support.declared import SERVICES
from tests.support.robots import Robot, Walk, wrong_hands

SLUGS = sorted(SERVICES)
STAGES = [(slug, stage) for slug in SLUGS for stage in sorted(SERVICES[slug].workflow.stages - {Stage.DRAFT})]
STEPS = [
    (slug, step.name, step.from_stage, role)
    for slug in SLUGS
    for step in SERVICES[slug].workflow.steps
    if step.from_stage != Stage.DRAFT
    for role in step.by
]
WORKING = (History, Message, ThreadEntry, Deadline)
COUNTED = select(*(select(func.count()).select_from(table).scalar_subquery() for table in WORKING))


@pytest.mark.parametrize(("slug", "name", "stage", "role"), STEPS)
def test_a_robot_takes_every_step_in_every_role(open_app: Flask, slug: str, name: str, stage: str, role: str) -> None:
    step = SERVICES[slug].workflow.find(name, stage)
    assert step is not None
    walk = Robot(open_app, SERVICES[slug]).file(when=step.when)
    walk.to(stage)
    walk.take(name, role)
    row = queries.history_of(walk.case)[-1]
    assert (row.step, row.to_stage, walk.case.stage) == (name, step.to, step.to)
    assert row.hidden == step.hidden
    assert list(trail.verify()) == []


@pytest.mark.parametrize(("slug", "stage"), STAGES)
def test_every_other_step_and_every_wrong_hand_is_refused_without_a_trace(
    open_app: Flask, slug: str, stage: str
) -> None:
    walk = Robot(open_app, SERVICES[slug]).file()
    walk.to(stage)
    attempts = list(_attempts(walk, stage))
    before = _trace(walk)
    for name, actor in attempts:
        with pytest.raises(Refused), transaction():
            move(walk.case_id, name, by=actor, version=None)
        assert _trace(walk) == before, (name, actor.kind, actor.roles)


def _attempts(walk: Walk, stage: str) -> Iterator[tuple[str, Any]]:
    workflow = walk.workflow
    for step in workflow.steps:
        if workflow.find(step.name, stage) is None:
            yield from ((step.name, walk.actor(role)) for role in step.by)
        elif step.from_stage == stage:
            yield from ((step.name, actor) for actor in wrong_hands(walk, step))


def _trace(walk: Walk) -> tuple[Any, ...]:
    db.session.expire_all()
    case = walk.case
    counts = db.session.execute(COUNTED).one()
    return (case.stage, case.version, case.public_version, case.touched_at, *counts)


# A first person who finds it right while the citizen may still be asked.
FOUND = [
    slug
    for slug in SLUGS
    for step in SERVICES[slug].workflow.steps
    if step.name == FIRST and step.from_stage == step.to and SERVICES[slug].certificate
]


@pytest.mark.parametrize("slug", FOUND)
def test_no_paper_is_issued_for_answers_that_came_after_the_first_approval(open_app: Flask, slug: str) -> None:
    walk = Robot(open_app, SERVICES[slug]).file()
    walk.to(Stage.IN_REVIEW)
    walk.take(FIRST)
    walk.take("answer")
    assert FIRST not in policy.steps_taken(walk.case)
    walk.take(SECOND)
    assert [row.step for row in queries.history_of(walk.case)].count(FIRST) == 2
