"""A provider that can lie, the portal that knows it, and a person's way through both."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.identity.models import WebSession
from app.identity.provider import from_settings
from tests.support import dishonest_provider
from tests.support.dishonest_provider import CLIENT, SECRET, DishonestProvider
from tests.support.signed_in import token_of

DOORS = {"citizen": "/login", "staff": "/desk/login", "english staff": "/en/desk/login"}


@pytest.fixture(scope="session")
def _house() -> Iterator[DishonestProvider]:
    with dishonest_provider.running() as provider:
        yield provider


@pytest.fixture
def provider(app: Flask, _house: DishonestProvider) -> Iterator[DishonestProvider]:
    """Both doors of the portal lead to this provider; what was read from it before is forgotten."""
    _house.reset()
    known = app.extensions["sign_in"]
    settings = replace(
        app.config["SETTINGS"],
        oidc_issuer=_house.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_private_key_file=None,
        staff_oidc_issuer=_house.issuer,
        staff_oidc_client_id=CLIENT,
        staff_oidc_client_secret=SECRET,
        staff_oidc_private_key_file=None,
        oidc_acr_values="high",
    )
    app.extensions["sign_in"] = from_settings(settings)
    yield _house
    app.extensions["sign_in"] = known


@dataclass
class Visitor:
    """A browser on its way through both houses, following no redirect by itself."""

    app: Flask
    client: FlaskClient
    door: str = "citizen"
    kept: dict[str, Any] = field(default_factory=dict)

    def begin(self, back_to: str = "", **more: str) -> TestResponse:
        path = DOORS[self.door]
        form = {"csrf_token": token_of(self.client, path), "next": back_to, **more}
        return self.client.post(path, data=form, headers={"Origin": "http://localhost"})

    def at_provider(self, answer: TestResponse) -> str:
        """The path of the portal to which the provider sends the browser."""
        back = requests.get(answer.location, allow_redirects=False, timeout=5)
        assert back.status_code == 303, back.text
        parts = urlsplit(back.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def sign_in(self, back_to: str = "", **more: str) -> TestResponse:
        """The answer in which the journey ended: the way onwards, or the page of a refusal."""
        answer = self.begin(back_to, **more)
        if answer.status_code == 303:
            answer = self.client.get(self.at_provider(answer))
        is_refusal = "/refused?" in (answer.location or "")
        return self.client.get(answer.location) if is_refusal else answer


@pytest.fixture
def visitor(app: Flask, provider: DishonestProvider) -> Visitor:
    return Visitor(app, app.test_client())


@pytest.fixture
def new_visitor(app: Flask, provider: DishonestProvider) -> Callable[..., Visitor]:
    return lambda door="citizen": Visitor(app, app.test_client(), door)


@pytest.fixture
def rows(app: Flask) -> Callable[..., list[Any]]:
    """All rows of a table, read afresh; numbered ones in their order."""

    def read(model: type[Any] = WebSession) -> list[Any]:
        with app.app_context():
            return list(db.session.scalars(select(model).order_by(*inspect(model).primary_key)))

    return read
