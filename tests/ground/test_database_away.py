"""A database that is away is a page that says so, for whoever asks, with and without a session."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Settings
from tests.support.database import leave


@pytest.fixture(scope="module")
def cut_off(environment: dict[str, str]) -> Iterator[Flask]:
    """The application with a database that does not answer; errors are answered as in production."""
    nowhere = "postgresql+psycopg://portal@/none?host=/nowhere"
    app = create_app(Settings.from_environment({**environment, "DATABASE_URL": nowhere}))
    yield app
    leave(app)


@pytest.fixture
def browser_with_session(cut_off: Flask) -> FlaskClient:
    client = cut_off.test_client()
    for name in ("citizen", "staff", "__Host-citizen", "__Host-staff"):
        client.set_cookie(name, "A" * 43)
    return client


@pytest.mark.parametrize(
    "path", ["/account", "/services/general_transaction/apply", "/desk", "/inquiry", "/en/account"]
)
def test_a_page_that_needs_the_database_says_when_to_come_back(browser_with_session: FlaskClient, path: str) -> None:
    answer = browser_with_session.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "<h1" in answer.text
    assert "psycopg" not in answer.text
    assert "nowhere" not in answer.text


def test_the_processes_say_that_they_live_but_are_not_ready(cut_off: Flask) -> None:
    client = cut_off.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
