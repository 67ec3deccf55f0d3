"""Statements that nearly every page asks: built once, compiled once, answered by plain tuples.

    _FACTS = Hot(select(Fact.votes, Fact.average).where(Fact.service == bindparam("service")))
    votes, average = _FACTS.row({"service": "petition"})

SQLAlchemy writes the statement and lends the connection, the driver turns values into text and back; what both build
around each answer (a context, a cursor, a result with its description) is left out: two thirds of what a small query
costs the web server. Each statement is prepared on each connection.
"""

import itertools
from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import psycopg
from flask import g
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import class_mapper
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.dml import ReturningInsert

from app.extensions import db, lent, reading

Values = Mapping[str, Any]
Statement = Select[Any] | ReturningInsert[Any]
_NUMBERING: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_number = itertools.count()
# On one connection: some lists are asked in as many ways as there are filters and scopes.
MOST_PREPARED = 60
Converter = Callable[[Any], Any]
Entity = TypeVar("Entity")


class Hot:
    """A statement of named columns whose types the driver reads by itself.

    What it is given are values of its `bindparam`s, never a new condition.
    """

    def __init__(self, statement: Statement) -> None:
        """Raises ValueError when two columns bear one name or one has none, or later for an IN: any_() takes a list."""
        self.statement: Any = statement
        # The names of columns, as a tuple that also answers to them.
        names: Any = statement.exported_columns.keys()
        made: Any = namedtuple("Row", names)  # type: ignore[misc]
        self._make = made._make
        self._sent: _Sent | None = None

    def rows(self, values: Values | None = None) -> list[Any]:
        """All rows as named tuples. Within a transaction changes that were not flushed are not seen."""
        if not g.get("read_only"):
            return self._asked_plainly(db.session.connection(), values)
        connection = lent()
        if self._sent is None:
            self._sent = _Sent(self.statement)
        try:
            found = _ask(self._sent, connection, self._sent.values(values))
        except (psycopg.Error, KeyError):
            # Asked once more the long way round, which knows what to do with a cut connection and with every error.
            return self._asked_plainly(reading(), values)
        return list(map(self._make, found))

    def row(self, values: Values | None = None) -> Any:
        """The only row; None when there is none. Raises ValueError when there are more."""
        found = self.rows(values)
        if len(found) > 1:
            raise ValueError("more than one row")
        return found[0] if found else None

    def _asked_plainly(self, connection: Connection, values: Values | None) -> list[Any]:
        return [self._make(each) for each in connection.execute(self.statement, values)]


class _Sent:
    """A statement as the server takes it, its values numbered."""

    def __init__(self, statement: Statement) -> None:
        compiled: Any = statement.compile(dialect=_NUMBERING)
        if compiled.post_compile_params:
            raise ValueError("its text depends on how many values there are")
        self.text = str(compiled).encode()
        self.names: tuple[str, ...] = tuple(compiled.positiontup or ())
        self.formats = (PyFormat.TEXT,) * len(self.names)
        converters = {
            name: bind.type.dialect_impl(_NUMBERING).bind_processor(_NUMBERING) for name, bind in compiled.binds.items()
        }
        self._converters: dict[str, Converter] = {name: each for name, each in converters.items() if each is not None}
        # What must be given has no constant: where it was forgotten nothing is asked, and no NULL.
        self._constants = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}

    def values(self, values: Values | None) -> list[Any]:
        """In the order of their numbers. Raises KeyError for one that was forgotten."""
        given = {**self._constants, **(values or {})}
        for name, convert in self._converters.items():
            if given.get(name) is not None:
                given[name] = convert(given[name])
        return [given[name] for name in self.names]


class Prepared:
    """A statement prepared on one connection of the driver, with the readers of its columns."""

    def __init__(self, sent: _Sent, connection: "psycopg.Connection[Any]") -> None:
        """Raises psycopg.Error."""
        self.sent, self.connection = sent, connection
        self._name = f"hot_{next(_number)}".encode()
        self._adapted = Transformer(connection)
        self._knows_columns = False
        self._sound(connection.pgconn.prepare(self._name, sent.text), ExecStatus.COMMAND_OK)

    def rows(self, values: list[Any]) -> list[tuple[Any, ...]]:
        """Raises psycopg.Error."""
        given: Any = self._adapted.dump_sequence(values, self.sent.formats)
        answer = self._sound(self.connection.pgconn.exec_prepared(self._name, given), ExecStatus.TUPLES_OK)
        self._adapted.set_pgresult(answer, set_loaders=not self._knows_columns)
        self._knows_columns = True
        return self._adapted.load_rows(0, answer.ntuples, tuple)

    def forget(self) -> None:
        self.connection.pgconn.exec_(b"DEALLOCATE " + self._name)

    def _sound(self, answer: PGresult, expected: ExecStatus) -> PGresult:
        if answer.status != expected:
            raise error_from_result(answer)
        return answer


def _ask(sent: _Sent, lent: PoolProxiedConnection, values: list[Any]) -> list[tuple[Any, ...]]:
    """On a connection of the pool: prepared there the first time, and anew after an error. Raises psycopg.Error."""
    known: dict[_Sent, Prepared] = lent.info.setdefault("hot", {})
    prepared = known.pop(sent, None) or Prepared(sent, cast(Any, lent.driver_connection))
    found = prepared.rows(values)
    known[sent] = prepared  # the last of them: the first is the one that was not asked for the longest time
    if len(known) > MOST_PREPARED:
        known.pop(next(iter(known))).forget()
    return found


def shown(model: type[Entity], columns: Mapping[str, Any]) -> Entity:
    """An entity of these columns outside any session, for pages that only show it: a change to it goes nowhere."""
    entity: Entity = class_mapper(model).class_manager.new_instance()
    vars(entity).update(columns)
    return entity
