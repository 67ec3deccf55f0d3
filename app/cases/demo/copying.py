"""Many rows at once: PostgreSQL's COPY within the session's own transaction."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from app.extensions import db

# A row may only point at what is there already.
ORDER = ("person", "case", "signature", "history", "history_text", "deadline", "thread_entry")


class Rows:
    """Rows by table, until they are copied. All rows of a table name the same columns."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)

    def add(self, table: str, **values: Any) -> None:
        self._rows[table].append(values)

    def copy(self) -> None:
        connection: Any = db.session.connection().connection.driver_connection
        with connection.cursor() as cursor:
            for table in ORDER:
                if self._rows[table]:
                    _copy(cursor, table, self._rows[table])
        self._rows.clear()


def _copy(cursor: Any, table: str, rows: list[Mapping[str, Any]]) -> None:
    columns = list(rows[0])
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)) as copy:
        for row in rows:
            copy.write_row([Jsonb(row[name]) if isinstance(row[name], dict) else row[name] for name in columns])
