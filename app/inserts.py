"""Rows of several tables written in one round trip, where an operation makes many of them at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import psycopg
from psycopg import RawCursor
from psycopg.rows import namedtuple_row
from sqlalchemy import Delete, Select, Table, Update, bindparam, inspect
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import make_transient_to_detached

from app.extensions import Base, db
from app.hot import Sent


@dataclass(frozen=True)
class Once:
    """A row that is left as it is where the like of it, by the column `unique`, is there already."""

    entity: type[Base]
    unique: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Also:
    """A change of rows that are there already. `values`: of its bindparams, named like no other."""

    statement: Update | Delete
    values: Mapping[str, Any]


Kept = tuple[type[Base], str, Mapping[str, Any]]


def insert_together(*rows: Base | Once) -> None:
    """Insert rows of several tables in one round trip; from then on the session knows them, but for those `Once`.

    They need not be in an order: references are looked at when all are in. Every key must be set: relationships are
    not followed.
    """
    if not rows:
        return
    if db.session.new:
        db.session.flush()  # what they refer to
    kept = [_kept(row) for row in rows]
    own = [row for row in rows if isinstance(row, Base)]
    for row in own:
        make_transient_to_detached(row)
    gathered: list[Kept] | None = db.session.info.get("inserts")
    if gathered is None:
        _write(kept)
    else:
        gathered += kept
    db.session.add_all(own)


@contextmanager
def one_statement(*changes: Also) -> Iterator[None]:
    """What `insert_together` is given meanwhile is written at the end, together with `changes`.

    Until then the database knows nothing of it, so that who asks for it finds nothing.
    """
    gathered: list[Kept] = []
    db.session.info["inserts"] = gathered
    try:
        yield
    finally:
        del db.session.info["inserts"]
    _write(gathered, changes)


def _write(kept: list[Kept], changes: tuple[Also, ...] = ()) -> None:
    statement = _together(
        tuple((entity, unique, tuple(values)) for entity, unique, values in kept),
        tuple(change.statement for change in changes),
    )
    numbered = enumerate(values for _entity, _unique, values in kept)
    given = {f"{name}_{n}": value for n, values in numbered for name, value in values.items()}
    for change in changes:
        given |= change.values
    statement.send(given)


class Compiled:
    """A statement that SQLAlchemy has written once, handed to the driver in the open transaction.

    Changes that were not flushed are not seen.
    """

    def __init__(self, statement: Insert | Select[Any]) -> None:
        self._sent = Sent(statement)

    def send(self, given: Mapping[str, Any]) -> "psycopg.Cursor[Any]":
        """Its rows are named tuples. Raises KeyError for a value that was not given, and what SQLAlchemy raises."""
        text, values = self._sent.text, self._sent.values(given)
        connection = db.session.connection()
        driver: Any = connection.connection.driver_connection
        try:
            return RawCursor(driver, row_factory=namedtuple_row).execute(text, values, prepare=True)
        except psycopg.Error as fault:
            if driver.closed:
                connection.invalidate(fault)
            raise DBAPIError.instance(text, None, fault, psycopg.Error, hide_parameters=True) from fault


def _kept(row: Base | Once) -> Kept:
    """The table, what makes a row unique, and what stands in its columns: what was set, else the default."""
    if isinstance(row, Once):
        return row.entity, row.unique, row.values
    values = {}
    for key, column in _columns(type(row)):
        if key not in row.__dict__ and column.default is not None:
            setattr(row, key, column.default.arg(None) if column.default.is_callable else column.default.arg)
        if key in row.__dict__:
            values[column.name] = row.__dict__[key]
        elif column.nullable and column.computed is None:
            row.__dict__[key] = None  # known without asking
    return type(row), "", values


@cache
def _columns(entity: type[Base]) -> list[tuple[str, Any]]:
    mapper = inspect(entity)
    kept = [(mapper.get_property_by_column(column), column) for column in _table(entity).columns]
    return [(attribute.key, column) for attribute, column in kept if not attribute.deferred]


@lru_cache(maxsize=500)
def _together(
    rows: tuple[tuple[type[Base], str, tuple[str, ...]], ...], changes: tuple[Update | Delete, ...]
) -> Compiled:
    """The statement for rows of these tables with these columns: the last one inserts, the others go along with it."""
    inserts = []
    for n, (entity, unique, columns) in enumerate(rows):
        one = insert(_table(entity)).values({name: bindparam(f"{name}_{n}") for name in columns})
        inserts.append(one.on_conflict_do_nothing(index_elements=[unique]) if unique else one)
    along = [*inserts[:-1], *changes]
    return Compiled(inserts[-1].add_cte(*(each.cte(f"row_{n}") for n, each in enumerate(along))))


def _table(entity: type[Base]) -> Table:
    return cast(Table, entity.__table__)
