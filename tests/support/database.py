"""The template database, its clones, and emptying a clone after a test."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg
from flask import Flask
from psycopg import sql

from tests.support.servers import SERVERS, TEMPLATE

ROOT = Path(__file__).parents[2]
KEPT = ("alembic_version",)
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


def empty(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Empty the tables that hold rows, append-only ones too: as the owner, and past the triggers that refuse it."""
    names = tables(connection)
    if not names:
        return
    asked = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in names
    )
    full = [sql.Identifier(str(row[0])) for row in connection.execute(asked).fetchall()]
    if full:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET lock_timeout = '10s'")  # a test that left a transaction open is told, not waited for
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(full)))
