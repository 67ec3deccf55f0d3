"""The audit trail under somebody with every right in the database: whatever he changes is found, and nothing else."""

import uuid

import pytest
from sqlalchemy import select, text

from app.cases import trail
from app.cases.chain import START, hash_of
from app.cases.models import History
from app.extensions import db
from tests.support.trail import Attacker, found
from tests.support.world import World


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


def test_the_application_itself_may_change_none_of_it(world: World, past: str) -> None:
    for statement in ("UPDATE history SET step = 'x'", "DELETE FROM audit_row", "TRUNCATE seal", "DELETE FROM history"):
        with world.app.app_context(), pytest.raises(Exception, match="permission denied"):
            db.session.execute(text(statement))
