"""What a page weighs over the wire: scripts, styles and fonts as they were sent, the page as nginx would press it."""

import gzip
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys import citizen
from tests.journeys.conftest import Town
from tests.journeys.walk import Manner

pytestmark = pytest.mark.browser
FIRST, LATER = 100_000, 15_000


class Scales:
    """Counts bytes by the browser's own figures; the cache stays on."""

    def __init__(self, page: Page) -> None:
        self.assets = 0
        self.page = page
        session: Any = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._finished)

    def _finished(self, event: dict[str, Any]) -> None:
        self.assets += int(event["encodedDataLength"])

    def weigh(self, address: str) -> int:
        """Bytes of one visit. gunicorn does not press HTML, nginx does (deploy/): the difference is taken off."""
        self.assets = 0
        answer = self.page.goto(address, wait_until="networkidle")
        assert answer
        body = answer.body()
        pressed = len(gzip.compress(body, 6)) if "content-encoding" not in answer.headers else len(body)
        return self.assets - len(body) + pressed


@pytest.mark.parametrize(
    ("path", "later"),
    [("/", "/services"), ("/services/emirate_appointment", "/"), ("/en/", "/en/services/emirate_appointment")],
)
def test_a_first_visit_and_a_later_page(town: Town, path: str, later: str) -> None:
    with town.window(Manner(width=360), "weight") as walk:
        scales = Scales(walk.page)
        assert scales.weigh(walk.portal + path) <= FIRST
        assert scales.weigh(walk.portal + later) <= LATER


def test_the_form_and_the_account_stay_light(town: Town) -> None:
    with town.window(Manner(width=360), "weight-account") as walk:
        walk.open("/services/general_transaction/apply")
        citizen.sign_in(walk, "fahd", "1000000008")
        scales = Scales(walk.page)
        for path in ("/services/general_transaction/apply", "/account"):
            assert scales.weigh(walk.portal + path) <= FIRST
            assert scales.weigh(walk.portal + path) <= LATER, path
