"""Pairs who decide about the same case in the same moment: exactly one of each wins, the other is told.

Forty pairs in every run, two hundred in `make faults`.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, func, select

from app.cases import requests, steps, trail
from app.cases.models import History
from app.extensions import db, transaction
from app.identity.actors import Actor, Grant
from app.identity.models import identity_key
from app.kit.errors import Refused
from app.kit.roles import Role
from tests.support import signed_in
from tests.support.repeated import times
from tests.support.robots import Robot, Walk

PAIRS = times(10, 50)
SLUG = "veterinary_export"
Verb = Callable[[Walk, int], Any]


@pytest.fixture
def crowd(app: Flask) -> Iterator[Flask]:
    """Each thread has a connection of its own."""
    with app.app_context():
        engines = db._app_engines[app]
        pooled, engines[None] = (
            engines[None],
            create_engine(engines[None].url, poolclass=NullPool, hide_parameters=True),
        )
        yield app
        db.session.rollback()
        engines[None] = pooled


def member(app: Flask, role: Role, number: str) -> Actor:
    grant = Grant(role, agency="ministry")
    staff_id = signed_in.member(app, grant, email=f"{role}{number}@example.com", number=number, country="QA")
    return Actor(kind="staff", staff_id=staff_id, grants=(grant,), identity_key=identity_key("QA", number))


def move(step: str, actor: Actor, **more: Any) -> Verb:
    def verb(walk: Walk, version: int) -> None:
        steps.move(walk.case_id, step, by=actor, version=version, **more)

    return verb


def send_back(actor: Actor) -> Verb:
    """Refused with reasons: what was prepared goes out."""

    def verb(walk: Walk, version: int) -> None:
        requests.send(walk.case_id, by=actor, version=version)

    return verb


def fight(app: Flask, walk: Walk, *verbs: Verb) -> list[str]:
    """How each ended, when both press in the same moment on pages drawn with the same version."""
    version, barrier = walk.case.version, threading.Barrier(len(verbs))
    db.session.rollback()

    def run(verb: Verb) -> str:
        with app.app_context():
            barrier.wait(30)
            try:
                with transaction():
                    verb(walk, version)
            except Refused as refused:
                return type(refused).__name__
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run, verbs))


def decisions(walk: Walk) -> int:
    rows = select(func.count()).select_from(History).where(History.case_id == walk.case_id)
    return db.session.scalar(rows) or 0


def held(app: Flask, pairs: int, stage: str, *verbs: Verb, prepare: Actor | None = None) -> Counter[str]:
    """So many cases at `stage`, each fought for; how the losers were told."""
    robot, losers = Robot(app, app.extensions["services"][SLUG]), Counter[str]()
    for _ in range(pairs):
        walk = robot.file()
        walk.to(stage)
        if prepare is not None:
            with transaction():
                about = {"kind": "answer", "target": "other", "reason": "needs_explanation", "text": "متى؟"}
                requests.prepare(walk.case_id, **about, by=prepare, version=walk.case.version)
        before = decisions(walk)
        ends = fight(app, walk, *verbs)
        db.session.rollback()
        assert ends.count("done") == 1, ends
        assert decisions(walk) == before + 1
        losers.update(end for end in ends if end != "done")
    assert list(trail.verify()) == []
    return losers


@pytest.mark.parametrize("pairs", PAIRS)
def test_approving_against_refusing_with_reasons(crowd: Flask, pairs: int) -> None:
    one, other = member(crowd, Role.VETERINARIAN, "28563400011"), member(crowd, Role.VETERINARIAN, "28563400044")
    losers = held(crowd, pairs, "in_review", move("approve_preliminary", one), send_back(other), prepare=other)
    assert set(losers) <= {"SomebodyFaster"}


@pytest.mark.parametrize("pairs", PAIRS)
def test_approving_against_refusing_for_good(crowd: Flask, pairs: int) -> None:
    one, other = member(crowd, Role.VETERINARIAN, "28563400011"), member(crowd, Role.VETERINARIAN, "28563400044")
    refuse = move("refuse", other, reasons=("breed_forbidden",))
    assert set(held(crowd, pairs, "in_review", move("approve_preliminary", one), refuse)) <= {"SomebodyFaster"}


@pytest.mark.parametrize("pairs", PAIRS)
def test_the_vet_against_the_head_who_is_too_early(crowd: Flask, pairs: int) -> None:
    vet, head = member(crowd, Role.VETERINARIAN, "28563400011"), member(crowd, Role.SECTION_HEAD, "27563400022")
    losers = held(crowd, pairs, "in_review", move("approve_preliminary", vet), move("approve_final", head))
    assert set(losers) <= {"SomebodyFaster", "StepRefused"}


@pytest.mark.parametrize("pairs", PAIRS)
def test_the_head_who_approves_against_the_head_who_sends_back(crowd: Flask, pairs: int) -> None:
    one, other = member(crowd, Role.SECTION_HEAD, "27563400022"), member(crowd, Role.SECTION_HEAD, "27563400055")
    back = move("return_to_vet", other, inputs={"internal_note": "راجع"})
    losers = held(crowd, pairs, "preliminarily_approved", move("approve_final", one), back)
    assert set(losers) <= {"SomebodyFaster"}
