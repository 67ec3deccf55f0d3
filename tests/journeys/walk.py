"""A person in front of a browser: every page reached is looked at, and with PICTURES=1 kept as a picture."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.journeys.outside import Outside, until
from tests.journeys.scrutiny import seen_by_eyes, violations

FOLDER = Path(__file__).parents[2] / "test-results"
# Pictures for eyes cost as much as the walk itself.
PICTURES = bool(os.environ.get("PICTURES"))
HEIGHT = {360: 740, 1280: 900}


@dataclass(frozen=True)
class Manner:
    """How somebody browses. `checked`: axe looks too (it needs scripts)."""

    scripts: bool = True
    width: int = 1280
    language: str = "ar"
    checked: bool = False

    @property
    def name(self) -> str:
        return f"{'js' if self.scripts else 'plain'}-{self.width}-{self.language}"


@dataclass
class Walk:
    """One browser window. Faults are collected, so that one run tells all of them."""

    page: Page
    portal: str
    outside: Outside
    manner: Manner
    person: str
    faults: list[Any] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)

    @property
    def prefix(self) -> str:
        return "" if self.manner.language == "ar" else "/en"

    def open(self, path: str, name: str = "") -> "Walk":
        self.page.goto(self.portal + self.prefix + path)
        return self.look(name) if name else self

    def press(self, words: str | re.Pattern[str], name: str = "", *, within: str = "main") -> "Walk":
        """Press the button, or follow the link, that carries these words; and see where it leads."""
        scope = self.page.locator(within)
        found = scope.get_by_role("button", name=words).or_(scope.get_by_role("link", name=words))
        return self.click(found.first, name)

    def click(self, what: Locator, name: str = "") -> "Walk":
        """Click on something that leads to another page."""
        with self.page.expect_response(_is_page):
            what.click()
        self.settle()
        return self.look(name) if name else self

    def settle(self) -> None:
        """Until the page is there and no fragment is under way."""
        self.page.wait_for_load_state()
        expect(self.page.locator(".htmx-request, .htmx-swapping, [aria-busy=true]")).to_have_count(0, timeout=10_000)

    def look(self, name: str) -> "Walk":
        """Look at the page as it is now."""
        if name in self.looked_at:
            return self
        self.looked_at.add(name)
        if PICTURES:
            picture = f"{len(self.looked_at):02d}-{name}.png"
            self.page.screenshot(path=FOLDER / self.manner.name / self.person / picture, full_page=True)
        found = seen_by_eyes(self.page)
        if self.manner.checked and (wrong := violations(self.page)):
            found["axe"] = wrong
        if found:
            self.faults.append((self.manner.name, name, self.page.url, found))
        return self

    def text(self, selector: str = "main") -> str:
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def says(self, *words: str) -> "Walk":
        """These words can be read on the page."""
        text = self.text("body")
        missing = [each for each in words if each not in text]
        assert not missing, f"{self.page.url} does not say {missing}: {text[:1500]}"
        return self

    def download(self, what: Locator) -> bytes:
        """What a link gives when it is downloaded."""
        address = what.first.get_attribute("href")
        assert address

        def fetched() -> bytes:
            answer = self.page.request.get(address if address.startswith("http") else self.portal + address)
            return answer.body() if "application/pdf" in answer.headers.get("content-type", "") else b""

        return until(fetched, f"the paper at {address}", seconds=90)


def _is_page(response: Response) -> bool:
    """A document, or the fragment that a script put into one; not the page that only forwards."""
    is_whole = response.request.is_navigation_request() and response.request.frame.parent_frame is None
    return (is_whole or response.request.resource_type == "fetch") and not 300 <= response.status < 400


@contextmanager
def walking(
    browser: Browser, portal: str, outside: Outside, manner: Manner, person: str, state: Any = None
) -> Iterator[Walk]:
    """A window with cookies of its own. What the browser complains about, and calls elsewhere, are faults."""
    context = browser.new_context(
        java_script_enabled=manner.scripts,
        viewport={"width": manner.width, "height": HEIGHT.get(manner.width, 900)},
        locale="ar-SA",
        timezone_id="Asia/Riyadh",
        storage_state=state,
        has_touch=manner.width < 600,
    )
    context.set_default_timeout(15_000)
    walk = Walk(context.new_page(), portal, outside, manner, person)
    _listen(context, walk)
    try:
        yield walk
    finally:
        context.close()
    assert not walk.faults, walk.faults


def _listen(context: BrowserContext, walk: Walk) -> None:
    ours = (walk.portal + "/", walk.outside.url + "/", "data:", "blob:", "about:")

    def console(said: Any) -> None:
        # Answers 4xx are written there by the browser itself: they are pages that explain what to do.
        if said.type == "error" and "the server responded with a status of 4" not in said.text:
            walk.faults.append(("console", walk.page.url, said.text))

    def called(request: Any) -> None:
        if not request.url.startswith(ours):
            walk.faults.append(("another host", walk.page.url, request.url))

    context.on("console", console)
    context.on("weberror", lambda error: walk.faults.append(("script", walk.page.url, str(error.error))))
    context.on("request", called)
