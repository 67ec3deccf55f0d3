"""The link to the other language leads to a page that can be read, also from the answer to a form."""

import re

import pytest

from tests.support.world import EMIRATE, Browser, World


def link(html: str) -> str:
    found = re.search(r'<a href="([^"]*)" lang="(?:en|ar)"', html)
    assert found
    return found[1]


def test_a_page_that_is_read_is_read_in_the_other_language(world: World) -> None:
    visitor = Browser(world.app.test_client())
    assert link(visitor.get("/services?q=x").html) == "/en/services?q=x"
    assert link(visitor.get("/en/services?q=x").html) == "/services?q=x"


def test_a_file_that_was_refused_leaves_the_reader_on_the_page_of_verification(world: World) -> None:
    visitor = Browser(world.app.test_client())
    answer = visitor.post("/verify/file", page="/verify", Referer="http://localhost/verify")
    assert answer.status == 422
    assert link(answer.html) == "/en/verify"
    english = visitor.post("/en/verify/file", page="/en/verify", Referer="http://localhost/en/verify?again=1")
    assert link(english.html) == "/verify?again=1"


def test_a_refused_step_leaves_the_officer_on_the_page_of_the_request(world: World) -> None:
    number, officer = world.file(world.citizen()), world.officer(EMIRATE)
    address = f"/desk/cases/{number}"
    refused = officer.post(
        f"{address}/steps/refer", {"version": "99"}, page=address, Referer=f"http://localhost{address}"
    )
    assert refused.status >= 400
    assert link(refused.html) == f"/en{address}"
    assert officer.get(link(refused.html)).status == 200


@pytest.mark.parametrize("referer", ["", "http://evil.example/verify", "http://localhost//evil.example", "::"])
def test_from_anywhere_else_it_never_leads_away(world: World, referer: str) -> None:
    visitor = Browser(world.app.test_client())
    answer = visitor.post("/verify/file", page="/verify", **({"Referer": referer} if referer else {}))
    assert link(answer.html) in ("/en/", "/en/evil.example")
