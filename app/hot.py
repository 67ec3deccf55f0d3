"""Statements that nearly every page asks: built once, compiled once, answered by plain tuples.

    _FACTS = Hot(select(Fact.votes, Fact.average).where(Fact.service == bindparam("service")))
    votes, average = _FACTS.row({"service": "petition"})

SQLAlchemy writes the statement and lends the connection; what it builds around each answer (a context, a cursor, a
result with its description) is left out, which is more than half of what a small query costs the web server.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import psycopg
from flask import g
from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.orm import class_mapper
from sqlalchemy.pool import PoolProxiedConnection

from app.extensions import READING, db, lent, reading

Values = Mapping[str, Any]
Converter = Callable[[Any], Any]
Entity = TypeVar("Entity")


class Hot:
    """A statement of named columns whose types the driver reads by itself.

    What it is given are values of its `bindparam`s, never a new condition.
    """

    def __init__(self, statement: Select[Any]) -> None:
        """Raises ValueError when two columns bear one name or one has none, or later for an IN: any_() takes a list."""
        self.statement = statement
        # The names of columns, as a tuple that also answers to them.
        made: Any = namedtuple("Row", statement.selected_columns.keys())  # type: ignore[misc]
        self._make = made._make
        self._sent: _Sent | None = None

    def rows(self, values: Values | None = None) -> list[Any]:
        """All rows as named tuples. Within a transaction changes that were not flushed are not seen."""
        if not g.get("read_only"):
            return self._asked_plainly(db.session.connection(), values)
        connection = lent()
        if self._sent is None:
            self._sent = _Sent(self.statement, db.engines[READING].dialect)
        try:
            found = self._sent.to(connection, values)
        except psycopg.Error:
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
    """A statement as the driver takes it."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise ValueError("its text depends on how many values there are")
        self.text = str(compiled)
        converters = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
        }
        self._converters: dict[str, Converter] = {name: each for name, each in converters.items() if each is not None}
        # What must be given has no constant: where it was forgotten the driver complains, and no NULL is asked for.
        self._constants = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}

    def to(self, connection: PoolProxiedConnection, values: Values | None) -> list[Any]:
        """Ask it on this connection. Raises psycopg.Error."""
        given = {**self._constants, **(values or {})}
        for name, convert in self._converters.items():
            if given.get(name) is not None:
                given[name] = convert(given[name])
        # The cursor stays with its connection: what it knows of types is half the work of a new one.
        cursor = connection.info.get("hot")
        if cursor is None:
            cursor = connection.info["hot"] = connection.cursor()
        cursor.execute(self.text, given)
        return list(cursor.fetchall())


def shown(model: type[Entity], columns: Mapping[str, Any]) -> Entity:
    """An entity of these columns outside any session, for pages that only show it: a change to it goes nowhere."""
    entity: Entity = class_mapper(model).class_manager.new_instance()
    vars(entity).update(columns)
    return entity
