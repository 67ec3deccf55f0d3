from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine

from app.cases import steps
from app.extensions import db, transaction
from tests.support.declared import SERVICES
from tests.support.robots import Robot, Walk
from tests.support.trail import Attacker, found, note, sealed
from tests.support.world import World


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


@pytest.fixture
def unpooled(app: Flask) -> Iterator[None]:
    """Each thread gets a connection of its own: the pool of a web process is smaller than the crowd."""
    with app.app_context():
        engines = db._app_engines[app]
    pooled = engines[None]
    engines[None] = create_engine(pooled.url, poolclass=NullPool, hide_parameters=True)
    yield
    engines[None] = pooled


@pytest.fixture
def past(world: World) -> str:
    """The id of a case with three steps, sealed with its audit rows; a second one, filed since, is not sealed."""
    number, officer = world.file(world.citizen()), world.actor()
    case_id = world.case(number).id
    with world.app.app_context(), transaction():
        steps.move(case_id, "start_review", by=officer, version=1)
        steps.move(case_id, "register", by=officer, version=2, inputs={"transaction_number": ""})
    note(world.app, "one", "two", "three", "four")
    assert sealed(world.app)
    note(world.app, "five", "six")
    assert sealed(world.app)
    world.file(world.citizen("1000000016"))
    assert found(world.app) == []
    return str(case_id)


@pytest.fixture
def attacker(past: str, owner_connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Attacker]:
    yield Attacker(owner_connection, past)
    owner_connection.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def walk(open_app: Flask) -> Walk:
    """A case whose certificate has been issued and not yet signed."""
    walk = Robot(open_app, SERVICES["veterinary_export"]).file()
    walk.to("issued")
    return walk
