"""Sessions end when they should, in every worker, and hold nothing in the cookie."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from app.calendars.clock import now
from app.extensions import db, transaction
from app.identity import sessions, staff
from app.identity.actors import Grant
from app.identity.models import Staff, WebSession
from app.kit.roles import Role
from tests.support.signed_in import citizen_browser, identity, member, person, staff_browser
from tests.support.statements import counted

OFFICER = Grant(Role.OFFICER, agency="emirate")


def opens(client, path: str) -> bool:
    return client.get(path).status_code == 200


@pytest.fixture
def citizen(app: Flask):
    return citizen_browser(app, person(app))


@pytest.fixture
def officer(app: Flask):
    return staff_browser(app, member(app, OFFICER, number="1000000016"))


@pytest.mark.parametrize(
    ("kind", "minutes", "open_still"),
    [("citizen", 29, True), ("citizen", 31, False), ("staff", 14, True), ("staff", 16, False)],
)
def test_a_session_without_activity_ends(citizen, officer, kind, minutes, open_still) -> None:
    client, path = (citizen, "/account") if kind == "citizen" else (officer, "/desk")
    with time_machine.travel(now() + timedelta(minutes=minutes), tick=False):
        assert opens(client, path) is open_still


def test_activity_prolongs_a_session_but_not_beyond_eight_hours(citizen) -> None:
    began = now()
    for minutes in range(20, 480, 20):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            assert opens(citizen, "/account")
    with time_machine.travel(began + timedelta(hours=8, seconds=1), tick=False):
        assert not opens(citizen, "/account")


def test_a_page_that_polls_does_not_prolong_a_session(citizen) -> None:
    began = now()
    for minutes in (10, 20, 29):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            assert opens(citizen, "/account?poll=1")
    with time_machine.travel(began + timedelta(minutes=31), tick=False):
        assert not opens(citizen, "/account?poll=1")


def test_the_last_visit_is_noted_at_most_once_a_minute(citizen, rows) -> None:
    first = rows(WebSession)[0].last_seen_at
    citizen.get("/account")
    assert rows(WebSession)[0].last_seen_at == first
    with time_machine.travel(first + timedelta(seconds=61), tick=False):
        citizen.get("/account")
    assert rows(WebSession)[0].last_seen_at > first


def test_the_demo_clock_moves_sessions_too(app, citizen) -> None:
    clock = app.config["SETTINGS"].demo_clock_file
    try:
        clock.write_text("2000")
        assert not opens(citizen, "/account")
    finally:
        clock.unlink()


def test_session_person_and_roles_are_read_in_one_query(app, officer) -> None:
    with counted() as sent:
        assert opens(officer, "/desk")
    asked = [statement for statement in sent if "web_session" in statement]
    (query,) = asked
    assert all(table in query for table in ("person", "staff", "role_grant"))


def test_a_role_taken_away_is_gone_at_the_next_request(app, officer) -> None:
    assert opens(officer, "/desk")
    with app.app_context(), transaction():
        assert staff.revoke("officer@example.com", OFFICER) == 1
    assert officer.get("/desk").status_code == 403


def test_a_disabled_member_of_staff_gets_no_page_and_no_fragment(app, officer) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(Staff).values(disabled_at=now()))
    assert officer.get("/desk").status_code == 303
    fragment = officer.get("/desk", headers={"HX-Request": "true"})
    assert fragment.status_code == 401
    assert fragment.headers["HX-Redirect"].startswith("/desk/login")


def test_both_cookies_may_be_there_and_the_path_decides(app) -> None:
    client = staff_browser(app, member(app, OFFICER, number="1000000016"))
    assert client.get("/account").status_code == 303
    other = citizen_browser(app, person(app))
    client.set_cookie("citizen", other.get_cookie("citizen").value)
    assert opens(client, "/account")
    assert opens(client, "/desk")


def test_a_citizens_reference_in_the_staff_cookie_opens_nothing(app, citizen) -> None:
    citizen.set_cookie("staff", citizen.get_cookie("citizen").value)
    assert citizen.get("/desk").status_code == 303


def test_a_made_up_reference_opens_nothing(app) -> None:
    client = app.test_client()
    for reference in ("x", "A" * 43, "' OR 1=1 --", "A" * 3000):
        client.set_cookie("citizen", reference)
        assert client.get("/account").status_code == 303


def test_a_visitor_makes_no_row_until_a_sign_in_begins(app, rows) -> None:
    client = app.test_client()
    for path in ("/", "/login", "/account", "/desk/login"):
        client.get(path)
    assert rows(WebSession) == []


def test_over_https_the_cookie_is_bound_to_this_host(app, monkeypatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], public_url="https://portal.test"))
    answer = app.test_client().get("/login", base_url="https://portal.test")
    (cookie,) = [value for value in answer.headers.getlist("Set-Cookie") if "visitor" in value]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-visitor=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
    assert not any(value.startswith("Domain") for value in attributes)


def test_the_sweep_removes_ended_rows_and_keeps_living_ones(app, rows) -> None:
    citizen_browser(app, person(app))
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        citizen_browser(app, person(app))
        with app.app_context(), transaction():
            assert sessions.sweep() == 1
    assert len(rows(WebSession)) == 1


def test_staff_without_known_identity_decide_nothing_in_production(app, monkeypatch) -> None:
    from dataclasses import replace

    client = staff_browser(app, member(app, OFFICER))
    assert opens(client, "/desk")
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], portal_env="production"))
    assert client.get("/desk").status_code == 403


def test_identity_numbers_are_stored_sealed(app) -> None:
    person_id = person(app)
    with app.app_context():
        row = db.session.execute(db.text("SELECT * FROM person WHERE id = :id"), {"id": person_id}).mappings().one()
        everything = " ".join(str(bytes(value) if isinstance(value, memoryview) else value) for value in row.values())
    for secret in (identity().number, identity().mobile, identity().email, identity().birthdate):
        assert secret not in everything
