"""A world with one officer, and the presses of a desk."""

from typing import Any

import pytest
from flask import Flask

from app.extensions import db
from tests.support.world import Desk, Page, World


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.officer()


def press(desk: Desk, number: str, name: str, **data: Any) -> Page:
    """Take a step as the page of the case offers it now."""
    version = data.pop("version", None) or desk.get(f"/desk/cases/{number}").field("version")
    return desk.post(f"/desk/cases/{number}/steps/{name}", {"version": version, **data})


def ask(desk: Desk, number: str, item: str, reason: str = "unclear_document", text: str = "") -> Page:
    version = desk.get(f"/desk/cases/{number}").field("version")
    return desk.post(
        f"/desk/cases/{number}/requests", {"version": version, "item": item, "reason": reason, "text": text}
    )


def rows(world: World, query: Any) -> list[Any]:
    """What stands in the database now."""
    with world.app.app_context():
        db.session.rollback()
        return list(db.session.scalars(query).unique())
