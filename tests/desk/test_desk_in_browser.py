"""The desk in Chromium: an automatic checker, narrow screens, a day's keys, and all of it again without scripts."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from ground import assets
from tests.blueprints.test_open_pages_in_browser import TOO_SMALL, violations
from tests.desk.conftest import ask, press
from tests.support import browser as chrome
from tests.support.world import SECURITY, Desk, World

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
ALL_OPEN = """document.querySelectorAll('main details').forEach(each => {
  each.removeAttribute('name'); each.open = true })"""
WIDE = """() => [...document.querySelectorAll('main *:not(.visually-hidden *, .visually-hidden, thead, thead *)')]
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.right > document.documentElement.clientWidth + 1 || box.left < -1))
  .map(([e]) => e.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    assets.build()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def opened(browser: Browser, address: str, desk: Desk) -> Iterator[Opened]:
    """Opens a page of the desk as the officer."""
    kept = list(desk.client._cookies.values())  # type: ignore[attr-defined]
    with ExitStack() as pages:

        def page(path: str, *, scripts: bool = True, width: int = 1280) -> Page:
            made = pages.enter_context(chrome.opened(browser, scripts=scripts, size={"width": width, "height": 900}))
            made.context.add_cookies([{"name": each.key, "value": each.value, "url": address} for each in kept])
            made.goto(address + path)
            return made

        yield page


@pytest.fixture
def numbers(world: World, desk: Desk) -> list[str]:
    """A new case; one under review with something prepared and free times to choose; one that waits for its citizen."""
    filed = [
        world.file(world.citizen(each, mobile=f"+96651234{each[-4:]}"))
        for each in ("1000000008", "1000000016", "1000000024")
    ]
    security = world.officer(SECURITY, email="security@example.com")
    for number in filed[1:]:
        press(desk, number, "start_review")
        ask(desk, number, "replacement:subject_letter")
    press(security, filed[1], "security_check", result="clear")
    desk.post(
        f"/desk/cases/{filed[2]}/requests/send", {"version": desk.get(f"/desk/cases/{filed[2]}").field("version")}
    )
    return filed


def pages_of(numbers: list[str]) -> list[str]:
    return ["/desk", "/desk?words=0000", *(f"/desk/cases/{number}" for number in numbers)]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_checker_finds_nothing_at_the_desk(opened: Opened, numbers: list[str], prefix: str) -> None:
    for path in pages_of(numbers):
        for width in (1280, 360):
            page = opened(prefix + path, width=width)
            page.evaluate(ALL_OPEN)
            assert violations(page) == [], (path, width)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_desk_fits_a_narrow_screen_and_a_finger(opened: Opened, numbers: list[str], prefix: str) -> None:
    for path in pages_of(numbers):
        page = opened(prefix + path, width=320)
        page.evaluate(ALL_OPEN)
        assert page.evaluate(WIDE) == [], path
        assert page.evaluate(TOO_SMALL) == [], path


def test_a_day_by_keyboard(opened: Opened, numbers: list[str]) -> None:
    page = opened("/desk")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").nth(0).locator("[data-open]")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("[data-row]").nth(0).locator("[name=chosen]")).to_be_checked()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_have_attribute("open", "")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile("/desk/cases/"))
    opened_first = page.url
    page.keyboard.press("n")
    expect(page).not_to_have_url(opened_first)
    expect(page.locator("#decision")).to_be_visible()
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile("/desk$"))


def test_keys_are_letters_while_one_types_and_can_be_switched_off(opened: Opened, numbers: list[str]) -> None:
    page = opened("/desk")
    page.locator("#words").focus()
    page.keyboard.type("jx")
    expect(page.locator("#words")).to_have_value("jx")
    page.goto(page.url.split("?")[0])
    page.locator("#keys summary").click()
    page.locator("[data-keys-on]").click()
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("[data-row] [data-open]").first).not_to_be_focused()


def test_the_queue_narrows_as_one_types_and_names_stay_out_of_the_address(opened: Opened, numbers: list[str]) -> None:
    page = opened("/desk")
    page.locator("#words").press_sequentially(str(int(numbers[1][-6:])), delay=30)
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("#words")).to_be_focused()
    assert "words=" not in page.url


def test_later_days_replace_the_free_times_and_take_the_focus(opened: Opened, numbers: list[str]) -> None:
    page = opened(f"/desk/cases/{numbers[1]}")
    page.locator("#step-propose_slot summary").click()
    first = page.locator("#slots input[name=slot]").first.get_attribute("value")
    page.get_by_role("link", name="أيام تالية").click()
    expect(page.locator("#slots input[name=slot]").first).not_to_have_value(first or "")
    expect(page.locator("#slots")).to_be_focused()


def test_a_case_is_taken_up_asked_about_and_decided_without_scripts(
    opened: Opened, numbers: list[str], world: World
) -> None:
    page = opened(f"/desk/cases/{numbers[0]}", scripts=False)
    page.get_by_role("button", name="ابدأ المراجعة", exact=True).click()
    page.locator("#request-item").select_option("answer:other")
    page.locator("#request-reason").select_option("needs_explanation")
    page.locator("#request-text").fill("ما رقم المعاملة؟")
    page.get_by_role("button", name="أضف إلى المطلوب").click()
    page.get_by_role("button", name="احذف").click()
    page.locator("#step-refuse summary").click()
    page.get_by_label("خارج اختصاص الجهة").check()
    page.get_by_role("button", name="ارفض الطلب", exact=True).click()
    expect(page.locator(".notice-ok")).to_contain_text("تم: ارفض الطلب")
    assert world.case(numbers[0]).stage == "refused"
