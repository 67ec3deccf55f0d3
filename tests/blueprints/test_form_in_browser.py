"""A form in Chromium: what is far too large is refused where it was chosen, and words without an end break."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.identity.browser import cookie_name
from tests.blueprints.test_open_pages_in_browser import address, opened
from tests.support import signed_in
from tests.support.world import World

pytestmark = pytest.mark.browser
__all__ = ["address", "opened"]
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


def cookie_of(app: Flask) -> tuple[str, str]:
    kept = signed_in.citizen_browser(app, signed_in.person(app)).get_cookie(cookie_name(app, "citizen"))
    assert kept is not None
    return kept.key, kept.value


def test_a_file_larger_than_the_house_takes_in_leaves_the_form_as_it_is(app: Flask, opened: Any) -> None:
    page = opened("/services/emirate_appointment/apply", cookie=cookie_of(app))
    page.fill("#subject_text", "لا تضِع هذه الكلمات")
    large = {"name": "large.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" + bytes(33 * 1024 * 1024)}
    page.set_input_files("#subject_letter", large)
    expect(page.locator("#subject_letter-field .error")).to_have_text("الملف أكبر من المسموح")
    assert page.locator("#subject_text").input_value() == "لا تضِع هذه الكلمات"
    assert page.locator("#subject_letter").input_value() == ""


def test_words_without_an_end_do_not_push_the_page_sideways(app: Flask, opened: Any) -> None:
    world = World(app)
    number = world.file(world.citizen(), subject_text="كلمةبلانهاية" * 20)
    for path in (f"/services?q={'كلمةبلانهاية' * 20}", f"/account/cases/{number}"):
        page = opened(path, width=360, cookie=cookie_of(app))
        assert page.evaluate(SIDEWAYS) <= 0, path
