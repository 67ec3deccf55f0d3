"""Chromium as people use it: in Arabic, at a telephone's width or a desk's, with scripts or without.

Without a Chromium the tests fail and say how to get one; they are never passed over.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from ground.prepare import find_chromium

TELEPHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
PATIENCE_MS = 15_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """One Chromium for many pages."""
    path = find_chromium()
    assert path, "Chromium is missing: run `make test`, install Debian's chromium, or set CHROMIUM=path"
    arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, *, scripts: bool = True, size: dict[str, int] | None = None) -> Iterator[Page]:
    """A page with cookies of its own. Faults in scripts and refusals of the content policy fail the test."""
    context = browser.new_context(
        java_script_enabled=scripts,
        viewport=size or DESK,
        locale="ar-SA",
        timezone_id="Asia/Riyadh",  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert faults == []
