"""A browser at both houses: the portal over HTTP, the sandbox as national provider, keys and calls going both ways."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.sandbox.running import RunningSandbox, until
from tests.support.database import leave

pytestmark = pytest.mark.browser


@dataclass
class Houses:
    portal: str
    sandbox: RunningSandbox
    app: Flask


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def _served(
    environment: dict[str, str], cloned_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Houses]:
    from app import create_app
    from config import Settings

    portal = f"http://127.0.0.1:{_free_port()}"
    names = ("OIDC_CLIENT_ID", "STAFF_OIDC_CLIENT_ID", "OIDC_ACR_VALUES")
    sandbox = RunningSandbox(
        tmp_path_factory.mktemp("sandbox"),
        "--portal-url",
        portal,
        environment={name: environment[name] for name in names},
    ).start()
    settings = {"PUBLIC_URL": portal, "OIDC_ISSUER": f"{sandbox.url}/id", "STAFF_OIDC_ISSUER": f"{sandbox.url}/staff"}
    app = create_app(Settings.from_environment({**environment, **settings}))
    server = make_server("127.0.0.1", int(portal.rpartition(":")[2]), app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Houses(portal, sandbox, app)
    server.shutdown()
    server.server_close()
    thread.join()
    sandbox.stop()
    leave(app)


@pytest.fixture
def houses(app: Flask, _served: Houses) -> Houses:
    _served.sandbox.post("/reset", json={})
    return _served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


def sign_in(page: Page, houses: Houses, path: str = "/login?next=/account") -> None:
    page.goto(houses.portal + path)
    page.locator("main form button").first.click()
    page.wait_for_url(f"{houses.sandbox.url}/id/**")
    page.locator("input[name=national_id]").fill("1000000008")
    page.locator("main button[type=submit]").first.click()
    prompt = until(lambda: houses.sandbox.get("/phone/fahd/prompt.json").json().get("prompt"))
    shown = houses.sandbox.get("/phone/fahd/prompt.json").json()["shown"]
    houses.sandbox.post("/phone/fahd/answer", data={"prompt": prompt, "pick": str(shown)})
    page.wait_for_url(f"{houses.portal}/**", timeout=20_000)


def test_a_citizen_signs_in_by_number_matching_and_leaves_both_houses(houses: Houses, page: Page) -> None:
    sign_in(page, houses)
    assert page.url == f"{houses.portal}/account"
    expect(page.locator("header .user-name").first).to_have_text(re.compile("فهد"))
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(houses.portal)}
    assert cookies["citizen"]["httpOnly"]
    assert cookies["citizen"]["sameSite"] == "Lax"
    page.locator("header details.drop summary").first.click()
    page.locator("header form[action='/logout'] button").first.click()
    page.wait_for_url(f"{houses.portal}/signed-out**")
    page.go_back()
    page.wait_for_url(f"{houses.portal}/login?**")
    assert "فهد" not in page.content()
    page.locator("main form button").first.click()
    expect(page.locator("input[name=national_id]")).to_be_visible()


def test_a_session_ended_at_the_provider_ends_here(houses: Houses, page: Page) -> None:
    sign_in(page, houses)
    listed = houses.sandbox.get("/id/sessions").text
    (sid,) = re.findall(r'name="sid" value="([^"]+)"', listed)
    houses.sandbox.post("/id/sessions/end", data={"sid": sid})
    deadline = time.monotonic() + 10
    while "/login" not in page.url and time.monotonic() < deadline:
        page.goto(f"{houses.portal}/account")
    assert "/login" in page.url


def test_a_declined_request_is_a_page_with_a_way_on(houses: Houses, page: Page) -> None:
    page.goto(f"{houses.portal}/en/login?next=/en/account")
    page.locator("main form button").first.click()
    page.locator("input[name=national_id]").fill("1000000008")
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("button", name=re.compile("Cancel|cancel")).first.click()
    page.wait_for_url(f"{houses.portal}/en/login/refused**")
    expect(page.locator("h1")).to_have_text("Sign-in was not completed")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url(f"{houses.sandbox.url}/id/**")


def test_staff_sign_in_at_their_own_door(houses: Houses, page: Page) -> None:
    from app.extensions import transaction
    from app.identity import staff
    from app.identity.actors import Grant, Role

    with houses.app.app_context(), transaction():
        staff.grant("officer@bawaba.example", Grant(Role.OFFICER, agency="emirate"))
    page.goto(f"{houses.portal}/desk")
    assert "/desk/login?next=/desk" in page.url
    page.locator("main form button").first.click()
    page.wait_for_url(f"{houses.sandbox.url}/staff/**")
    page.get_by_role("button", name=re.compile("خالد العمري")).click()
    page.wait_for_url(f"{houses.portal}/**")
    assert page.url == f"{houses.portal}/desk"
