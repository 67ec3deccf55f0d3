import pytest
from flask import Flask

from tests.counter.office import Counter
from tests.support.world import World


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)
