"""Sending: what is due goes once to a gateway, and what gateways do is written down."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import redis
from flask import Flask
from sqlalchemy import text

from app.calendars.clock import now
from app.extensions import db, transaction
from app.jobs import messages
from app.notify import codes, lease
from app.notify.drain import back_off, drain
from app.notify.gateways.base import TemporaryError
from tests.notify.conftest import let_time_pass, row, states
from tests.support.gateway import FakeGateway

Send = Callable[..., list[uuid.UUID]]


def test_what_is_posted_reaches_the_telephone(portal: Flask, gateway: FakeGateway, send: Send) -> None:
    (one,) = send()
    assert drain() == 1
    assert gateway.phone[str(one)]["body"].startswith("استلمنا طلبك رقم 1448/000123")
    sent = row(one)
    assert (sent.state, sent.gateway, sent.gateway_ref, sent.attempts) == ("sent", "sms_1", f"T{str(one)[:8]}", 1)
    assert sent.sent_at is not None
    assert sent.lease_until is None


def test_a_second_drain_finds_nothing_to_do(portal: Flask, gateway: FakeGateway, send: Send) -> None:
    send(3)
    assert drain() == 3
    assert drain() == 0
    assert len(gateway.asked) == 3


def test_more_than_a_batch_goes_in_one_run(portal: Flask, gateway: FakeGateway, send: Send) -> None:
    send(230)
    assert drain() == 230
    assert set(gateway.times_asked().values()) == {1}


def test_a_message_for_later_waits(portal: Flask, gateway: FakeGateway, send: Send) -> None:
    send(not_before=now() + timedelta(hours=1))
    assert drain() == 0
    let_time_pass()
    assert drain() == 1


def test_letters_go_by_mail_in_the_same_run(
    portal: Flask, gateway: FakeGateway, send: Send, mailbox: Any, configure: Callable[..., None]
) -> None:
    configure(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    send(2, channels=("sms", "email"))
    assert drain() == 4
    assert sorted(letter.rcpt_tos[0] for letter in mailbox.letters) == ["person0@mail.example", "person1@mail.example"]
    assert states() == {"sent": 4}


def test_letters_wait_quietly_while_no_mail_server_is_configured(
    portal: Flask, gateway: FakeGateway, send: Send
) -> None:
    send(channels=("email",))
    assert drain() == 0
    assert states() == {"queued": 1}


def test_a_wrong_number_fails_for_good_and_the_gateway_keeps_its_name(
    portal: Flask, gateway: FakeGateway, send: Send
) -> None:
    gateway.fault = "reject"
    (one,) = send()
    drain()
    let_time_pass()
    gateway.fault = None
    assert drain() == 0
    failed = row(one)
    assert (failed.state, failed.error, failed.attempts) == ("failed", "rejected", 1)


@pytest.mark.parametrize("fault", ["500", "429", "hang", "cut", "502"])
def test_trouble_passes_and_the_message_arrives_once(
    portal: Flask, gateway: FakeGateway, send: Send, fault: str
) -> None:
    ids = send(8)
    gateway.fault = fault
    assert drain() == 0
    assert set(states()) == {"queued"}
    gateway.fault = None
    let_time_pass()
    assert drain() == 8
    assert states() == {"sent": 8}
    assert sorted(gateway.orders) == sorted(map(str, ids))


def test_a_gateway_that_asks_for_quiet_is_left_alone_for_that_long(
    portal: Flask, gateway: FakeGateway, send: Send
) -> None:
    gateway.fault = "429"
    (one,) = send()
    drain()
    waits = row(one).not_before - now()
    assert timedelta(seconds=5) < waits < timedelta(seconds=9)
    rests = db.session.execute(text("SELECT resting_until - clock_timestamp() FROM gateway_health")).scalar_one()
    assert timedelta(seconds=5) < rests <= timedelta(seconds=7)
    asked = len(gateway.asked)
    with transaction():
        db.session.execute(text("UPDATE message SET not_before = now() - interval '1 second'"))
    drain()
    assert len(gateway.asked) == asked


def test_a_gateway_that_refuses_connections_costs_few_tries_and_no_message(
    portal: Flask, gateway: FakeGateway, send: Send
) -> None:
    send(60)
    gateway.close()
    assert drain() == 0
    assert states() == {"queued": 60}
    tried = db.session.execute(text("SELECT sum(attempts) FROM message")).scalar_one()
    assert tried < 40, "the fuse keeps the rest of the batch from trying"
    assert drain() == 0
    assert db.session.execute(text("SELECT sum(attempts) FROM message")).scalar_one() == tried, "the gateway rests"


def test_a_slow_gateway_is_waited_for_side_by_side(portal: Flask, gateway: FakeGateway, send: Send) -> None:
    gateway.delay = 0.2
    send(32)
    assert drain() == 32
    assert set(gateway.times_asked().values()) == {1}


def test_codes_go_before_everything_else(portal: Flask, gateway: FakeGateway, send: Send) -> None:
    send(5)
    with transaction():
        codes.send("consent", session_id="s", mobile="+966512345678", address="10.0.0.1", language="ar")
    drain()
    assert gateway.phone[gateway.orders[0]]["body"].startswith("رمز التحقق")


def test_back_off_grows_to_five_minutes_and_never_beyond(portal: Flask) -> None:
    class Row:
        priority = 5
        attempts = 0

    waits = []
    for Row.attempts in range(1, 12):
        waits.append((back_off(Row, TemporaryError("x")) - now()).total_seconds())  # type: ignore[arg-type]
    assert 4 < waits[0] < 6
    assert all(260 < wait < 340 for wait in waits[4:])


def test_after_three_days_of_trouble_we_give_up_and_say_so(portal: Flask, gateway: FakeGateway, send: Send) -> None:
    (one,) = send()
    gateway.fault = "500"
    drain()
    with transaction():
        db.session.execute(text("UPDATE message SET first_tried_at = first_tried_at - interval '4 days'"))
    let_time_pass()
    drain()
    assert (row(one).state, row(one).error) == ("failed", "http_500")


def test_the_lease_of_a_vanished_worker_is_taken_back(portal: Flask, gateway: FakeGateway, send: Send) -> None:
    (one,) = send()
    terms = lease.Terms(uuid.uuid4(), 30, 100, known=["sms_1"], open=["sms_1"], pick="sms_1")
    assert len(lease.claim(5, terms)) == 1
    assert drain() == 0, "the lease still holds"
    let_time_pass()
    assert drain() == 1
    assert row(one).attempts == 2


def test_a_message_that_loses_every_worker_is_set_aside(portal: Flask, send: Send) -> None:
    (one,) = send()
    for _ in range(10):
        lease.claim(5, lease.Terms(uuid.uuid4(), 30, 100, known=["sms_1"], open=["sms_1"], pick="sms_1"))
        let_time_pass()
        lease.take_back()
    assert (row(one).state, row(one).error) == ("failed", "dropped")


def test_a_fault_nobody_foresaw_loses_nothing_of_the_others(
    portal: Flask, gateway: FakeGateway, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.notify import drain as room

    ids = send(5)
    real = room.hand_over

    def broken(turn: Any, message: Any) -> str:
        if message.id == ids[2]:
            raise ZeroDivisionError
        return real(turn, message)

    monkeypatch.setattr(room, "hand_over", broken)
    with pytest.raises(ZeroDivisionError):
        drain()
    assert states() == {"sent": 4, "sending": 1}


def test_a_message_whose_seal_is_broken_fails_alone(portal: Flask, gateway: FakeGateway, send: Send) -> None:
    ids = send(2)
    with transaction():
        db.session.execute(text("UPDATE message SET body_sealed = 'x' WHERE id = :id"), {"id": ids[0]})
    assert drain() == 1
    assert row(ids[0]).error == "seal_broken"


def test_a_result_that_comes_after_the_lease_was_lost_still_counts_as_sent(portal: Flask, send: Send) -> None:
    (one,) = send()
    first, late = (lease.Terms(uuid.uuid4(), 30, 9, ["sms_1"], ["sms_1"], "sms_1") for _ in range(2))
    lease.claim(5, first)
    let_time_pass()
    lease.take_back()
    (again,) = lease.claim(5, late)
    lease.record(first.token, [lease.Outcome(one, lease.State.SENT, now(), "sms_1", ref="r")])
    lease.record(late.token, [lease.Outcome(again.id, lease.State.QUEUED, now(), "sms_1", error="cut")])
    assert (row(one).state, row(one).gateway_ref) == ("sent", "r")


def test_a_failure_that_comes_after_the_lease_was_lost_changes_nothing(portal: Flask, send: Send) -> None:
    (one,) = send()
    first, late = (lease.Terms(uuid.uuid4(), 30, 9, ["sms_1"], ["sms_1"], "sms_1") for _ in range(2))
    lease.claim(5, first)
    let_time_pass()
    lease.take_back()
    lease.claim(5, late)
    lease.record(first.token, [lease.Outcome(one, lease.State.FAILED, now(), "sms_1", error="x")])
    assert row(one).state == "sending"


def test_the_sweep_sees_what_is_due_and_only_that(portal: Flask, send: Send) -> None:
    assert not lease.any_due()
    send(not_before=now() + timedelta(hours=1))
    assert not lease.any_due()
    send()
    assert lease.any_due()
    lease.claim(5, lease.Terms(uuid.uuid4(), 30, 9, ["sms_1"], ["sms_1"], "sms_1"))
    assert not lease.any_due()
    let_time_pass()
    assert lease.any_due()


def test_a_flushed_redis_loses_no_message(portal: Flask, gateway: FakeGateway, send: Send, valkey: str) -> None:
    send(3)
    with redis.Redis.from_url(valkey) as client:
        client.flushall()
    assert lease.any_due()
    messages.drain()
    assert states() == {"sent": 3}


def test_a_slow_gateway_does_not_keep_a_code_waiting_for_a_whole_batch(
    portal: Flask, gateway: FakeGateway, send: Send, configure: Callable[..., None]
) -> None:
    configure(message_lease_seconds=1)
    gateway.delay = 0.1
    send(100)
    posted: list[str] = []

    def post_a_code(reference: str) -> None:
        with gateway.lock:
            if posted:
                return
            posted.append(reference)
        with portal.app_context(), transaction():
            codes.send("consent", session_id="s", mobile="+966512345678", address="10.0.0.1", language="ar")

    gateway.before_answer = post_a_code
    drain()
    bodies = [gateway.phone[reference]["body"] for reference in gateway.orders]
    place = next(index for index, body in enumerate(bodies) if body.startswith("رمز التحقق"))
    assert place < 90
    assert len(gateway.phone) == 101
