"""`flask outbox status`, for whoever is called at night."""

import uuid
from collections.abc import Callable

from flask import Flask

from app.notify.drain import drain
from tests.support.gateway import FakeGateway


def test_status_tells_counts_waiting_time_and_gateways(
    portal: Flask, gateway: FakeGateway, send: Callable[..., list[uuid.UUID]]
) -> None:
    send(2)
    drain()
    gateway.fault = "500"
    send(3, channels=("sms", "email"))
    drain()
    shown = portal.test_cli_runner().invoke(args=["outbox", "status"])
    assert shown.exit_code == 0
    lines = [line.split() for line in shown.output.splitlines()]
    assert ["email", "queued", "3"] in lines
    assert ["sms", "queued", "3"] in lines
    assert ["sms", "sent", "2"] in lines
    assert "gateway sms_1: weight 10, failures 3, rests until" in shown.output
    assert "longest due for" in shown.output
    assert "9665" not in shown.output
