"""Two gateways: the second takes over, comes back under test, and never repeats what the first may have sent."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from app.extensions import db, transaction
from app.notify import health
from app.notify.drain import drain
from app.notify.health import FULL, REST_SECONDS, TRIAL, Tally, judge, rest_of
from app.notify.models import GatewayHealth
from tests.notify.conftest import let_time_pass, row, states
from tests.support.gateway import FakeGateway

Send = Callable[..., list[uuid.UUID]]


def test_while_the_first_is_well_the_second_rests(
    portal: Flask, gateway: FakeGateway, two_gateways: FakeGateway, send: Send
) -> None:
    send(120)
    assert drain() == 120
    assert len(gateway.orders) == 120
    assert two_gateways.asked == []


@pytest.mark.parametrize("fault", ["500", "429", "503", "refused"])
def test_the_second_takes_over_in_the_same_run_with_the_same_reference(
    portal: Flask, gateway: FakeGateway, two_gateways: FakeGateway, send: Send, fault: str
) -> None:
    ids = send(200)
    if fault == "refused":
        gateway.close()
    gateway.fault = fault
    assert drain() == 200
    assert gateway.phone == {}
    assert sorted(two_gateways.orders) == sorted(map(str, ids))
    assert set(two_gateways.times_asked().values()) == {1}
    assert len(gateway.asked) < 60, "the fuse sees to it that the first is not asked 200 times"
    assert row(ids[0]).gateway == "sms_2"


@pytest.mark.parametrize("fault", ["hang", "cut", "502"])
def test_what_the_first_may_have_sent_waits_for_the_first_and_only_that(
    portal: Flask, gateway: FakeGateway, two_gateways: FakeGateway, send: Send, fault: str
) -> None:
    ids = {str(each) for each in send(120)}
    gateway.fault = fault
    drain()
    unsure = set(gateway.asked)
    assert set(two_gateways.orders) == ids - unsure
    assert len(unsure) < 60
    gateway.fault = None
    let_time_pass()
    drain()
    assert states() == {"sent": 120}
    assert unsure.isdisjoint(two_gateways.asked)
    assert sorted([*gateway.orders, *two_gateways.orders]) == sorted(ids)


def test_new_messages_do_not_knock_at_a_gateway_that_rests(
    portal: Flask, gateway: FakeGateway, two_gateways: FakeGateway, send: Send
) -> None:
    gateway.fault = "500"
    send(20)
    drain()
    asked = len(gateway.asked)
    send(20)
    assert drain() == 20
    assert len(gateway.asked) == asked


def test_with_both_away_nothing_is_lost(
    portal: Flask, gateway: FakeGateway, two_gateways: FakeGateway, send: Send
) -> None:
    gateway.fault = two_gateways.fault = "500"
    send(50)
    assert drain() == 0
    gateway.fault = two_gateways.fault = None
    let_time_pass()
    assert drain() == 50
    assert len(gateway.orders) + len(two_gateways.orders) == 50


def test_a_gateway_that_is_well_again_gets_its_share_back(
    portal: Flask, gateway: FakeGateway, two_gateways: FakeGateway, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.fault = "500"
    send(20)
    drain()
    gateway.fault = None
    let_time_pass()
    monkeypatch.setattr("app.notify.health.secrets.randbelow", lambda most: TRIAL - 1)
    for _ in range(3):
        send(1)
        drain()
    assert health.weights(["sms_1"])["sms_1"] == FULL


def test_messages_of_a_gateway_taken_out_of_the_settings_go_to_the_other(
    portal: Flask, gateway: FakeGateway, send: Send
) -> None:
    (one,) = send()
    with transaction():
        db.session.execute(text("UPDATE message SET gateway = 'sms_2'"))
    assert drain() == 1
    assert row(one).gateway == "sms_1"


def test_the_share_of_a_gateway_follows_its_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(range(100))
    monkeypatch.setattr("app.notify.health.secrets.randbelow", lambda most: next(drawn))
    picks = [health.choose({"sms_1": 30, "sms_2": 100}) for _ in range(100)]
    assert picks.count("sms_1") == 30
    assert health.choose({"sms_2": 10}) == "sms_2"
    assert health.choose({}) == ""


def test_slowness_and_errors_move_weight_and_failures_bring_rest() -> None:
    row = GatewayHealth(name="x", weight=100, failures=0)
    judge(row, Tally(answered=10, seconds=60))
    assert (row.weight, rest_of(row)) == (50, 0)
    judge(row, Tally(answered=10, failed=1, seconds=1))
    assert row.weight == 25
    judge(row, Tally(failed=1))
    assert (row.weight, rest_of(row)) == (TRIAL, 0)
    judge(row, Tally(failed=16, blown=True))
    assert rest_of(row) > REST_SECONDS[0]
    judge(row, Tally(failed=300, blown=True))
    assert rest_of(row) == REST_SECONDS[-1]
    judge(row, Tally(answered=1, seconds=0.1))
    assert (row.weight, rest_of(row)) == (TRIAL + 30, 0)
