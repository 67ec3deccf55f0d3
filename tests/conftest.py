"""Fixtures every room uses: `app` on a real PostgreSQL, a clean database after each test, `valkey`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from flask import Flask
from hypothesis import settings

from ground import demo
from tests.support import database
from tests.support.portal import Portal, data_folder, running
from tests.support.servers import SERVERS
from tests.support.spreading import TogetherByNeed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
# A run starts a hundred processes from the same modules: they are compiled once, whatever the shell says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# A property holds or does not; how long a busy machine takes says nothing of it.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
# Fixtures that furnish the database: before a test with one of them the calendars may stand.
FURNISHED = {"world", "market", "early", "cast", "open_app"}
FASTER = {"SWEEP_SECONDS": "2", "MESSAGE_LEASE_SECONDS": "5", "FILINGS_A_DAY": "10000"}


def pytest_configure(config: pytest.Config) -> None:
    workers = getattr(config.option, "numprocesses", None)
    if workers and not hasattr(config, "workerinput") and not config.option.collectonly:
        SERVERS.start_all()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever walks through a whole portal is on a journey."""
    for item in items:
        if "town" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.journeys)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherByNeed:
    return TogetherByNeed(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    SERVERS.close()


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Which xdist worker this is."""
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def environment(worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of the application under test, as environment variables; outside addresses lead nowhere."""
    name = f"test_{worker_name}"
    addresses = demo.Addresses(
        public_url="http://portal.test",
        sandbox_url="http://127.0.0.1:9",
        smtp_url="smtp://127.0.0.1:9",
        database_url=SERVERS.postgres.url(name),
        owner_url=SERVERS.postgres.url(name, "portal_owner"),
        redis_url=SERVERS.valkey.url(),
    )
    data = tmp_path_factory.mktemp("data")
    values = demo.settings(data, addresses, ROOT / "app" / "profiles" / "demo.toml")
    return {**values, "PORTAL_ENV": "test", "RATE_LIMITS": "off"}


@pytest.fixture(scope="session")
def cloned_database(worker_name: str, environment: dict[str, str]) -> Iterator[str]:
    """A database of this worker's own with the tables of the portal."""
    name = f"test_{worker_name}"
    database.make_template(environment)
    database.clone(name)
    yield name
    SERVERS.postgres.drop_database(name)


@pytest.fixture(scope="session")
def app(environment: dict[str, str], cloned_database: str) -> Iterator[Flask]:
    """The application, connected as the account that production uses."""
    from app import create_app
    from app.cases.demo import answers
    from app.web.drawn_once import Pieces
    from config import Settings
    from tests.support import furnished

    application = create_app(Settings.from_environment(environment))
    application.extensions["drawn"] = Pieces(doubts=True)
    # The papers of robots: nobody reads them, and taking in a whole sheet costs more than filing the case.
    answers.SHEET, answers.CARD = (310, 438), (253, 160)
    yield application
    furnished.close()
    database.leave(application)


@pytest.fixture(scope="session")
def owner_connection(cloned_database: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """The database as its owner sees it; for emptying it, and for tests of what the application may not do."""
    with SERVERS.postgres.connect(cloned_database) as connection:
        yield connection


@pytest.fixture(autouse=True)
def _clean_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that used the application every table is empty again, but for calendars that the next may want."""
    if "app" not in request.fixturenames:
        yield
        return
    from app.extensions import db
    from tests.support import furnished

    app, connection = request.getfixturevalue("app"), request.getfixturevalue("owner_connection")
    if not FURNISHED.intersection(request.fixturenames):
        furnished.clear(connection)
    yield
    with app.app_context():
        db.session.remove()
    furnished.empty(connection)


@pytest.fixture(autouse=True)
def _same_clock() -> Iterator[None]:
    """The clock that is followed belongs to the process: what a test set must not be met by the next."""
    from app.calendars import clock

    before = clock.followed()
    yield
    clock.configure(before)


@pytest.fixture
def valkey() -> str:
    """Address of a running, empty Valkey."""
    import redis

    with redis.Redis.from_url(SERVERS.valkey.url()) as client:
        client.flushall()
    return SERVERS.valkey.url()


@pytest.fixture(scope="session")
def live() -> Iterator[Portal]:
    """The whole running portal with its demo people and cases, clocks of the machinery shortened."""
    with data_folder() as folder, running(folder, FASTER) as portal:
        yield portal


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """One Chromium for a file: what drives it keeps a loop of asyncio running, which others (signing) cannot share."""
    from tests.support.browser import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page at a desk."""
    from tests.support.browser import opened

    with opened(browser) as page:
        yield page


@pytest.fixture
def plain_page(browser: "Browser") -> Iterator["Page"]:
    """A page without scripts on a telephone."""
    from tests.support.browser import TELEPHONE, opened

    with opened(browser, scripts=False, size=TELEPHONE) as page:
        yield page


@pytest.fixture
def open_app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The portal with every folder switched on, and dates to give away."""
    from app.extensions import db
    from app.kit.registry import Registry
    from tests.support.declared import PROFILE, SERVICES
    from tests.support.furnished import furnish

    monkeypatch.setitem(app.extensions, "services", Registry(dict(SERVICES)))
    monkeypatch.setitem(app.extensions, "profile", PROFILE)
    with app.app_context():
        furnish(app)
        yield app
        db.session.rollback()
