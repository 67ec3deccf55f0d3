"""The calendars of the profile and their slots: made once a day and worker, then left standing from test to test.

Four thousand slots take a second to make and a fifth of one to copy. So they stay where they are while other tables are
emptied, and what a test did to them is put right from a copy. A test without a world finds none of them.
"""

from dataclasses import dataclass, field, replace
from datetime import date

import psycopg
from flask import Flask

from app.appointments import calendars
from app.appointments.models import DepartmentCalendar, Slot
from app.calendars.clock import now
from app.extensions import db, transaction
from app.kit.profile import Profile
from tests.support import database
from tests.support.servers import SERVERS

MODELS = (DepartmentCalendar, Slot)
TABLES = tuple(model.__tablename__ for model in MODELS)
Made = tuple[date, Profile]
Connection = psycopg.Connection[tuple[object, ...]]


@dataclass
class Furniture:
    """`kept`: what the copy holds. `standing`: what is in the tables. `written_by`: transactions that put it there.

    `is_for_test`: whether the running test has asked for it.
    """

    kept: Made | None = None
    standing: Made | None = None
    is_for_test: bool = False
    written_by: list[str] = field(default_factory=list)


_furniture: dict[str, Furniture] = {}
_owners: dict[str, Connection] = {}


def furnish(app: Flask) -> None:
    """Calendars with slots for sixty days, as the portal makes them in its first hour."""
    profile = app.extensions["profile"]
    with app.app_context():
        connection = _owner(str(db.engine.url.database))
        here, made = _of(connection), (now().date(), replace(profile, services=()))
        if here.standing and not here.is_for_test and here.standing != made:
            clear(connection)
        if here.standing != made:
            _furnish(connection, here, made)
        here.is_for_test = True


def _furnish(connection: Connection, here: Furniture, made: Made) -> None:
    if connection.execute("SELECT EXISTS (SELECT FROM department_calendar)").fetchone() != (False,):
        _make(made[1])
        here.standing = None
    elif here.kept == made:
        here.written_by = [_copy(connection, source="furnished", target="public")]
        here.standing = made
    else:
        _make(made[1])
        _keep(connection)
        here.kept = made


def clear(connection: Connection) -> None:
    """Before a test that wants none: what an earlier one left standing goes."""
    here = _of(connection)
    if here.standing:
        database.empty(connection)
        here.standing = None


def empty(connection: Connection) -> None:
    """After a test: all tables are empty but those of a furniture that was copied, and that stands as it was made."""
    here = _of(connection)
    database.empty(connection, but=TABLES if here.standing else ())
    if here.standing and here.is_for_test:
        _put_right(connection, here)
    here.is_for_test = False


def _of(connection: Connection) -> Furniture:
    return _furniture.setdefault(connection.info.dbname, Furniture())


def _owner(name: str) -> Connection:
    if name not in _owners:
        _owners[name] = SERVERS.postgres.connect(name)
        _owners[name].execute("SET session_replication_role = replica")
    return _owners[name]


def close() -> None:
    """Close the connections that copied."""
    for connection in _owners.values():
        connection.close()
    _owners.clear()


def _make(profile: Profile) -> None:
    with transaction():
        calendars.load(profile)
        calendars.generate(profile)


def _keep(connection: Connection) -> None:
    connection.execute("DROP SCHEMA IF EXISTS furnished CASCADE; CREATE SCHEMA furnished")
    for table in TABLES:
        connection.execute(f"CREATE TABLE furnished.{table} AS SELECT * FROM public.{table} WITH NO DATA")
    _copy(connection, source="public", target="furnished")


def _copy(connection: Connection, *, source: str, target: str) -> str:
    """Add the rows that `target` lacks; the transaction that did it, as rows name it."""
    with connection.transaction():
        for model in MODELS:
            columns = ", ".join(column.name for column in model.__table__.columns if column.computed is None)
            table = model.__tablename__
            connection.execute(
                f"INSERT INTO {target}.{table} ({columns}) SELECT {columns} FROM {source}.{table} there "
                f"WHERE NOT EXISTS (SELECT FROM {target}.{table} here WHERE here.id = there.id)"
            )
        return str(connection.execute("SELECT pg_current_xact_id()::xid::text").fetchone()[0])  # type: ignore[index]


def _put_right(connection: Connection, here: Furniture) -> None:
    """A row that another transaction wrote is not as it was made: it goes, and comes again from the copy."""
    with connection.transaction():
        for table in TABLES:
            connection.execute(f"DELETE FROM public.{table} WHERE xmin::text <> ALL (%s)", [here.written_by])
        here.written_by.append(_copy(connection, source="furnished", target="public"))
