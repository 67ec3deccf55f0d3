"""Paying in Chromium, with scripts and without, at a desk and on a telephone; every page of money under the checker."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app.cases import collecting, steps
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.kit.roles import Role
from app.kit.workflow import Stage
from app.payments.models import Attempt
from app.payments.return_models import CashDay
from app.web.headers import policy
from tests.blueprints.test_open_pages_in_browser import TOO_SMALL, violations
from tests.payments.conftest import CASHIER, Market
from tests.support import browser as chrome

pytestmark = pytest.mark.browser
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SUPERVISOR = Grant(Role.SUPERVISOR, agency="municipality")


@pytest.fixture
def address(app: Flask, monkeypatch: pytest.MonkeyPatch, market: Market) -> Iterator[str]:
    """The portal on a port, its own address known to it: the bank sends people back there."""
    from dataclasses import replace

    from ground import assets

    assets.build()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    found = f"http://127.0.0.1:{server.port}"
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], public_url=found))
    # The policy of content names the hosts of the settings at start; this bank came later.
    later = [*app.after_request_funcs[None], lambda answer: _may_lead_to(answer, market.bank.url)]
    monkeypatch.setitem(app.after_request_funcs, None, later)
    world = market.bank.world
    monkeypatch.setattr(world, "options", replace(world.options, portal_url=found))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def _may_lead_to(answer: Response, bank: str) -> Response:
    answer.headers["Content-Security-Policy"] = policy(f" {bank}")
    return answer


class Windows:
    """Pages of the browser for whoever's session a test client holds."""

    def __init__(self, browser: Browser, address: str, stack: ExitStack) -> None:
        self.browser, self.address, self.stack = browser, address, stack

    def open(self, who: Any, path: str, *, scripts: bool = True, width: int = 1280) -> Page:
        size = {"width": width, "height": 900}
        page = self.stack.enter_context(chrome.opened(self.browser, scripts=scripts, size=size))
        kept = list(who.client._cookies.values()) if who else []
        page.context.add_cookies([{"name": each.key, "value": each.value, "url": self.address} for each in kept])
        page.goto(self.address + path)
        return page


@pytest.fixture
def windows(browser: Browser, address: str) -> Iterator[Windows]:
    with ExitStack() as stack:
        yield Windows(browser, address, stack)


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 360)])
def test_a_fee_is_paid_from_the_account_to_the_receipt(
    market: Market, windows: Windows, *, scripts: bool, width: int
) -> None:
    walk = market.approved()
    page = windows.open(market.browser(walk), "/account", scripts=scripts, width=width)
    page.locator("main a[href*='/pay/']").first.click()
    page.locator("main form button").click()
    page.wait_for_url(f"{market.bank.url}/bank/pay/**")
    page.locator("main form button").click()
    page.wait_for_url("**/pay/*?back=1**")
    expect(page.locator("h1")).to_have_text("نتأكد من الدفع")
    market.bank.tell(market.app)
    market.check()
    # The page refreshes itself, also without scripts.
    expect(page.locator("h1")).to_have_text("تم الدفع", timeout=20_000)
    assert market.case(walk).stage == Stage.ISSUED
    receipt = page.locator("dd", has_text="RC-").first.inner_text().strip()
    page.goto(f"{windows.address}/account/bills")
    page.locator("a", has_text=receipt).click()
    expect(page.locator("h1")).to_have_text("إيصال الدفع")
    expect(page.locator("main")).to_contain_text(receipt)


def test_every_page_of_money_passes_the_checker_and_fits_a_telephone(market: Market, windows: Windows) -> None:
    walk, late = market.approved(), market.approved()
    market.bank.pay(market.started(late), "never")
    with transaction():
        steps.move(late.case_id, "cancel", by=late.citizen, version=None)
    market.check()
    actor = market.world.actor(CASHIER, email="till@example.com")
    with transaction():
        collecting.open_day("municipality", by=actor)
    till = market.world.officer(CASHIER, email="till@example.com")
    boss = market.world.officer(SUPERVISOR, email="boss@example.com")
    citizen, bill = market.browser(walk), market.bill(walk).id
    paid = market.approved()
    with transaction():
        collecting.collect(market.bill(paid).id, "cash", "60", by=actor)
    day = db.session.scalars(select(CashDay.id)).one()
    db.session.rollback()
    pages = [
        (citizen, f"/pay/{bill}"),
        (citizen, "/account/bills"),
        (market.browser(late), f"/pay/{market.bill(late).id}"),
        (market.browser(paid), f"/pay/{market.bill(paid).id}"),
        (till, "/desk/cashier"),
        (till, f"/desk/cashier/bills/{bill}"),
        (till, "/desk/cashier/close"),
        (boss, f"/desk/cashier/days/{day}"),
        (boss, "/desk/cashier/days"),
        (boss, "/desk/refunds"),
    ]
    for who, path in pages:
        for prefix, width in (("", 360), ("/en", 1280)):
            page = windows.open(who, prefix + path, width=width)
            assert violations(page) == [], path
            assert page.evaluate(WIDE) <= 0, (path, width)
            assert page.evaluate(TOO_SMALL) == [], path
            page.context.close()


def test_back_without_paying_says_so_and_the_bill_can_still_be_paid(market: Market, windows: Windows) -> None:
    walk = market.approved()
    market.started(walk)
    page = windows.open(market.browser(walk), f"/pay/{market.bill(walk).id}?back=7", scripts=False, width=360)
    expect(page.locator("main")).to_contain_text("لم يصل دفع")
    expect(page.locator("main form button")).to_be_visible()
    assert db.session.scalars(select(Attempt)).one().state == "live"
