"""All pages that can be reached by a link, in both languages and both colour schemes, under an automatic checker."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.journeys import citizen, staff
from tests.journeys.conftest import Town
from tests.journeys.scrutiny import seen_by_eyes, violations
from tests.journeys.walk import Manner, Walk

pytestmark = pytest.mark.browser
OPEN = (
    "/",
    "/services",
    "/services?q=xyz",
    "/services/emirate_appointment",
    "/services/general_transaction",
    "/inquiry/transactions",
    "/verify",
    "/verify/AAAABBBBCCCC",
    "/accessibility",
    "/privacy",
    "/about",
    "/announcements",
    "/login",
    "/signed-out",
    "/desk/login",
    "/no-such-page",
)
ACCOUNT = ("/account", "/account/cases", "/account/profile", "/account/data", "/services/general_transaction/apply")
DESK = ("/desk", "/desk?words=xyz", "/desk/calendar", "/desk/cases/1400-000001")
OVERSIGHT = ("appeals", "overview", "performance", "calendar", "refunds", "cashier/days")
LINKS = "() => [...document.querySelectorAll('main a[href]')].map(e => e.href.split('#')[0])"


@pytest.fixture(params=["ar", "en"])
def walk(town: Town, request: pytest.FixtureRequest) -> Iterator[Walk]:
    with town.window(Manner(width=320, language=request.param), "every-page") as walk:
        yield walk


def examine(walk: Walk, path: str) -> list[Any]:
    """One page at 320 px: what eyes and checker find in light, and the contrast in the dark."""
    walk.page.emulate_media(color_scheme="light")
    walk.open(path)
    found = [each for each in (seen_by_eyes(walk.page), violations(walk.page)) if each]
    walk.page.emulate_media(color_scheme="dark")
    return found + violations(walk.page, rules=("color-contrast",))


def examine_all(walk: Walk, paths: Any) -> None:
    wrong = {path: found for path in paths if (found := examine(walk, path))}
    assert not wrong, wrong


def linked(walk: Walk, path: str, start: str) -> list[str]:
    """Addresses below `start` that the page links to, without the language."""
    walk.open(path)
    addresses = {urlsplit(each).path.removeprefix("/en") for each in walk.page.evaluate(LINKS)}
    return sorted(each for each in addresses if each.startswith(start))


def test_the_checker_sees_grey_arabic_on_white(town: Town) -> None:
    with town.window(Manner(), "grey") as walk:
        walk.open("/about")
        assert violations(walk.page) == []
        walk.page.evaluate("document.querySelector('main p.lead').style.color = '#bbb'")
        assert "color-contrast" in [name for name, _ in violations(walk.page)]


def test_open_pages(walk: Walk) -> None:
    examine_all(walk, OPEN)


def test_pages_of_the_account(walk: Walk) -> None:
    walk.open("/account")
    citizen.sign_in(walk, "hasan", "2000000006")
    cases = linked(walk, "/account", "/account/cases/")
    assert cases
    examine_all(walk, [*ACCOUNT, *(each for each in cases if not each.endswith(".pdf"))])


def test_pages_of_somebody_who_owes(walk: Walk) -> None:
    walk.open("/account")
    citizen.sign_in(walk, "jassim", "28063400000")
    cases, owed = linked(walk, "/account", "/account/cases/"), linked(walk, "/account", "/pay/")
    assert cases
    assert owed
    examine_all(walk, ["/account/bills", *cases, *owed])


def test_pages_of_papers(walk: Walk) -> None:
    walk.open("/account")
    citizen.sign_in(walk, "maha", "28963400004")
    cases = linked(walk, "/account", "/account/cases/")
    papers = [paper for each in cases for paper in linked(walk, each, f"{each}/papers/")]
    assert any(each.endswith("/certificate") for each in papers)
    examine_all(walk, papers)


def test_pages_of_the_desk(walk: Walk) -> None:
    staff.sign_in(walk, staff.OFFICER)
    cases = linked(walk, "/desk", "/desk/cases/")
    days = linked(walk, "/desk/calendar", "/desk/calendar/")
    examine_all(walk, [*DESK, *cases[:2], *days[:2]])


def test_pages_of_the_gate(walk: Walk) -> None:
    staff.sign_in(walk, staff.GUARD, "/gate")
    passes = linked(walk, "/gate", "/gate/")
    examine_all(walk, ["/gate", *passes[:3]])


def test_pages_of_the_counter(walk: Walk) -> None:
    staff.sign_in(walk, staff.CLERK, "/counter")
    walk.page.fill("#number", "28063400000")
    walk.page.fill("#mobile", "33123456")
    walk.click(walk.page.locator("main form button[type=submit]").first)
    client = urlsplit(walk.page.url).path.removeprefix("/en")
    cases = linked(walk, client, f"{client}/cases/")
    assert cases
    examine_all(walk, ["/counter", client, *cases[:2]])


def test_pages_of_the_supervisor(walk: Walk) -> None:
    staff.sign_in(walk, "هند الدوسري")
    appeals = linked(walk, "/desk/appeals", "/desk/appeals/")
    assert appeals
    days = linked(walk, "/desk/calendar", "/desk/calendar/")
    examine_all(walk, [*(f"/desk/{each}" for each in OVERSIGHT), "/gate/devices", *appeals[:1], *days[:2]])


def test_the_counters_day(walk: Walk) -> None:
    staff.sign_in(walk, "هند الدوسري")
    examine_all(walk, ["/counter/day", "/counter/day?on=2026-01-01"])
