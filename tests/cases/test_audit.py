"""The audit trail under somebody with every right in the database: whatever he changes is found, and nothing else."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import insert, select, text

from app.calendars.clock import now
from app.cases import seals, steps, trail
from app.cases.chain import START, hash_of
from app.cases.models import History, Seal
from app.extensions import db, transaction
from app.identity.audit import AuditRow, audit
from tests.support.world import World

TABLES = ("seal", "history_text", "history", "audit_row", '"case"')


def found(app: Flask, newest: str | None = None) -> list[str]:
    with app.app_context():
        return list(trail.verify(newest))


def sealed(app: Flask) -> bool:
    with app.app_context(), transaction():
        return seals.seal() is not None


def note(app: Flask, *kinds: str) -> None:
    with app.app_context(), transaction():
        for kind in kinds:
            audit(kind, detail={"kind": kind})


@pytest.fixture
def past(world: World) -> str:
    """The id of a case with three steps, sealed with its audit rows; a second one, filed since, is not sealed."""
    number, officer = world.file(world.citizen()), world.actor()
    case_id = world.case(number).id
    with world.app.app_context(), transaction():
        steps.move(case_id, "start_review", by=officer, version=1)
        steps.move(case_id, "register", by=officer, version=2, inputs={"transaction_number": ""})
    note(world.app, "one", "two", "three", "four")
    assert sealed(world.app)
    note(world.app, "five", "six")
    assert sealed(world.app)
    world.file(world.citizen("1000000016"))
    assert found(world.app) == []
    return str(case_id)


class Attacker:
    """Owns the database and walks past its triggers. What he did within `undone` is put back afterwards."""

    def __init__(self, connection: "psycopg.Connection[tuple[object, ...]]", case_id: str) -> None:
        self.connection, self.case_id = connection, case_id

    def does(self, *statements: str) -> None:
        self.connection.execute("SET session_replication_role = replica")
        for statement in statements:
            self.connection.execute(statement.replace("$case", f"'{self.case_id}'"))

    @contextmanager
    def undone(self, *statements: str) -> Iterator[None]:
        for table in TABLES:
            self.does(f"CREATE TEMP TABLE {self.copy(table)} AS TABLE {table}")
        try:
            self.does(*statements)
            yield
        finally:
            for table in TABLES:
                self.does(
                    f"DELETE FROM {table}",
                    f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE {self.copy(table)}",
                    f"DROP TABLE {self.copy(table)}",
                )

    @staticmethod
    def copy(table: str) -> str:
        return "kept_" + table.strip('"')


@pytest.fixture
def attacker(past: str, owner_connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Attacker]:
    yield Attacker(owner_connection, past)
    owner_connection.execute("SET session_replication_role = DEFAULT")


def changed(what: str, seq: int = 2) -> str:
    return f"UPDATE history SET {what} WHERE case_id = $case AND seq = {seq}"


def worded(content: str) -> str:
    return (
        f"UPDATE history_text SET content = {content} "
        "WHERE history_id = (SELECT id FROM history WHERE case_id = $case AND seq = 3)"
    )


# What is done to one case, and what is said of it.
TO_A_CASE = {
    "another step": (changed("step = 'refuse'"), "step 2 changed"),
    "a hidden step shown": (changed("hidden = NOT hidden"), "step 2 changed"),
    "a moment": (changed("at = at - interval '1 microsecond'"), "step 2 changed"),
    "another officer": (changed("actor_staff_id = gen_random_uuid()"), "step 2 changed"),
    "done for another": (changed("acting_for = gen_random_uuid()"), "step 2 changed"),
    "a digest": (changed("digest = repeat('0', 64)"), "step 2 changed"),
    "a hash": (changed("hash = repeat('0', 64)"), "step 2 changed"),
    "other words": (worded("'{}'"), "step 3 words changed"),
    "no words": (
        "DELETE FROM history_text WHERE history_id = (SELECT id FROM history WHERE case_id = $case AND seq = 3)",
        "step 3 words removed",
    ),
    "the first removed": ("DELETE FROM history WHERE case_id = $case AND seq = 1", "step 1 missing"),
    "one between removed": ("DELETE FROM history WHERE case_id = $case AND seq = 2", "step 2 missing"),
    "the last removed": ("DELETE FROM history WHERE case_id = $case AND seq = 3", "step 3 was sealed and is gone"),
    "one more": (
        "INSERT INTO history "
        "(id, case_id, seq, step, from_stage, to_stage, actor_kind, hidden, at, digest, prev, hash) "
        "SELECT gen_random_uuid(), case_id, 4, 'refuse', to_stage, 'refused', actor_kind, false, at, digest, hash, "
        "hash "
        "FROM history WHERE case_id = $case AND seq = 3",
        "step 4 changed",
    ),
    "another order": (changed("seq = 9") + ";" + changed("seq = 2", 3) + ";" + changed("seq = 3", 9), "step 2 order"),
    "a stage without a step": ("UPDATE \"case\" SET stage = 'approved' WHERE id = $case", "stands at approved"),
    "the whole case": (
        'DELETE FROM history WHERE case_id = $case; DELETE FROM "case" WHERE id = $case',
        "sealed and gone",
    ),
}
TO_AUDIT_ROWS = {
    "another kind": "UPDATE audit_row SET kind = 'other' WHERE kind = 'two'",
    "other details": "UPDATE audit_row SET detail = '{}' WHERE kind = 'five'",
    "another address": "UPDATE audit_row SET address = '10.0.0.1' WHERE kind = 'four'",
    "one removed": "DELETE FROM audit_row WHERE kind = 'three'",
    "the last removed": "DELETE FROM audit_row WHERE kind = 'six'",
    "all removed": "DELETE FROM audit_row",
    "one inserted before": (
        "INSERT INTO audit_row (id, at, kind, actor_kind, detail) OVERRIDING SYSTEM VALUE "
        "SELECT min(id) - 1, now(), 'forged', 'staff', '{}' FROM audit_row"
    ),
    "two that changed places": (
        "UPDATE audit_row SET kind = CASE kind WHEN 'two' THEN 'three' ELSE 'two' END WHERE kind IN ('two', 'three')"
    ),
}
TO_SEALS = {
    "its time": "UPDATE seal SET at = at - interval '1 hour' WHERE id = 1",
    "its heads": "UPDATE seal SET heads = jsonb_set(heads, '{cases}', '{}') WHERE id = 1",
    "its rows": "UPDATE seal SET audit_to = audit_to + 1 WHERE id = 2",
    "its hash": "UPDATE seal SET hash = repeat('0', 64) WHERE id = 1",
    "removed": "DELETE FROM seal WHERE id = 1",
    "removed and numbered anew": "DELETE FROM seal WHERE id = 1; UPDATE seal SET id = 1 WHERE id = 2",
}


def test_whatever_is_done_to_the_history_of_a_case_is_found(world: World, past: str, attacker: Attacker) -> None:
    for what, (statements, said) in TO_A_CASE.items():
        with attacker.undone(*statements.split(";")):
            assert any(past in fault and said in fault for fault in found(world.app)), (what, found(world.app))
    assert found(world.app) == [], "put back, it holds again"


def test_whatever_is_done_to_sealed_audit_rows_is_found(world: World, past: str, attacker: Attacker) -> None:
    for what, statement in TO_AUDIT_ROWS.items():
        with attacker.undone(statement):
            assert any("audit rows" in fault for fault in found(world.app)), what
    assert found(world.app) == []


def test_whatever_is_done_to_seals_is_found(world: World, past: str, attacker: Attacker) -> None:
    for what, statements in TO_SEALS.items():
        with attacker.undone(*statements.split(";")):
            assert any(fault.startswith("seal ") for fault in found(world.app)), what
    assert found(world.app) == []


def test_the_newest_seal_taken_away_is_found_by_what_was_noted_outside(
    world: World, past: str, attacker: Attacker
) -> None:
    with world.app.app_context():
        newest = trail.newest_seal()
    assert found(world.app, newest) == []
    with attacker.undone("DELETE FROM seal WHERE id = 2"):
        assert found(world.app) == []
        assert found(world.app, newest) == ["seal 2: gone"]


def test_words_that_retention_blanked_are_no_fault(world: World, past: str, attacker: Attacker) -> None:
    for nothing in ("NULL", "'null'"):
        with attacker.undone(worded(nothing)):
            assert found(world.app) == []


def test_a_chain_written_anew_with_fitting_hashes_differs_from_its_seal(
    world: World, past: str, attacker: Attacker
) -> None:
    """Whoever changes a step and then computes every hash of the case anew still meets the seal."""
    with attacker.undone(changed("at = at - interval '1 day'")):
        previous = START
        with world.app.app_context():
            rows = select(History).where(History.case_id == uuid.UUID(past)).order_by(History.seq)
            for row in db.session.scalars(rows).unique():
                db.session.expunge(row)
                row.prev = previous
                previous = hash_of(row)
                attacker.does(f"UPDATE history SET prev = '{row.prev}', hash = '{previous}' WHERE id = '{row.id}'")
        assert found(world.app) == [f"case {past}: step 3 differs from its seal"]


def test_the_command_says_what_it_found_and_ends_with_one(world: World, past: str, attacker: Attacker) -> None:
    runner = world.app.test_cli_runner()
    good = runner.invoke(args=["audit", "verify"])
    assert (good.exit_code, good.output) == (0, "audit trail holds\n")
    with attacker.undone(changed("step = 'x'")):
        bad = runner.invoke(args=["audit", "verify"])
        assert bad.exit_code == 1
        assert past in bad.output


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


def test_the_application_itself_may_change_none_of_it(world: World, past: str) -> None:
    for statement in ("UPDATE history SET step = 'x'", "DELETE FROM audit_row", "TRUNCATE seal", "DELETE FROM history"):
        with world.app.app_context(), pytest.raises(Exception, match="permission denied"):
            db.session.execute(text(statement))
