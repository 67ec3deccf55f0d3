"""`flask outbox`, for whoever is called at night."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from app.calendars.clock import now
from app.extensions import db, transaction
from app.notify.drain import drain
from app.notify.standing import standing
from tests.notify.conftest import row, states
from tests.support.gateway import FakeGateway

Send = Callable[..., list[uuid.UUID]]


def run(portal: Flask, *words: str) -> str:
    shown = portal.test_cli_runner().invoke(args=["outbox", *words])
    assert shown.exit_code == 0, shown.output
    return shown.output


def test_status_tells_what_waits_what_failed_and_how_the_gateways_are(
    portal: Flask, gateway: FakeGateway, send: Send
) -> None:
    gateway.fault = "reject"
    send(2)
    drain()
    gateway.fault = "500"
    send(3)
    drain()
    send(1, channels=("email",))
    shown = run(portal, "status")
    assert "due 1, the longest for" in shown
    assert "being sent 0, for later 3, in trouble since yesterday 2" in shown
    assert "gateway sms_1: weight 10, failures 3, rests until" in shown
    assert "9665" not in shown


def test_an_empty_outbox_stands_at_nothing(portal: Flask) -> None:
    empty = standing()
    assert (empty.due, empty.waits, empty.sending, empty.for_later, empty.troubled) == (0, 0.0, 0, 0, 0)


def test_retry_gives_failed_messages_a_second_chance_and_leaves_reported_failures(
    portal: Flask, gateway: FakeGateway, send: Send
) -> None:
    gateway.fault = "422"
    failed, reported = send(2)
    drain()
    with transaction():
        db.session.execute(text("UPDATE message SET state = 'undelivered' WHERE id = :id"), {"id": reported})
    gateway.fault = None
    assert run(portal, "retry") == "queued again: 1\n"
    assert row(failed).not_before <= now() + timedelta(seconds=1)
    assert drain() == 1
    assert states() == {"sent": 1, "undelivered": 1}
