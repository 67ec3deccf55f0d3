"""The main menu of citizens stands on one line beside brand and account, or folds into one button."""

from typing import Any

import pytest
from flask import Flask

from app.identity.browser import cookie_name
from tests.blueprints.test_open_pages_in_browser import address, opened
from tests.support import signed_in

pytestmark = pytest.mark.browser
__all__ = ["address", "opened"]
# Around the width at which the menu folds, and what people have.
WIDTHS = (1071, 1072, 1100, 1180, 1280, 1366)
LAID = """() => {
  const seen = part => [...document.querySelectorAll(part)].filter(e => e.offsetParent)
    .map(e => e.getBoundingClientRect())
  const parts = seen('.masthead .wrap > *').sort((one, other) => one.left - other.left)
  return {lines: new Set(seen('.menu-wide li').map(box => Math.round(box.top))).size,
    button: seen('.menu-small').length, sideways: document.documentElement.scrollWidth - innerWidth,
    overlaps: parts.filter((box, at) => at && box.left < parts[at - 1].right - 1).length}
}"""
FOLDED = {"lines": 0, "button": 1, "sideways": 0, "overlaps": 0}
ONE_LINE = {"lines": 1, "button": 0, "sideways": 0, "overlaps": 0}
LONG = "محمد بن عبدالرحمن بن عبدالعزيز الأنصاري"


@pytest.mark.parametrize("who", ["stranger", "citizen", "citizen with a long name"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_main_menu_takes_one_line(app: Flask, opened: Any, prefix: str, who: str) -> None:
    cookie = None
    if who != "stranger":
        kept = signed_in.citizen_browser(app, signed_in.person(app)).get_cookie(cookie_name(app, "citizen"))
        assert kept is not None
        cookie = (kept.key, kept.value)
    page = opened(f"{prefix}/services", cookie=cookie)
    if "long" in who:
        page.evaluate("name => { document.querySelector('.user-name').textContent = name }", LONG)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(LAID) == (FOLDED if width < 1072 else ONE_LINE), width
