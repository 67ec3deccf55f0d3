"""Open pages in Chromium: a checker that really looks at Arabic, narrow screens, fingers, keyboard, script."""

import re
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app.identity.browser import cookie_name
from tests.support import signed_in

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.js"
PAGES = ("/", "/services?q=موعدد", "/services/emirate_appointment", "/accessibility", "/announcements", "/no-such-page")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Links inside a sentence are let off, as WCAG 2.5.8 does; the card of a service is touched as a whole.
TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(e => e.offsetParent && !e.closest('.skip-link') && !e.closest('.service-card'))
  .filter(e => !(e.matches('a') && getComputedStyle(e).display === 'inline'))
  .map(e => [e, (e.matches('[type=radio], [type=checkbox]') ? e.closest('label') : e).getBoundingClientRect()])
  .filter(([, box]) => box.width < 43.5 || box.height < 43.5).map(([e]) => e.outerHTML.slice(0, 120))"""
# What it finds comes over, not what it passed: that is a hundred times as much.
CHECKED = """async tags => (await axe.run(document, {runOnly: tags, resultTypes: ['violations']})).violations
  .map(each => [each.id, each.nodes.map(node => node.html.slice(0, 120))])"""


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Any]:
    """Opens a page of the portal; any complaint of the browser fails the test."""
    contexts, complaints = [], []

    def page(path: str, width: int = 1280, cookie: tuple[str, str] | None = None, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=address, **more)
        contexts.append(context)
        if cookie:
            context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": address}])
        made: Page = context.new_page()
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        made.goto(path)
        return made

    yield page
    for context in contexts:
        context.close()
    assert not [each for each in complaints if not re.search("status of (404|422)", each)]


@cache
def checker() -> str:
    """axe takes joined Arabic letters for an icon font and then skips their contrast: it is told that they are none."""
    source = AXE.read_text("utf-8")
    started = re.search(r"function _isIconLigature\([^)]*\) \{", source)
    assert started
    return source[: started.end()] + " return false; " + source[started.end() :]


def violations(page: Page) -> list[Any]:
    page.evaluate("document.querySelectorAll('details:not(.drop)').forEach(each => { each.open = true })")
    # Through the debugger, which the content security policy of the page does not bind.
    page.evaluate(checker())
    return [(id, nodes) for id, nodes in page.evaluate(CHECKED, TAGS)]


def test_the_checker_sees_grey_arabic_on_white(opened: Any) -> None:
    page = opened("/about")
    page.evaluate("document.querySelector('main p.lead').style.color = '#bbb'")
    assert "color-contrast" in [name for name, _ in violations(page)]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_checker_finds_nothing(opened: Any, prefix: str, scheme: str, width: int) -> None:
    for path in PAGES:
        assert violations(opened(prefix + path, width, color_scheme=scheme)) == [], prefix + path


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_narrow_screens_need_no_sideways_scrolling_and_fingers_find_everything(opened: Any, prefix: str) -> None:
    for path in PAGES:
        page = opened(prefix + path, 320)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert page.evaluate(TOO_SMALL) == [], path


def test_search_answers_as_one_types_without_losing_the_place(opened: Any) -> None:
    page = opened("/services")
    page.evaluate("window.told = document.querySelector('#results [role=status]')")
    page.locator("#q").press_sequentially("معامله", delay=30)
    expect(page.locator("#results h2")).to_contain_text("نتائج البحث عن معامله: ")
    expect(page.locator("#results")).to_contain_text("المعاملات")
    expect(page.locator("#q")).to_be_focused()
    assert page.evaluate("window.told === document.querySelector('#results [role=status]')")
    assert "q=" in page.url
    swapped = page.locator("#results").inner_text()
    page.reload()
    assert page.locator("#results").inner_text() == swapped


def test_search_works_without_scripts(opened: Any) -> None:
    page = opened("/", java_script_enabled=False)
    page.locator("#q").fill("اماره")
    page.get_by_role("button", name="ابحث").click()
    expect(page.locator(".service-card h3").first).to_have_text("طلب موعد مع الإمارة")


def test_the_keyboard_reaches_the_content_first_and_errors_take_the_focus(opened: Any) -> None:
    page = opened("/services/emirate_appointment")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.locator("#useful-words").fill("اكتب رقم البوابة")
    expect(page.locator("#useful-words-count")).to_have_text("بقي 484 حرفًا")
    page.get_by_role("button", name="أرسل الملاحظة").click()
    expect(page.locator("#useful-e")).to_be_visible()
    expect(page.locator("#useful-words")).to_have_value("اكتب رقم البوابة")
    page.get_by_label("نعم", exact=True).check()
    page.get_by_role("button", name="أرسل الملاحظة").click()
    expect(page.locator("#opinion [role=status]")).to_be_visible()


def test_a_session_is_warned_of_its_end_and_can_be_kept(app: Flask, opened: Any) -> None:
    client = signed_in.citizen_browser(app, signed_in.person(app))
    cookie = client.get_cookie(cookie_name(app, "citizen"))
    assert cookie is not None
    page = opened("/about", cookie=(cookie.key, cookie.value))
    page.clock.install()
    page.reload()
    page.clock.fast_forward("27:00")
    expect(page.locator("#session-warning")).to_be_hidden()
    page.clock.fast_forward("01:30")
    expect(page.locator("#session-warning")).to_be_visible()
    page.get_by_role("button", name="ابقَ متصلًا").click()
    expect(page.locator("#session-warning")).to_be_hidden()


def test_paper_shows_the_answers_that_are_folded_on_the_screen(opened: Any) -> None:
    page = opened("/services/emirate_appointment")
    answer = page.locator(".folds details p").first
    expect(answer).to_be_hidden()
    page.emulate_media(media="print")
    expect(answer).to_be_visible()
    expect(page.locator(".masthead nav").first).to_be_hidden()
