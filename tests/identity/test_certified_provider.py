"""The same build with its settings pointing at a certified provider that is not ours, by HTTP from end to end.

Three ways to be registered there: with a secret at a provider that knows no pushed requests, with our own key at one
that offers them, and with our own key at one that insists on them and puts all claims into the ID token.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from app.extensions import db, transaction
from app.identity import people, staff
from app.identity.actors import Grant, Role
from app.identity.models import SigninAttempt, WebSession
from tests.support import certified_provider
from tests.support.database import leave
from tests.support.visitor import Sheet, Visitor

ACCOUNTS = {
    "noura": {
        "name": "Noura Alharbi",
        "name_ar": "نورة بنت سعد الحربي",
        "national_id": "1000000016",
        "id_country": "SA",
        "id_type": "citizen",
        "phone_number": "+966512345679",
        "email": "noura@mail.example",
        "email_verified": True,
    },
    "nobody": {"name": "No Number", "email": "nobody@mail.example"},
}
SECRET = "a-secret-that-is-long-enough-for-anybody"
WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "secret": ({"pushed": "unknown"}, {"id_token_signed_response_alg": "ES256"}),
    "own_key": ({"pushed": "offered"}, {"userinfo_signed_response_alg": "RS256"}),
    "pushed": ({"pushed": "required", "claims_in_id_token": True}, {}),
}


class QuietHandler(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


class Served:
    """A portal on a port of its own: the address is known before the settings, which need it."""

    def __init__(self) -> None:
        self.app: Flask | None = None
        self.server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=QuietHandler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def _answer(self, environ: Any, start_response: Any) -> Any:
        assert self.app is not None
        return self.app(environ, start_response)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        if self.app is not None:
            leave(self.app)


@dataclass
class Houses:
    """One portal and the provider it is registered with."""

    app: Flask
    portal: str
    issuer: str

    def visitor(self) -> Visitor:
        return Visitor({"PUBLIC_URL": self.portal, "SANDBOX_URL": ""})

    def session(self) -> WebSession:
        """The only session row there is."""
        with self.app.app_context():
            return db.session.scalars(select(WebSession)).one()


def registration(way: str, portal: str) -> dict[str, Any]:
    """The house of the provider for this way, with both clients as they were agreed on."""
    house, wishes = WAYS[way]
    proof = {"client_secret": SECRET, "token_endpoint_auth_method": "client_secret_basic"}
    key = {"jwks_uri": f"{portal}/.well-known/jwks.json", "token_endpoint_auth_method": "private_key_jwt"}
    both = {"backchannel_logout_uri": f"{portal}/auth/backchannel-logout", "backchannel_logout_session_required": True}
    citizens = {
        "client_id": "citizens",
        "redirect_uris": [f"{portal}/auth/callback"],
        "post_logout_redirect_uris": [f"{portal}/signed-out"],
        **(proof if way == "secret" else key),
        **wishes,
    }
    desk = {
        "client_id": "desk",
        "redirect_uris": [f"{portal}/desk/callback"],
        "post_logout_redirect_uris": [f"{portal}/desk/login"],
        **proof,
    }
    return {**house, "clients": [{**both, **citizens}, {**both, **desk}]}


def settings(way: str, portal: str, issuer: str) -> dict[str, str]:
    """What an installation changes, and nothing else."""
    own = {"OIDC_CLIENT_SECRET": SECRET, "OIDC_PRIVATE_KEY_FILE": ""} if way == "secret" else {}
    return {
        "PUBLIC_URL": portal,
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": "citizens",
        "OIDC_ACR_VALUES": "high",
        "STAFF_OIDC_ISSUER": issuer,
        "STAFF_OIDC_CLIENT_ID": "desk",
        "STAFF_OIDC_CLIENT_SECRET": SECRET,
        "STAFF_OIDC_PRIVATE_KEY_FILE": "",
        **own,
    }


@pytest.fixture(scope="module")
def _world(
    environment: dict[str, str], cloned_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Houses]]:
    from app import create_app
    from config import Settings

    log = tmp_path_factory.mktemp("certified") / "log"
    with ExitStack() as stack:
        served = {way: Served() for way in WAYS}
        for each in served.values():
            stack.callback(each.close)
        houses = {way: registration(way, each.url) for way, each in served.items()}
        issuers = stack.enter_context(certified_provider.running(ACCOUNTS, houses, log))
        for way, each in served.items():
            each.app = create_app(Settings.from_environment({**environment, **settings(way, each.url, issuers[way])}))
        yield {way: Houses(each.app, each.url, issuers[way]) for way, each in served.items() if each.app}


@pytest.fixture(params=sorted(WAYS))
def houses(request: pytest.FixtureRequest, app: Flask, _world: dict[str, Houses]) -> Houses:
    return _world[request.param]


def sign_in(visitor: Visitor, account: str = "noura", acr: str = "high", door: str = "/login?next=/account") -> Sheet:
    """From the button of the portal through the form of the provider back to the page that was wanted."""
    start = visitor.open(door)
    asked = visitor.send(start, start.form())
    assert asked.title == "Who are you?", asked.soup.get_text(" ", strip=True)[:600]
    return visitor.send(asked, asked.form("form"), account=account, acr=acr)


def is_signed_in(visitor: Visitor, path: str = "/account") -> bool:
    return visitor.http.get(visitor.portal + path, allow_redirects=False, timeout=20).status_code == 200


def make_officer(houses: Houses) -> None:
    with houses.app.app_context(), transaction():
        staff.grant("noura@mail.example", Grant(Role.OFFICER, agency="emirate"))


def test_a_person_signs_in_and_the_claims_are_read(houses: Houses) -> None:
    visitor = houses.visitor()
    assert sign_in(visitor).url == f"{houses.portal}/account"
    with houses.app.app_context():
        found = people.find_by_number("SA", "1000000016")
        assert found is not None
        assert (found.name_ar, found.name_en) == ("نورة بنت سعد الحربي", "Noura Alharbi")
        assert (found.id_type, found.mobile, found.email) == ("citizen", "+966512345679", "noura@mail.example")
    row = houses.session()
    assert (row.issuer, row.sub, row.acr) == (houses.issuer, "noura", "high")
    assert row.sid


def test_a_level_that_was_not_reached_is_refused(houses: Houses) -> None:
    visitor = houses.visitor()
    refused = sign_in(visitor, acr="low")
    assert (refused.status, refused.url.split("?")[0]) == (400, f"{houses.portal}/login/refused")
    assert not is_signed_in(visitor)
    with houses.app.app_context():
        assert db.session.scalars(select(SigninAttempt.outcome)).all() == ["token_acr"]


def test_a_person_without_a_number_is_told_what_is_missing(houses: Houses) -> None:
    visitor = houses.visitor()
    assert "why=missing_claims" in sign_in(visitor, "nobody").url
    assert not is_signed_in(visitor)


def test_a_fresh_sign_in_that_a_step_asks_for_brings_the_time_of_it(houses: Houses) -> None:
    visitor = houses.visitor()
    sign_in(visitor)
    again = visitor.open("/login?next=/account&again=600")
    assert visitor.send(again, again.form()).url == f"{houses.portal}/account", "the provider knows her still"
    assert houses.session().auth_time is not None


def test_signing_out_ends_the_session_at_the_provider_and_returns(houses: Houses) -> None:
    visitor = houses.visitor()
    account = sign_in(visitor)
    asked = visitor.send(account, account.form("form[action='/logout']"))
    assert asked.url.startswith(f"{houses.issuer}/session/end?")
    assert not is_signed_in(visitor), "here first"
    assert visitor.send(asked, asked.form("form"), logout="yes").url == f"{houses.portal}/signed-out"
    assert sign_in(visitor).url == f"{houses.portal}/account", "the provider asks again who it is"


def test_a_session_ended_at_the_provider_ends_here_at_both_doors(houses: Houses) -> None:
    make_officer(houses)
    visitor, other = houses.visitor(), houses.visitor()
    sign_in(visitor)
    sign_in(other)
    desk = visitor.open("/desk/login?next=/desk")
    assert visitor.send(desk, desk.form()).url == f"{houses.portal}/desk", "one provider, which knows her already"
    asked = visitor.open(f"{houses.issuer}/session/end")
    left = visitor.send(asked, asked.form("form"), logout="yes")
    assert left.url == f"{houses.issuer}/session/end/success"
    assert not is_signed_in(visitor)
    assert not is_signed_in(visitor, "/desk")
    assert is_signed_in(other), "a logout token names one session"


def test_the_provider_may_replace_its_keys(houses: Houses) -> None:
    sign_in(houses.visitor())
    requests.post(f"{houses.issuer}/rotate", timeout=20).raise_for_status()
    # A signature by an unknown key earns a new reading of the keys half a minute after the last one.
    for provider in houses.app.extensions["sign_in"].values():
        provider._keys.read_at -= 60
    visitor = houses.visitor()
    sign_in(visitor)
    assert is_signed_in(visitor)


def test_staff_sign_in_and_out_at_their_own_door(houses: Houses) -> None:
    make_officer(houses)
    visitor = houses.visitor()
    desk = sign_in(visitor, door="/desk/login?next=/desk")
    assert desk.url == f"{houses.portal}/desk"
    asked = visitor.send(desk, desk.form("form[action='/desk/logout']"))
    assert visitor.send(asked, asked.form("form"), logout="yes").url == f"{houses.portal}/desk/login"
    assert not is_signed_in(visitor, "/desk")
