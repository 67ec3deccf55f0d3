import pytest
from flask import Flask

from tests.support.world import World
from tests.web.stage import Stage


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


@pytest.fixture
def stage(world: World) -> Stage:
    return Stage(world)
