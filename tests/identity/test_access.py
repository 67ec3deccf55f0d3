"""Each endpoint says who may open it; whoever may not learns nothing."""

import pytest
from flask import Flask

from app.identity import access
from app.identity.actors import Grant
from app.identity.audit import AuditRow
from app.kit.roles import Role
from tests.support.signed_in import citizen_browser, member, person, staff_browser, token_of


def test_every_endpoint_declares_who_may_open_it(app: Flask) -> None:
    silent = [rule.endpoint for rule in app.url_map.iter_rules() if access.declared(app, rule.endpoint) is None]
    assert silent == []


def test_staff_pages_are_for_staff_and_lie_under_staff_paths(app: Flask) -> None:
    from app.identity.browser import kind_of

    for rule in app.url_map.iter_rules():
        declared = access.declared(app, rule.endpoint)
        if declared.who in ("citizen", "staff"):
            assert kind_of(rule.rule) == declared.who, rule.rule


def test_a_visitor_is_sent_to_the_sign_in_and_back(app) -> None:
    answer = app.test_client().get("/account/cases?service=x")
    assert (answer.status_code, answer.location) == (303, "/login?next=/account/cases?service%3Dx")


def test_the_english_page_leads_to_the_english_sign_in(app) -> None:
    assert app.test_client().get("/en/account").location == "/en/login?next=/en/account"


def test_a_fragment_gets_401_and_a_redirect_of_the_whole_page(app) -> None:
    answer = app.test_client().get("/account", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/account"
    assert answer.get_data() == b""


def test_staff_without_the_role_get_403_and_it_is_noted(app, rows) -> None:
    client = staff_browser(app, member(app, Grant(Role.CONTENT_EDITOR)))
    assert client.get("/desk").status_code == 403
    assert [row.kind for row in rows(AuditRow)][-1] == "access.refused"


def test_an_unknown_address_is_404_for_everybody(app) -> None:
    for client in (app.test_client(), citizen_browser(app, person(app))):
        assert client.get("/no/such/page").status_code == 404


@pytest.fixture
def keeper():
    kept: list[access.Expired] = []
    keep = access.on_expired(lambda late: kept.append(late))
    yield kept
    access._keepers.remove(keep)


def test_what_was_typed_into_an_ended_session_is_handed_over(app, keeper) -> None:
    from datetime import timedelta

    import time_machine

    from app.calendars.clock import now

    person_id = person(app)
    client = citizen_browser(app, person_id)
    form = {"csrf_token": token_of(client, "/account/profile"), "email": "typed@example.com"}
    with time_machine.travel(now() + timedelta(minutes=45), tick=False):
        answer = client.post("/account/profile", data=form)
        assert answer.location.startswith("/login?next=/kept/")
        (late,) = keeper
        assert late.person_id == person_id
        assert late.endpoint.startswith("account.")
        assert late.form.to_dict() == {"email": "typed@example.com"}
        again = client.post("/account/profile", data=form, headers={"HX-Request": "true"})
        assert again.status_code == 401
        assert again.headers["HX-Redirect"].startswith("/login?next=/kept/")
        client.post("/account/profile", data={**form, "csrf_token": "0" * 64})
    assert len(keeper) == 2, "only a form with the token of that session is anybody's"


def test_nothing_is_handed_over_after_signing_out(app, keeper) -> None:
    client = citizen_browser(app, person(app))
    token = token_of(client, "/account/profile")
    cookie = client.get_cookie("citizen").value
    client.post("/logout", data={"csrf_token": token})
    client.set_cookie("citizen", cookie)
    client.post("/account/profile", data={"csrf_token": token, "email": "x@example.com"})
    assert keeper == []


def test_a_step_that_needs_a_fresh_sign_in_asks_for_one(app, monkeypatch) -> None:
    from datetime import timedelta

    from app.calendars.clock import now

    person_id = person(app)
    old = citizen_browser(app, person_id, auth_time=now() - timedelta(minutes=11))
    fresh = citizen_browser(app, person_id)
    monkeypatch.setitem(app.view_functions, "account.index", access.citizen(lambda: access.require_recent() or "done"))
    assert old.get("/account").location == "/login?next=/account&again=600"
    assert fresh.get("/account").get_data() == b"done"
    page = old.get("/login?next=/account&again=600")
    assert page.status_code == 200, "somebody who is signed in is asked again here"
    assert 'name="again" value="600"' in page.get_data(as_text=True)
