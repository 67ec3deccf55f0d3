"""Words of a step can be erased by a rule and changed by nobody; the newest seal is kept outside."""

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.cases import seals, trail
from app.cases.models import HistoryText
from app.documents.storage import SEALS, storage
from app.extensions import db, transaction
from app.identity.audit import AuditRow
from app.jobs.clock import note_seal
from tests.support.world import World

ERASE = "UPDATE history_text SET content = NULL"


@pytest.mark.parametrize("statement", [ERASE, "UPDATE history_text SET content = '{}'", "DELETE FROM history_text"])
def test_the_portal_changes_and_erases_no_words(world: World, statement: str) -> None:
    world.file(world.citizen())
    with world.app.app_context(), pytest.raises(DBAPIError), transaction():
        db.session.execute(text(statement))


def as_owner(connection: "psycopg.Connection[tuple[object, ...]]", *statements: str) -> None:
    found = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'history_text'").fetchone()
    assert found
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = origin")
        connection.execute(f'SET LOCAL ROLE "{found[0]}"')
        for statement in statements:
            connection.execute(statement)


def test_the_owner_erases_by_a_named_rule_and_nothing_else(
    world: World, owner_connection: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    world.file(world.citizen())
    for refused in (ERASE, "UPDATE history_text SET content = '{}'", "DELETE FROM history_text"):
        with pytest.raises(psycopg.errors.RaiseException):
            as_owner(owner_connection, refused)
    as_owner(owner_connection, "SET LOCAL portal.retention_rule = 'ten_years'", ERASE)
    with world.app.app_context():
        assert db.session.scalars(select(HistoryText.content)).all() == [None]
        (row,) = db.session.scalars(select(AuditRow).where(AuditRow.kind == "history.erased"))
        assert row.detail == {"step": 1, "rule": "ten_years"}
        assert (trail.erased(), list(trail.verify())) == (1, [])
    said = world.app.test_cli_runner().invoke(args=["audit", "verify"]).output
    assert "1 steps: words erased by rule" in said
    assert "audit trail holds" in said


def test_the_newest_seal_is_noted_in_the_storage_each_day(world: World) -> None:
    world.file(world.citizen())
    with world.app.app_context():
        with transaction():
            seals.seal()
        note_seal()
        kept = [storage().get(key).decode().strip() for key, _at in storage().keys(SEALS)]
        assert kept == [trail.newest_seal()]
