"""Lines for a log collector, and what leaves the house when a fault is reported."""

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sentry_sdk
from flask import Flask
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.web import logs
from config import Settings, SettingsError, check

NAME = "somebody's name,\nin two lines"


class Caught(Transport):
    """Keeps what would be sent."""

    sent: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent += [item.payload.json for item in envelope.items if item.payload.json]


@pytest.fixture
def sentry(app: Flask) -> Iterator[list[dict[str, Any]]]:
    Caught.sent = []
    settings = replace(app.config["SETTINGS"], sentry_dsn="https://key@sentry.example/1")
    logs.report_faults(settings, transport=Caught)
    yield Caught.sent
    sentry_sdk.get_global_scope().set_client(None)


def fail(identity_number: str) -> None:
    raise ValueError(f"Key (mobile)=({identity_number}) already exists")


def test_a_line_is_one_object_with_its_fault_inside() -> None:
    try:
        fail("1000000067")
    except ValueError:
        record = logging.LogRecord("app.web", logging.ERROR, "x.py", 1, "fault at %s", ("بوّابة",), sys.exc_info())
    printed = logs.JsonLines().format(record)
    line = json.loads(printed)
    assert "\n" not in printed
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "app.web", "fault at بوّابة")
    assert line["at"].endswith("+00:00")
    assert "ValueError" in line["fault"]


@pytest.mark.parametrize("lines", [logs.JsonLines(), logs.Lines(logs.TEXT)])
def test_what_the_database_quotes_from_a_row_stands_in_no_line(app: Flask, lines: logging.Formatter) -> None:
    try:
        with app.app_context():
            db.session.execute(text("INSERT INTO staff (id, name) VALUES (gen_random_uuid(), :name)"), {"name": NAME})
    except IntegrityError:
        record = logging.LogRecord("app.web", logging.ERROR, "x.py", 1, "fault", (), sys.exc_info())
    line = lines.format(record)
    assert "DETAIL: left out" in line
    assert "null value in column" in line
    assert NAME not in line
    assert "INSERT INTO staff" in line
    assert "test_logs.py" in line


def test_json_is_chosen_by_the_setting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = logging.StreamHandler()
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    logs.configure(replace(app.config["SETTINGS"], log_format="text"))
    assert not isinstance(handler.formatter, logs.JsonLines)
    logs.configure(replace(app.config["SETTINGS"], log_format="json"))
    assert isinstance(handler.formatter, logs.JsonLines)


def test_a_format_nobody_knows_stops_the_start(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    with pytest.raises(SettingsError, match="LOG_FORMAT"):
        check(replace(settings, log_format="xml"))


def test_a_fault_is_reported_without_anything_a_person_typed(app: Flask, sentry: list[dict[str, Any]]) -> None:
    typed = {"id": "1000000067"}
    with app.test_request_context("/inquiry?name=x", method="POST", data=typed, headers={"Cookie": "a=1000000067"}):
        sentry_sdk.set_user(typed)
        try:
            fail("1000000067")
        except ValueError:
            logging.getLogger("app.web.errors").exception("fault at POST inquiries.index, reference E-1")
    (event,) = sentry
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert event["exception"]["values"][0]["stacktrace"]["frames"][-1]["function"] == "fail"
    assert event["logentry"]["message"].endswith("E-1")
    assert not {"user", "request", "breadcrumbs", "contexts", "extra"} & set(event)
    assert "1000000067" not in json.dumps(event)


def test_whatever_an_event_holds_only_the_named_parts_leave() -> None:
    event = {"level": "error", "user": {"id": 1}, "request": {"data": "x", "cookies": "y"}, "anything_new": 1}
    assert logs.without_people(event) == {"level": "error"}
