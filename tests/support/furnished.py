"""The calendars of the profile and their slots: made once a day and worker, then copied back into an emptied database.

Four thousand slots take a second to make and a twentieth of one to copy.
"""

from datetime import date
from functools import cache

import psycopg
from flask import Flask

from app.appointments import calendars
from app.appointments.models import DepartmentCalendar, Slot
from app.calendars.clock import now
from app.extensions import db, transaction
from app.kit.profile import Profile
from tests.support.servers import SERVERS

MODELS = (DepartmentCalendar, Slot)
_kept: dict[str, tuple[date, Profile]] = {}


def furnish(app: Flask) -> None:
    """Calendars with slots for sixty days, as the portal makes them in its first hour."""
    profile = app.extensions["profile"]
    with app.app_context():
        connection = _owner(str(db.engine.url.database))
        made = (now().date(), profile)
        if connection.execute("SELECT EXISTS (SELECT FROM department_calendar)").fetchone() != (False,):
            _make(profile)
        elif _kept.get(connection.info.dbname) == made:
            _copy(connection, source="furnished", target="public")
        else:
            _make(profile)
            _keep(connection)
            _kept[connection.info.dbname] = made


@cache
def _owner(database: str) -> "psycopg.Connection[tuple[object, ...]]":
    connection = SERVERS.postgres.connect(database)
    connection.execute("SET session_replication_role = replica")
    return connection


def _make(profile: Profile) -> None:
    with transaction():
        calendars.load(profile)
        calendars.generate(profile)


def _keep(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    connection.execute("DROP SCHEMA IF EXISTS furnished CASCADE; CREATE SCHEMA furnished")
    for model in MODELS:
        table = model.__tablename__
        connection.execute(f"CREATE TABLE furnished.{table} AS SELECT * FROM public.{table} WITH NO DATA")
    _copy(connection, source="public", target="furnished")


def _copy(connection: "psycopg.Connection[tuple[object, ...]]", *, source: str, target: str) -> None:
    with connection.transaction():
        for model in MODELS:
            columns = ", ".join(column.name for column in model.__table__.columns if column.computed is None)
            table = model.__tablename__
            connection.execute(f"INSERT INTO {target}.{table} ({columns}) SELECT {columns} FROM {source}.{table}")
