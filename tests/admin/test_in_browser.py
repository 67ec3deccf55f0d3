"""Accounts in Chromium: the checker, a narrow screen, and a role given without scripts."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from app.blueprints.admin.announcing import read
from app.cases.announcements import publish
from app.extensions import transaction
from app.identity.actors import Grant
from app.kit.roles import Role
from tests.admin.test_announcements import CLOSURE, EDITOR, NEWS
from tests.blueprints.test_open_pages_in_browser import TOO_SMALL, violations
from tests.desk.test_desk_in_browser import ALL_OPEN, WIDE, Opened, address, opened
from tests.support.world import Desk, World

__all__ = ["address", "opened"]
pytestmark = pytest.mark.browser


@pytest.fixture
def desk(world: World) -> Desk:
    """Administrator and auditor in one."""
    world.officer(email="officer@example.test")
    return world.officer(Grant(Role.ADMINISTRATOR), Grant(Role.AUDITOR), email="admin@example.test")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_checker_finds_nothing_and_all_fits_a_telephone(app: Flask, opened: Opened, prefix: str) -> None:
    with app.app_context(), transaction():
        for kind in (CLOSURE, NEWS):
            published = read(kind).entry
            assert published
            publish(published, by=EDITOR)
    page = opened(f"{prefix}/admin?words=officer")
    account = page.locator("main table a").first.get_attribute("href")
    assert account
    for path in (
        f"{prefix}/admin",
        f"{prefix}/admin?words=qqq",
        f"{prefix}/admin/invite",
        account,
        f"{prefix}/admin/audit?who=admin",
        f"{prefix}/admin/audit?number=x",
        f"{prefix}/admin/announcements",
        f"{prefix}/admin/announcements/new",
    ):
        for width in (1280, 360):
            page = opened(path, width=width)
            assert violations(page) == [], (path, width)
        page = opened(path, width=320)
        page.evaluate(ALL_OPEN)
        assert page.evaluate(WIDE) == [], path
        assert page.evaluate(TOO_SMALL) == [], path


def test_a_role_is_given_and_taken_without_scripts(browser: Browser, opened: Opened) -> None:
    page = opened("/admin", scripts=False, width=360)
    page.locator("main tbody tr", has_text="officer@example.test").get_by_role("link").click()
    page.locator("#role").select_option("supervisor")
    page.locator("#agency").select_option("emirate")
    page.get_by_role("button", name="أضف الدور").click()
    expect(page.get_by_role("status")).to_contain_text("أُضيف الدور")
    page.get_by_role("button", name="اسحب الدور مشرف").click()
    expect(page.get_by_role("status")).to_contain_text("سُحب الدور")
