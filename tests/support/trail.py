"""Somebody with the owner's account who changes the past, and what the checker says of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from flask import Flask

from app.cases import seals, trail
from app.extensions import transaction
from app.identity.audit import audit

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
        columns = {table: self._columns(table) for table in TABLES}
        for table in TABLES:
            self.does(f"CREATE TEMP TABLE {self.copy(table)} AS TABLE {table}")
        try:
            self.does(*statements)
            yield
        finally:
            for table in TABLES:
                self.does(
                    f"DELETE FROM {table}",
                    f"INSERT INTO {table} ({columns[table]}) OVERRIDING SYSTEM VALUE "
                    f"SELECT {columns[table]} FROM {self.copy(table)}",
                    f"DROP TABLE {self.copy(table)}",
                )

    def _columns(self, table: str) -> str:
        """Those that are written, not worked out by the database."""
        rows = self.connection.execute(
            "SELECT quote_ident(column_name) FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            (table.strip('"'),),
        )
        return ", ".join(str(name) for (name,) in rows)

    @staticmethod
    def copy(table: str) -> str:
        return "kept_" + table.strip('"')
