"""Statements that nearly every page asks: built once, compiled once, answered by plain tuples.

    _FACTS = Hot(select(Fact.votes, Fact.average).where(Fact.service == bindparam("service")))
    votes, average = _FACTS.row({"service": "petition"})

SQLAlchemy writes the statement and lends the connection, the driver turns values into text and back; what both build
around each answer (a context, a cursor, a result with its description) is left out: two thirds of what a small query
costs the web server. Each statement is prepared on each connection.
"""

import itertools
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Generic, TypeVar, cast

import psycopg
from flask import g
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import ClauseElement, Connection, Dialect, Select
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
        self._sent: Sent | None = None

    def rows(self, values: Values | None = None) -> list[Any]:
        """All rows as named tuples. Within a transaction changes that were not flushed are not seen."""
        if not g.get("read_only"):
            return self._asked_plainly(db.session.connection(), values)
        connection = lent()
        if self._sent is None:
            self._sent = Sent(self.statement)
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


class Sent:
    """A statement as the server takes it, written once, its values numbered."""

    def __init__(self, statement: ClauseElement) -> None:
        compiled: Any = statement.compile(dialect=_NUMBERING)
        if compiled.post_compile_params:
            raise ValueError("its text depends on how many values there are")
        self.text = str(compiled)
        names: list[str] = compiled.positiontup or []
        types = [(name, compiled.binds[name].type.dialect_impl(_NUMBERING)) for name in names]
        self._converters: list[tuple[str, Converter | None]] = [
            (name, each.bind_processor(_NUMBERING)) for name, each in types
        ]
        # What must be given has no constant: where it was forgotten nothing is asked, and no NULL.
        self._constants = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}

    def values(self, values: Values | None) -> list[Any]:
        """In the order of their numbers. Raises KeyError for one that was forgotten."""
        given = {**self._constants, **(values or {})}
        return [convert(given[name]) if convert else given[name] for name, convert in self._converters]


class Prepared:
    """A statement prepared on one connection of the driver, with the readers of its columns."""

    def __init__(self, sent: Sent, connection: "psycopg.Connection[Any]") -> None:
        """Raises psycopg.Error."""
        self.sent, self.connection = sent, connection
        self._name = f"hot_{next(_number)}".encode()
        self._adapted = Transformer(connection)
        self._knows_columns = False
        self._sound(connection.pgconn.prepare(self._name, sent.text.encode()), ExecStatus.COMMAND_OK)

    def rows(self, values: list[Any]) -> list[tuple[Any, ...]]:
        """Raises psycopg.Error."""
        given: Any = self._adapted.dump_sequence(values, [PyFormat.TEXT] * len(values))
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


def _ask(sent: Sent, lent: PoolProxiedConnection, values: list[Any]) -> list[tuple[Any, ...]]:
    """On a connection of the pool: prepared there the first time, and anew after an error. Raises psycopg.Error."""
    known: dict[Sent, Prepared] = lent.info.setdefault("hot", {})
    prepared = known.pop(sent, None) or Prepared(sent, cast(Any, lent.driver_connection))
    try:
        found = prepared.rows(values)
    except Exception:
        prepared.forget()
        raise
    known[sent] = prepared  # the last of them: the first is the one that was not asked for the longest time
    if len(known) > MOST_PREPARED:
        known.pop(next(iter(known))).forget()
    return found


class Shown(Generic[Entity]):
    """An entity within a hot statement, by all of its columns or by those `named`.

    _PERSON = Shown(Person, "id", "name_ar")
    _OWNER = Hot(select(*_PERSON.columns).where(…))
    person = _PERSON.of(_OWNER.row({…}))
    """

    def __init__(self, entity: type[Entity], *named: str) -> None:
        """At least two of its columns."""
        mapper = class_mapper(entity)
        self._entity, self._names = entity, named or tuple(mapper.column_attrs.keys())
        labels = [f"{mapper.local_table.name}_{name}" for name in self._names]  # type: ignore[attr-defined]
        self.columns = tuple(
            getattr(entity, name).label(label) for name, label in zip(self._names, labels, strict=True)
        )
        self._values = attrgetter(*labels)

    def of(self, row: Any) -> Entity:
        """What the row says of it."""
        return detached(self._entity, zip(self._names, self._values(row), strict=True))


def detached(entity: type[Entity], values: Iterable[tuple[str, Any]]) -> Entity:
    """An entity of these values outside any session, for pages that only show it: a change to it goes nowhere."""
    found: Entity = class_mapper(entity).class_manager.new_instance()
    vars(found).update(values)
    return found
