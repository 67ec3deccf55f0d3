"""Extensions that are not bound to an application yet, and the two words of consistency: transaction and on_commit.

Whatever must happen only when data are safe (waking a queue) is handed to `on_commit`; everything else belongs inside
the transaction. Operations never commit: the edge that opened `transaction()` does.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import psycopg
from flask import Flask, current_app, g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, CursorResult, DateTime, MetaData, Select, event
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry, Pool, PoolProxiedConnection

from app.calendars.clock import now
from app.kit.networks import network_of

log = logging.getLogger(__name__)
# A connection that was not used for so many seconds may have been cut: it is asked before it is trusted.
IDLE_SECONDS = 1.0
# The second pool of the same database: each of its statements is a transaction of its own.
READING = "reading"
# Names of bells with the ids they are rung with, each once and in order.
Bells = dict[tuple[str, ...], None]

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    # One registry that carries both: Flask-SQLAlchemy copies this class, and the copy may not state the map again.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: DateTime(timezone=True), uuid.UUID: UUID(as_uuid=True)},
    )


class PortalSession(Session):
    """What a request that only reads (`read_only`) asks goes to the pool whose connections begin no transaction."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **_more: Any) -> Any:
        if bind is not None:
            return bind
        return reading() if g.get("read_only") else self._db.engine


@event.listens_for(Pool, "checkin")
def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _ask_if_idle(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Instead of SQLAlchemy's ping before every use, which costs a busy server as much as a query."""
    if time.monotonic() - record.info.get("used", float("inf")) <= IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as cut:
        raise InvalidatePoolError from cut


def read_only() -> None:
    """What follows in this request only reads, until `transaction()` says otherwise. Saves two round trips of three."""
    g.read_only = True


@contextmanager
def reading_apart() -> Iterator[None]:
    """Reads as after `read_only`, but what follows may write: the connection is given back."""
    if g.get("read_only"):
        yield
        return
    g.read_only = True
    try:
        yield
    finally:
        del g.read_only
        _stop_reading()


def rows(statement: Select[Any], values: Mapping[str, Any] | None = None) -> CursorResult[Any]:
    """The rows of a hot statement of columns: no entities, no session, at half of what the session takes.

    Within a transaction they are asked on its connection, and changes that were not flushed are not seen.
    """
    return (reading() if g.get("read_only") else db.session.connection()).execute(statement, values)


def reading() -> Connection:
    """The one connection on which this request reads."""
    raw = lent()
    if "reading" not in g:
        g.reading = Connection(db.engines[READING], connection=raw)
    connection: Connection = g.reading
    return connection


def lent() -> PoolProxiedConnection:
    """The same as the pool lends it, for who speaks to the driver (app/hot.py)."""
    if "lent" not in g:
        try:
            g.lent = db.engines[READING].raw_connection()
        except psycopg.Error:
            # Once more the long way round, whose errors everybody knows.
            g.reading = db.engines[READING].connect()
            g.lent = g.reading.connection
    connection: PoolProxiedConnection = g.lent
    return connection


def _stop_reading(_fault: BaseException | None = None) -> None:
    """Give the connection of `reading` back."""
    if "reading" in g:
        g.pop("reading").close()
        g.pop("lent")
    elif "lent" in g:
        g.pop("lent").close()


db = SQLAlchemy(
    model_class=Base, session_options={"expire_on_commit": False, "class_": PortalSession}, disable_autonaming=True
)
migrate = Migrate()


def caller() -> str:
    """Whom a limit counts where nobody is signed in: whoever changes his address within his own network stays one."""
    return network_of(get_remote_address())


# Redis away: each process counts by itself, so a limit never opens.
limiter = Limiter(key_func=caller, headers_enabled=False, swallow_errors=True, in_memory_fallback_enabled=True)


def init_app(app: Flask) -> None:
    app.teardown_appcontext(_stop_reading)  # the first one is called last: the session has let go of it by then
    db.init_app(app)
    migrate.init_app(app, db, compare_type=True)
    # No hook around every request: limits stand on views, and their decorators ask for themselves.
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)


def id_column() -> Mapped[uuid.UUID]:
    """A uuid made in Python, so that sealed fields can be bound to their row before it is inserted."""
    return mapped_column(UUID(as_uuid=True), primary_key=True, default=uuid.uuid4)


def at_column(**kwargs: object) -> Mapped[datetime]:
    """An aware UTC instant; `now` unless given."""
    return mapped_column(DateTime(timezone=True), default=now, **kwargs)  # type: ignore[arg-type]


def on_commit(callback: Callable[[], object]) -> None:
    """Run `callback` after the open transaction has committed; never when it rolled back."""
    db.session.info.setdefault("on_commit", []).append(callback)


def ring_on_commit(name: str, *ids: str) -> None:
    """Wake a worker after the commit with the bell `name` (app/jobs/queue.py); all that a transaction rings go at once.

    What a lost ring leaves is found by the timetable: a portal without a queue is only slower.
    """
    db.session.info.setdefault("bells", {})[name, *ids] = None


@contextmanager
def transaction() -> Iterator[None]:
    """Commit at the end, roll back on any exception; then run what `on_commit` collected.

    A callback or a bell that fails is logged and does not undo or hide what is already committed.
    """
    if g.pop("read_only", False):
        db.session.commit()  # gives back the connection that reads without a transaction; forgets nothing that was read
        _stop_reading()
    _after_commit()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        _after_commit()
        raise
    callbacks, bells = _after_commit()
    for callback in callbacks:
        _run(callback)
    gathered = db.session.info.get("gathered")
    if gathered is None:
        _ring(bells)
    else:
        gathered |= bells


@contextmanager
def one_ring() -> Iterator[None]:
    """The bells of many transactions in a row are rung once, at the end of them all."""
    gathered: Bells = {}
    db.session.info["gathered"] = gathered
    try:
        yield
    finally:
        del db.session.info["gathered"]
        _ring(gathered)


def _after_commit() -> tuple[list[Callable[[], object]], Bells]:
    """What the transaction has collected so far, taken out."""
    return db.session.info.pop("on_commit", []), db.session.info.pop("bells", {})


def _ring(bells: Bells) -> None:
    ring = current_app.extensions.get("ring")
    if ring is not None and bells:
        _run(partial(ring, *bells))


def _run(callback: Callable[[], object]) -> None:
    try:
        callback()
    except Exception:
        log.exception("after-commit callback failed")
