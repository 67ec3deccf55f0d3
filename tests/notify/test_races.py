"""Several drains at once, and drains killed at the worst moment: nobody hears twice, nobody is forgotten."""

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from app.notify.drain import drain
from tests.notify.conftest import let_time_pass, row, states
from tests.support.gateway import FakeGateway

Send = Callable[..., list[uuid.UUID]]
ROOT = Path(__file__).parents[2]
DRAIN = "from app import create_app\nfrom app.jobs.messages import drain\nwith create_app().app_context(): drain()"


def worker(environment: dict[str, str], gateway: FakeGateway) -> "subprocess.Popen[bytes]":
    """A process of its own that drains, as the worker does."""
    own = {
        "SMS_GATEWAY": "taqnyat",
        "SMS_GATEWAY_URL": gateway.url,
        "SMS_GATEWAY_TOKEN": "t",
        "SMS_SENDER": "Bawaba",
        "SMTP_URL": "",
        "SMS_GATEWAY_2": "",
    }
    return subprocess.Popen([sys.executable, "-c", DRAIN], cwd=ROOT, env={**os.environ, **environment, **own})


def test_four_drains_at_once_send_each_message_once(portal: Flask, gateway: FakeGateway, send: Send) -> None:
    send(400)
    gateway.delay = 0.002
    together = threading.Barrier(4)
    handed: list[int] = []

    def run() -> None:
        with portal.app_context():
            together.wait(10)
            handed.append(drain())

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(handed) == 400
    assert len(gateway.asked) == 400
    assert set(gateway.times_asked().values()) == {1}
    assert states() == {"sent": 400}


def test_two_processes_share_the_work_and_repeat_nothing(
    portal: Flask, gateway: FakeGateway, send: Send, environment: dict[str, str]
) -> None:
    send(300)
    both = [worker(environment, gateway) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert set(gateway.times_asked().values()) == {1}
    assert states() == {"sent": 300}


def test_a_worker_killed_between_sending_and_marking_makes_nobody_hear_twice(
    portal: Flask, gateway: FakeGateway, send: Send, environment: dict[str, str]
) -> None:
    ids = send(5)
    gateway.fault = "stall"
    process = worker(environment, gateway)
    assert gateway.entered.wait(30)
    process.kill()
    assert process.wait(10) == -9
    assert states() == {"sending": 5}
    gateway.fault = None
    gateway.released.set()
    assert drain() == 0, "the dead worker's lease still holds"
    let_time_pass()
    assert drain() == 5
    assert set(gateway.asked) == set(map(str, ids)), "the gateway is asked again by the same reference only"
    assert sorted(gateway.orders) == sorted(map(str, ids))
    assert all(row(each).state == "sent" for each in ids)


def test_a_worker_killed_before_it_sends_anything_forgets_nothing(
    portal: Flask, gateway: FakeGateway, send: Send, environment: dict[str, str]
) -> None:
    (one,) = send()
    gateway.fault = "hang"
    process = worker(environment, gateway)
    assert gateway.entered.wait(30)
    process.kill()
    process.wait(10)
    gateway.fault = None
    gateway.released.set()
    let_time_pass()
    assert drain() == 1
    assert gateway.orders == [str(one)]
