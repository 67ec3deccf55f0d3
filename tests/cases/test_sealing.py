"""Sealing while others write: late rows, rolled back ones, a clock that jumps, two sealers at once."""

import threading
from datetime import timedelta

import psycopg
from flask import Flask
from sqlalchemy import insert, select, text

from app.calendars.clock import now
from app.cases import seals, steps
from app.cases.models import Seal
from app.extensions import db, transaction
from app.identity.audit import AuditRow, audit
from tests.support.trail import found, note, sealed
from tests.support.world import World


def test_a_row_that_is_committed_after_its_neighbours_were_sealed_is_sealed_later(world: World, app: Flask) -> None:
    """Two transactions take their numbers in one order and commit in the other."""
    held, release = threading.Event(), threading.Event()

    def slow() -> None:
        with app.app_context(), transaction():
            audit("slow")
            held.set()
            assert release.wait(20)

    thread = threading.Thread(target=slow)
    thread.start()
    assert held.wait(20)
    note(app, "quick")
    assert sealed(app)
    assert found(app) == []
    release.set()
    thread.join(20)
    assert found(app) == [], "a row that was on its way is no fault"
    assert sealed(app)
    assert not sealed(app)
    assert found(app) == []
    with app.app_context():
        newest = db.session.scalars(select(Seal).order_by(Seal.id.desc()).limit(1)).one()
        assert len(newest.heads["late"]) == 1


def test_a_late_row_that_is_changed_after_its_seal_is_found(
    world: World, app: Flask, owner_connection: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    test_a_row_that_is_committed_after_its_neighbours_were_sealed_is_sealed_later(world, app)
    owner_connection.execute("SET session_replication_role = replica")
    owner_connection.execute("UPDATE audit_row SET kind = 'other' WHERE kind = 'slow'")
    assert [fault for fault in found(app) if "audit rows" in fault]


def test_rows_that_were_rolled_back_leave_numbers_that_nobody_misses(app: Flask) -> None:
    for turn in range(3):
        with app.app_context():
            audit("never")
            db.session.rollback()
        note(app, f"kept{turn}")
        assert sealed(app)
    assert found(app) == []


def test_a_clock_that_goes_forward_and_back_leaves_nothing_unsealed(world: World, app: Flask) -> None:
    """The demo clock jumps by days; steps taken in its future and after its return are sealed all the same."""
    number, officer = world.file(world.citizen()), world.actor()
    case = world.case(number)
    with app.app_context(), transaction():
        db.session.execute(
            insert(AuditRow).values(at=now() + timedelta(days=5), kind="future", actor_kind="clock", detail={})
        )
        assert seals.seal()
    with app.app_context(), transaction():
        last = db.session.scalars(select(Seal)).one()
        assert str(case.id) in last.heads["cases"]
    with app.app_context(), transaction():
        steps.move(case.id, "start_review", by=officer, version=1)
    assert sealed(app)
    with app.app_context():
        heads = db.session.scalars(select(Seal).order_by(Seal.id.desc()).limit(1)).one().heads["cases"]
        assert heads[str(case.id)][0] == 2
    assert not sealed(app)
    assert found(app) == []


def test_seals_asked_for_at_once_are_one_chain(app: Flask) -> None:
    note(app, *(f"row{turn}" for turn in range(20)))
    together = threading.Barrier(4)

    def run() -> None:
        with app.app_context():
            together.wait(20)
            note_and_seal()

    def note_and_seal() -> None:
        for _turn in range(5):
            with transaction():
                audit("more")
            with transaction():
                seals.seal()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    sealed(app)
    assert found(app) == []
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM audit_row WHERE kind = 'more'")).scalar() == 20
