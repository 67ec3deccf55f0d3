"""Every address, as everybody: reading changes nothing, strangers see nothing, and no page says what it should not."""

import re
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support import database
from tests.web.stage import Stage, owner_of, rules, who_may

# GET may add to these or touch them: looks at a file, sign-ins that were begun, a session's last visit, read marks.
TOUCHED = {"audit_row", "signin_attempt", "web_session"}
READ_MARKS = {"thread_entry": ("read_at", "staff_read_at")}
INTERNALS = ("Traceback", "psycopg", "sqlalchemy", "werkzeug", 'File "', "SELECT ", "app.cases", "site-packages")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
Rows = dict[str, str]


def content(connection: "psycopg.Connection[tuple[object, ...]]") -> Rows:
    """A fingerprint of every table that reading must not change."""
    found = {}
    for table in database.tables(connection):
        if table in TOUCHED:
            continue
        row = f"to_jsonb(t) - '{{{','.join(READ_MARKS.get(table, ()))}}}'::text[]"
        rows = f'SELECT ({row})::text AS r FROM "{table}" t'
        done = connection.execute(f"SELECT md5(coalesce(string_agg(r, '|' ORDER BY r), '')) FROM ({rows}) x")
        found[table] = str(done.fetchone()[0])  # type: ignore[index]
    return found


def says_nothing_inside(text: str) -> None:
    for word in INTERNALS:
        assert word not in text, word


def test_reading_every_page_as_everybody_changes_nothing(
    stage: Stage, owner_connection: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    before = content(owner_connection)
    for rule in rules(stage.app, "GET"):
        address = stage.address(rule)
        for name, browser in stage.browsers.items():
            answer = browser.get(address)
            assert answer.status in (200, 302, 303, 400, 401, 403, 404, 409, 503), (name, address, answer.status)
            if answer.status >= 400 and rule.endpoint != "ops.ready":
                says_nothing_inside(answer.html)
        english = owner_of(stage, rule).get(f"/en{address}" if address != "/" else "/en")
        assert english.status < 500 or rule.endpoint == "ops.ready", address
        assert content(owner_connection) == before, f"GET {address} changed rows"


def test_other_methods_are_answered_and_change_nothing(
    stage: Stage, owner_connection: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    before = content(owner_connection)
    for rule in stage.app.url_map.iter_rules():
        if rule.endpoint == "static_asset":
            continue
        address, client = stage.address(rule), owner_of(stage, rule).client
        allowed = rule.methods or set()
        for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            answer = client.open(address, method=method)
            assert answer.status_code < 500 or rule.endpoint == "ops.ready", (method, address, answer.status_code)
            if method not in ("HEAD", "OPTIONS") and method not in allowed:
                assert answer.status_code in (400, 404, 405), (method, address, answer.status_code)
            if method == "HEAD":
                assert answer.get_data() == b""
    assert content(owner_connection) == before


def test_what_belongs_to_another_person_is_not_there(stage: Stage) -> None:
    """The same answer as for a number that was never given, to reading and to sending."""
    reference = re.compile(r"E-[0-9A-F]{8}|nonce=\"[^\"]+\"|/(en/)?[^\"]*(next|1[34]\d\d-)[^\"]*")
    none: dict[str, Any] = {
        "number": "1448-999999",
        "draft_id": "00000000-0000-4000-8000-000000000000",
        "attachment_id": "00000000-0000-4000-8000-000000000001",
        "bill_id": "00000000-0000-4000-8000-000000000002",
    }
    token = stage.noura.token()
    tried = 0
    for method in ("GET", "POST"):
        for rule in rules(stage.app, method):
            if who_may(stage.app, rule) != "citizen" or not rule.arguments & set(none):
                continue
            tried += 1
            missing = {name: value for name, value in none.items() if name in rule.arguments}
            answers = [
                stage.noura.client.open(address, method=method, data={"csrf_token": token, "version": "1"})
                for address in (stage.address(rule), stage.address(rule, **missing))
            ]
            assert [answer.status_code for answer in answers] == [404, 404], (method, rule.rule)
            first, second = (reference.sub("", answer.get_data(as_text=True)) for answer in answers)
            assert first == second, rule.rule
    assert tried > 20


def test_a_file_of_one_case_does_not_open_through_another_case_of_the_same_person(stage: Stage) -> None:
    for rule in rules(stage.app, "GET"):
        if rule.endpoint == "account.attachment":
            assert stage.fahd.get(stage.address(rule)).status == 200
            assert stage.fahd.get(stage.address(rule, number=stage.asked)).status == 404
        if rule.endpoint == "apply.file":
            assert stage.fahd.get(stage.address(rule)).status == 200
            assert stage.fahd.get(stage.address(rule, attachment_id=stage.places["attachment_id"])).status == 404


def test_a_form_from_elsewhere_or_without_its_token_is_refused_on_every_address(
    stage: Stage, owner_connection: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    before = content(owner_connection)
    for rule in rules(stage.app, "POST"):
        if who_may(stage.app, rule) == "webhook":
            continue
        browser = owner_of(stage, rule)
        token, address = browser.token(), stage.address(rule)
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://localhost.evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            answer = browser.client.post(address, data={"csrf_token": token}, headers=headers)
            assert answer.status_code == 400, (address, headers)
        for data in ({}, {"csrf_token": ""}, {"csrf_token": "0" * 64}):
            answer = browser.client.post(
                address, data=data, headers={"HX-Request": "true", "Origin": "http://localhost"}
            )
            assert answer.status_code == 400, (address, data)
    assert content(owner_connection) == before


def test_a_page_of_an_error_names_a_reference_and_nothing_inside(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_given: object) -> None:
        raise RuntimeError("SELECT secret FROM nowhere")

    breaks.access = app.view_functions["info.about"].access  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "info.about", breaks)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    client: FlaskClient = app.test_client()
    client.get("/login")
    wrong = [
        ("GET", "/about?next=inside", 500, {}),
        ("GET", "/nowhere/at-all?secret=1", 404, {}),
        ("POST", "/about", 405, {}),
        ("POST", "/inquiry/transactions", 400, {}),
        ("POST", "/inquiry/transactions", 413, {f"field{turn}": "x" for turn in range(700)}),
    ]
    for language in ("", "/en"):
        for method, address, status, fields in wrong:
            many = {"data": fields, "content_type": "multipart/form-data"} if fields else {}
            answer = client.open(language + address, method=method, **many)
            text = answer.get_data(as_text=True)
            assert answer.status_code == status, (address, answer.status_code)
            assert status == 400 or re.search(r"E-[0-9A-F]{8}", text), address
            assert ('lang="en"' if language else 'lang="ar"') in text
            for word in ("secret", "nowhere", "RuntimeError", "inside", *INTERNALS):
                assert word not in text, (address, word)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("unsafe", UNSAFE)
def test_a_visitor_without_a_form_of_ours_can_send_nothing(app: Flask, unsafe: str) -> None:
    for rule in rules(app, unsafe):
        if who_may(app, rule) == "public":
            address = re.sub(r"<(uuid:)?\w+>", "x", rule.rule)
            assert app.test_client().open(address, method=unsafe).status_code in (400, 404), address
