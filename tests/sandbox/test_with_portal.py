"""The portal itself against the sandbox: the real sign-in, and no lie that lets anybody in."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.identity.provider import from_settings, public_keys
from sandbox.faults import TOKEN
from tests.sandbox.running import Client, ListeningPortal, RunningSandbox, until
from tests.support.signed_in import token_of

DOORS = {"id": "/login", "staff": "/desk/login"}
CALLBACKS = {"id": "/auth/callback", "staff": "/desk/callback"}
# Without a wish for a fresh sign-in the time of it decides nothing.
HARMLESS = {"old_auth_time", "no_auth_time"}


@pytest.fixture
def known(app: Flask, sandbox: RunningSandbox, portal: ListeningPortal) -> Iterator[Flask]:
    """The portal as client of both providers, by its own keys, which the sandbox reads where they are published."""
    before = app.extensions["sign_in"]
    issuers = {"oidc_issuer": f"{sandbox.url}/id", "staff_oidc_issuer": f"{sandbox.url}/staff"}
    settings = replace(app.config["SETTINGS"], oidc_acr_values="urn:level:high", **issuers)
    app.extensions["sign_in"] = from_settings(settings)
    with app.app_context():
        portal.keys = public_keys()
    for provider, client_id in (("id", settings.oidc_client_id), ("staff", settings.staff_oidc_client_id)):
        data = {
            "client_id": client_id,
            "redirect_uris": [settings.public_url + CALLBACKS[provider]],
            "post_logout_redirect_uris": [settings.public_url + "/signed-out"],
            "backchannel_logout_uri": f"{portal.url}/auth/backchannel-logout",
            "jwks_uri": f"{portal.url}/keys",
        }
        assert sandbox.post(f"/{provider}/clients", json=data).status_code == 201
    yield app
    app.extensions["sign_in"] = before


def begin(browser: FlaskClient, provider: str) -> str:
    """Press the portal's sign-in button; the provider's address."""
    door = DOORS[provider]
    form = {"csrf_token": token_of(browser, door)}
    answer = browser.post(door, data=form, headers={"Origin": "http://localhost"})
    assert answer.status_code == 303
    return answer.headers["Location"]


def back(browser: FlaskClient, address: str) -> TestResponse:
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def citizen_signs_in(browser: FlaskClient, sandbox: RunningSandbox, number: str, person: str) -> TestResponse:
    person_at_provider = Client(sandbox)
    form = person_at_provider.go(begin(browser, "id"))
    waiting = person_at_provider.go(form.url, "POST", data={"national_id": number})
    person_at_provider.pick(person)
    return back(browser, person_at_provider.go(waiting.url).headers["Location"])


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("number", "person"),
    [("1000000008", "fahd"), ("٢٠٠٠٠٠٠٠٠٦", "hasan"), ("28063400000", "jassim"), ("2000000014", "miller"),
     ("1000000024", "salma"), ("3000000001", "visitor")],
)  # fmt: skip
def test_each_demo_person_can_sign_in(known: Flask, sandbox: RunningSandbox, number: str, person: str) -> None:
    browser = known.test_client()
    answer = citizen_signs_in(browser, sandbox, number, person)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")


def test_the_nameless_person_is_told_what_is_missing(known: Flask, sandbox: RunningSandbox) -> None:
    answer = citizen_signs_in(known.test_client(), sandbox, "1000000040", "nameless")
    assert "why=missing_claims" in answer.headers["Location"]


@pytest.mark.parametrize("lie", [lie for lie in TOKEN if lie not in HARMLESS])
def test_no_lie_of_the_provider_signs_anybody_in(known: Flask, sandbox: RunningSandbox, lie: str) -> None:
    sandbox.fault("id_token", lie)
    browser = known.test_client()
    answer = citizen_signs_in(browser, sandbox, "1000000008", "fahd")
    assert "/login/refused?why=" in answer.headers["Location"]
    assert not is_signed_in(browser)


def test_the_honest_provider_signs_in_across_a_change_of_keys(known: Flask, sandbox: RunningSandbox) -> None:
    assert citizen_signs_in(known.test_client(), sandbox, "1000000008", "fahd").headers["Location"] == "/account"
    sandbox.post("/id/keys", data={"how": "overlap"})
    known.extensions["sign_in"]["citizen"]._keys.read_at -= 60
    assert citizen_signs_in(known.test_client(), sandbox, "1000000008", "fahd").headers["Location"] == "/account"


@pytest.mark.parametrize("kind", ["away", "cut", "token_500", "token_garbage", "token_redirect", "userinfo_500"])
def test_a_broken_provider_gives_a_page_and_no_session(known: Flask, sandbox: RunningSandbox, kind: str) -> None:
    browser = known.test_client()
    person = Client(sandbox)
    waiting = person.go(person.go(begin(browser, "id")).url, "POST", data={"national_id": "1000000008"})
    person.pick("fahd")
    address = person.go(waiting.url).headers["Location"]
    sandbox.fault("id", kind)
    answer = back(browser, address)
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"])
    assert page.status_code < 600
    assert "0x7f" not in page.get_data(as_text=True), "the provider's words reach nobody"
    assert not is_signed_in(browser)


def test_staff_without_a_role_are_refused_at_the_desks_door(known: Flask, sandbox: RunningSandbox) -> None:
    browser, person = known.test_client(), Client(sandbox, "staff")
    form = person.go(begin(browser, "staff"))
    answer = back(browser, person.go(form.url, "POST", data={"person": "stranger"}).headers["Location"])
    assert "refused" in answer.headers["Location"]


def test_signing_out_of_the_portal_signs_out_of_the_provider(known: Flask, sandbox: RunningSandbox) -> None:
    browser, person = known.test_client(), Client(sandbox)
    waiting = person.go(person.go(begin(browser, "id")).url, "POST", data={"national_id": "1000000008"})
    person.pick("fahd")
    back(browser, person.go(waiting.url).headers["Location"])
    form = {"csrf_token": token_of(browser, "/services")}
    answer = browser.post("/logout", data=form, headers={"Origin": "http://localhost"})
    assert answer.headers["Location"].startswith(f"{sandbox.url}/id/end-session?")
    returned = person.go(answer.headers["Location"])
    assert returned.headers["Location"].startswith("http://portal.test/signed-out")
    assert "/id/sign-in/" in person.go(begin(known.test_client(), "id")).url, "the provider asks again"


def test_a_session_ended_at_the_provider_ends_at_the_portal(
    known: Flask, sandbox: RunningSandbox, portal: ListeningPortal
) -> None:
    browser = known.test_client()
    citizen_signs_in(browser, sandbox, "1000000008", "fahd")
    assert is_signed_in(browser)
    page = BeautifulSoup(sandbox.get("/id/sessions").text, "html.parser")
    sandbox.post("/id/sessions/end", data={"sid": page.select("input[name=sid]")[0]["value"]})
    until(lambda: portal.heard)
    told = known.test_client().post(portal.heard[0]["path"], data=portal.heard[0]["fields"])
    assert told.status_code == 200
    assert not is_signed_in(browser)
