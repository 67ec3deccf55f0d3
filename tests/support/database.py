"""The template database, its clones, and emptying a clone after a test."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import psycopg
from flask import Flask
from psycopg import sql

from tests.support.servers import SERVERS, TEMPLATE

ROOT = Path(__file__).parents[2]
KEPT = ("alembic_version",)
PATIENCE = 10.0
# Sequences that belong to a column begin again; those of request numbers go on.
COUNTED = """SELECT sequence.oid::regclass::text FROM pg_class sequence JOIN pg_depend ON objid = sequence.oid
    AND classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"""
CREATE_ALL = (
    "from app import create_app; from app.extensions import db\nwith create_app().app_context(): db.create_all()"
)


def make_template(environment: Mapping[str, str]) -> None:
    """Make the template database once a run: by the migrations, or from the models while there are none."""
    with SERVERS.alone("template"):
        mark = SERVERS.open() / "template.made"
        if mark.exists():
            return
        SERVERS.postgres.make_database(TEMPLATE)
        owner = SERVERS.postgres.url(TEMPLATE, "portal_owner")
        migrated = any((ROOT / "migrations" / "versions").glob("*.py"))
        command = ["-m", "flask", "--app", "app", "db", "upgrade"] if migrated else ["-c", CREATE_ALL]
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **environment, "DATABASE_URL": owner, "DATABASE_OWNER_URL": owner},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, "the tables could not be made: " + done.stderr[-1500:]
        mark.touch()


def clone(name: str) -> None:
    """A fresh database like the template. Cloning waits for other cloners: the template may have no other visitor."""
    with SERVERS.alone("template"):
        SERVERS.postgres.drop_database(name)
        SERVERS.postgres.make_database(name, template=TEMPLATE)


def leave(app: Flask) -> None:
    """Close every connection that an application holds, so that its database can be dropped."""
    from app.extensions import db

    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def tables(connection: "psycopg.Connection[tuple[object, ...]]") -> list[str]:
    """All tables that a test may have written."""
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return sorted(str(row[0]) for row in rows if row[0] not in KEPT)


def empty(connection: "psycopg.Connection[tuple[object, ...]]", *, but: tuple[str, ...] = ()) -> None:
    """Empty all tables `but` these, append-only ones too: as the owner, and past the triggers that refuse it.

    Rows are deleted, not truncated: for a few rows that costs a twentieth, and nobody's plans have to be made anew.
    """
    emptied = _emptied(connection, but)
    connection.execute("SET session_replication_role = replica")
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute(emptied)
            return
        except psycopg.errors.LockNotAvailable:
            # A server may be at its last words; a test that left a transaction open is told.
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


@cache
def _emptied(connection: "psycopg.Connection[tuple[object, ...]]", but: tuple[str, ...]) -> sql.Composed:
    """A function of this connection's own, which plans its statements once; the statement that calls it."""
    full = [sql.Identifier("public", name) for name in tables(connection) if name not in but]
    counted = [sql.Literal(str(row[0])) for row in connection.execute(COUNTED).fetchall()]
    steps = [
        sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE NOWAIT").format(sql.SQL(", ").join(full)),
        *(sql.SQL("DELETE FROM {}").format(name) for name in full),
        *(sql.SQL("PERFORM setval({}, 1, false)").format(name) for name in counted),
    ]
    called = sql.Identifier("pg_temp", "_but_".join(("emptied", *but)))
    connection.execute(
        sql.SQL("CREATE FUNCTION {}() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {}; END $$").format(
            called, sql.SQL("; ").join(steps)
        )
    )
    return sql.SQL("SELECT {}()").format(called)
