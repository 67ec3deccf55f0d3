"""Delivery receipts: who may bring them, and that in whatever order they come a message only climbs."""

import itertools
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from app.extensions import db, transaction
from app.notify import codes, receipts
from app.notify.drain import drain
from app.notify.gateways.base import Receipt
from app.notify.models import RANK, Message, MessageEvent, State
from tests.notify.conftest import let_time_pass, row
from tests.support.gateway import FakeGateway

Send = Callable[..., list[uuid.UUID]]
TOKEN = {"Authorization": "Bearer receipt-secret"}


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    return portal.test_client()


def report(client: FlaskClient, message_id: object, status: str, **more: Any) -> int:
    body = {
        "messageId": "T1",
        "reference": str(message_id),
        "recipient": "966512345678",
        "status": status,
        "time": "2026-11-24T10:00:00Z",
    }
    return client.post("/hooks/sms/receipts/taqnyat", json=body | more, headers=TOKEN).status_code


def events() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(MessageEvent)) or 0


def test_a_receipt_marks_the_message_delivered(client: FlaskClient, send: Send) -> None:
    (one,) = send()
    drain()
    assert report(client, one, "delivered") == 200
    assert row(one).state == "delivered"
    assert row(one).settled_at is not None


def test_the_same_receipt_twice_is_one_event(client: FlaskClient, send: Send) -> None:
    (one,) = send()
    drain()
    assert [report(client, one, "delivered") for _ in range(3)] == [200, 200, 200]
    assert events() == 1


def test_sent_after_delivered_changes_nothing_and_is_kept(client: FlaskClient, send: Send) -> None:
    (one,) = send()
    drain()
    report(client, one, "delivered")
    report(client, one, "sent")
    assert row(one).state == "delivered"
    assert events() == 2


def test_a_failure_reported_by_the_gateway_is_seen_by_staff(client: FlaskClient, send: Send) -> None:
    (one,) = send()
    drain()
    report(client, one, "failed")
    assert (row(one).state, row(one).error) == ("undelivered", "undelivered")
    report(client, one, "delivered")
    assert row(one).state == "undelivered", "final stays final"


def test_a_receipt_that_is_quicker_than_our_own_mark_is_not_undone(
    client: FlaskClient, portal: Flask, gateway: FakeGateway, send: Send
) -> None:
    answers: list[int] = []
    gateway.before_answer = lambda reference: answers.append(report(portal.test_client(), reference, "delivered"))
    (one,) = send()
    drain()
    assert answers == [200]
    marked = row(one)
    assert marked.state == "delivered"
    assert marked.lease_until is None
    assert marked.sent_at is not None
    let_time_pass()
    assert drain() == 0


def test_a_receipt_for_a_message_that_waits_for_its_next_try_saves_that_try(
    client: FlaskClient, gateway: FakeGateway, send: Send
) -> None:
    gateway.fault = "cut"
    (one,) = send()
    drain()
    assert row(one).state == "queued"
    report(client, one, "sent")
    gateway.fault = None
    let_time_pass()
    assert drain() == 0
    assert gateway.times_asked()[str(one)] == 1


def test_a_day_late_receipt_corrects_a_message_we_had_given_up(
    client: FlaskClient, gateway: FakeGateway, send: Send
) -> None:
    (one,) = send()
    with transaction():
        db.session.execute(text("UPDATE message SET state = 'failed', error = 'cut'"))
    report(client, one, "delivered")
    assert (row(one).state, row(one).error) == ("delivered", None)


def test_a_gateway_s_own_id_finds_the_message_as_well(client: FlaskClient, send: Send) -> None:
    (one,) = send()
    drain()
    report(client, "", "delivered", messageId=f"T{str(one)[:8]}")
    assert row(one).state == "delivered"


def test_the_number_of_one_gateway_means_nothing_of_another(client: FlaskClient, send: Send) -> None:
    (one,) = send()
    drain()
    with transaction():
        db.session.execute(text("UPDATE message SET gateway = 'sms_2'"))
    report(client, "", "failed", messageId=f"T{str(one)[:8]}")
    assert row(one).state == "sent"
    assert events() == 1


def test_an_unknown_reference_is_kept_and_answered_with_200(client: FlaskClient) -> None:
    assert report(client, uuid.uuid4(), "delivered") == 200
    assert report(client, "not-ours", "delivered") == 200
    assert events() == 2


def test_an_unknown_word_is_kept_and_moves_nothing(client: FlaskClient, send: Send) -> None:
    (one,) = send()
    drain()
    assert report(client, one, "parked") == 200
    assert row(one).state == "sent"
    assert events() == 1


def test_unifonic_receipts_come_as_a_form(client: FlaskClient, send: Send) -> None:
    (one,) = send()
    drain()
    form = {"MessageID": "U1", "CorrelationID": str(one), "Recipient": "9665", "Status": "Delivered", "DLRTime": "x"}
    assert client.post("/hooks/sms/receipts/unifonic", data=form, headers=TOKEN).status_code == 200
    assert row(one).state == "delivered"


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "receipt-secret"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer receipt-secret\u00e9"},
    ],
)
def test_a_caller_without_the_token_is_turned_away(client: FlaskClient, send: Send, header: dict[str, str]) -> None:
    (one,) = send()
    drain()
    body = {"reference": str(one), "status": "delivered"}
    assert client.post("/hooks/sms/receipts/taqnyat", json=body, headers=header).status_code == 401
    assert row(one).state == "sent"
    assert events() == 0


def test_an_empty_token_setting_lets_nobody_in(client: FlaskClient, configure: Callable[..., None]) -> None:
    configure(sms_receipt_token="")
    answer = client.post("/hooks/sms/receipts/taqnyat", json={}, headers={"Authorization": "Bearer "})
    assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\x00\xff", b'{"status": "sent"}'])
def test_a_malformed_receipt_is_refused_with_400(client: FlaskClient, body: bytes) -> None:
    assert client.post("/hooks/sms/receipts/taqnyat", data=body, headers=TOKEN).status_code == 400


def test_a_huge_receipt_is_refused_unread(client: FlaskClient) -> None:
    assert client.post("/hooks/sms/receipts/taqnyat", data=b"x" * 9000, headers=TOKEN).status_code == 413


def test_an_unknown_gateway_and_a_get_lead_nowhere(client: FlaskClient) -> None:
    assert client.post("/hooks/sms/receipts/other", json={}, headers=TOKEN).status_code == 404
    assert client.get("/hooks/sms/receipts/taqnyat", headers=TOKEN).status_code in (404, 405)


def test_a_receipt_of_a_code_wipes_its_words(client: FlaskClient, portal: Flask, gateway: FakeGateway) -> None:
    with transaction():
        codes.send("consent", session_id="s", mobile="+966512345678", address="10.0.0.1", language="ar")
    gateway.fault = "cut"
    drain()
    (one,) = db.session.scalars(select(Message.id)).all()
    assert row(one).body is not None
    report(client, one, "delivered")
    assert row(one).body_sealed is None
    assert row(one).recipient_sealed is None


def test_nothing_of_a_receipt_names_its_recipient(client: FlaskClient, send: Send) -> None:
    (one,) = send()
    drain()
    report(client, one, "delivered")
    kept = db.session.execute(text("SELECT row_to_json(e)::text FROM message_event e")).scalar_one()
    assert "512345678" not in kept


WORDS = [State.SENT, State.DELIVERED, State.UNDELIVERED]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), start=st.sampled_from(list(State)))
def test_in_any_order_a_message_climbs_and_the_first_final_word_stays(
    portal: Flask, send: Send, order: list[State], start: State
) -> None:
    (one,) = send()
    with transaction():
        db.session.execute(text("UPDATE message SET state = :state WHERE id = :id"), {"state": str(start), "id": one})
    seen = [start]
    for index, word in enumerate(order):
        with transaction():
            receipts.apply("taqnyat", Receipt(str(one), "", str(word), str(index), word))
        seen.append(State(row(one).state))
    assert all(RANK[before] < RANK[after] or before == after for before, after in itertools.pairwise(seen))
    finals = [state for state in [start, *order] if RANK[state] == 4]
    if finals:
        assert seen[-1] == finals[0]
