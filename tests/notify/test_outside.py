"""The whole way with the sandbox as the outside world: out to its gateways and mailbox, and its receipts back in."""

import threading
import uuid
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import WSGIRequestHandler, make_server

from app.extensions import db
from app.notify.drain import drain
from app.notify.models import MessageEvent
from tests.notify.conftest import let_time_pass, row, states
from tests.sandbox.running import RunningSandbox, until

Send = Callable[..., list[uuid.UUID]]


class QuietHandler(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def outside(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A sandbox that brings its receipts to the application, served here."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    world = RunningSandbox(
        tmp_path_factory.mktemp("world"),
        *("--portal-url", f"http://127.0.0.1:{server.server_port}", "--receipt-seconds", "0.2"),
        environment={"SMS_RECEIPT_TOKEN": "receipt-secret"},
    )
    yield world.start()
    world.stop()
    server.shutdown()
    server.server_close()


@pytest.fixture
def world(outside: RunningSandbox, configure: Callable[..., None]) -> RunningSandbox:
    outside.post("/reset", json={})
    configure(
        sms_gateway_url=f"{outside.url}/sms",
        sms_gateway_2="unifonic",
        sms_gateway_url_2=f"{outside.url}/sms2",
        sms_gateway_user_2="app-sid",
        smtp_url=outside.smtp,
    )
    return outside


def events() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(MessageEvent)) or 0


def test_a_notice_arrives_on_the_telephone_and_in_the_mailbox_and_is_reported_back(
    world: RunningSandbox, send: Send
) -> None:
    (one,) = send(1, channels=("sms", "email"))
    assert drain() == 2
    (sms,) = world.get("/sms/sent.json").json()
    assert (sms["reference"], sms["recipient"], sms["parts"]) == (str(one), "966500000000", 1)
    (mail,) = world.get("/mailbox/sent.json").json()
    assert mail["recipients"] == ["person0@mail.example"]
    until(lambda: row(one).state == "delivered")
    assert events() == 2


def test_the_second_gateway_takes_over_and_reports_in_its_own_words(world: RunningSandbox, send: Send) -> None:
    world.fault("sms", "refuse")
    ids = send(10)
    assert drain() == 10
    until(lambda: states() == {"delivered": 10})
    assert {row(each).gateway for each in ids} == {"sms_2"}
    counts = world.get("/sms/count.json").json()["references"]
    assert {counts[str(each)]["accepted"] for each in ids} == {1}


@pytest.mark.parametrize("lie", ["twice", "reversed", "early"])
def test_whatever_order_receipts_come_in_the_message_ends_delivered(
    world: RunningSandbox, send: Send, lie: str
) -> None:
    world.fault("receipts", lie)
    (one,) = send()
    drain()
    until(lambda: row(one).state == "delivered" and events() == 2)
    let_time_pass()
    assert drain() == 0


def test_a_gateway_that_accepts_and_closes_is_asked_again_by_the_same_reference(
    world: RunningSandbox, send: Send
) -> None:
    world.fault("receipts", "never")
    world.fault("sms", "accept_then_close", times=1)
    (one,) = send()
    assert drain() == 0
    let_time_pass()
    assert drain() == 1
    count = world.get("/sms/count.json", params={"reference": str(one)}).json()
    assert (count["accepted"], count["duplicates"], count["gateways"]) == (1, 1, ["sms"])


def test_a_receipt_with_a_wrong_token_changes_nothing(world: RunningSandbox, send: Send) -> None:
    world.fault("receipts", "wrong_token")
    (one,) = send()
    drain()
    until(lambda: world.get("/sms/count.json").json()["accepted"] == 1)
    assert row(one).state == "sent"
    assert events() == 0
