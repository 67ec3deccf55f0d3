"""The longer rows of the fault matrix (QUALITY 3): `make faults`, before a release."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import redis
import requests

from ground.spawn import until
from tests.faults.filing import HEALS_WITHIN, arrived, checked, holds, is_well, kill, press
from tests.support.portal import COMMAND_LINES, ROOT, Portal
from tests.support.visitor import Visitor

pytestmark = pytest.mark.faults

ROUNDS = 40
RECOVERS_WITHIN = 600


@pytest.fixture
def gateway(citizen: Visitor) -> Iterator[str]:
    """Address of the sandbox's switches; all off again afterwards."""
    yield f"{citizen.sandbox}/faults"
    requests.post(f"{citizen.sandbox}/faults/none", timeout=10)


def switch(gateway: str, component: str, kind: str, times: int | None = None) -> None:
    answer = requests.post(gateway, json={"component": component, "kind": kind, "times": times}, timeout=10)
    answer.raise_for_status()


def all_told_once(citizen: Visitor, numbers: list[str]) -> None:
    assert len(set(numbers)) == len(numbers), "a number was given twice"
    until(lambda: all(arrived(citizen, number) for number in numbers), seconds=RECOVERS_WITHIN, what="the last SMS")
    assert {arrived(citizen, number) for number in numbers} == {1}


def test_rows_1_to_5_random_kills_lose_nothing_and_repeat_nothing(live: Portal, citizen: Visitor) -> None:
    chance = random.Random(1448)
    numbers = []
    for turn in range(ROUNDS):
        sheet = checked(citizen, f"round {turn}")
        kill(live, chance.choice(list(COMMAND_LINES)))
        time.sleep(chance.uniform(0, 0.5))
        numbers.append(press(citizen, sheet))
        until(lambda: is_well(citizen), seconds=HEALS_WITHIN, what="the portal")
        until(lambda: all(live.part(name) for name in COMMAND_LINES), seconds=HEALS_WITHIN, what="all parts")
    all_told_once(citizen, numbers)
    holds(live)


def test_row_3_two_timetables_at_once_tell_once(live: Portal, citizen: Visitor) -> None:
    second = subprocess.Popen([sys.executable, "worker.py", "timetable"], cwd=ROOT, env={**os.environ, **live.settings})
    try:
        numbers = [press(citizen, checked(citizen, f"two clocks {turn}")) for turn in range(10)]
        all_told_once(citizen, numbers)
    finally:
        second.kill()
        second.wait()


def test_row_4_redis_away_full_and_flushed_during_filing(live: Portal, citizen: Visitor) -> None:
    numbers = []
    with redis.Redis.from_url(live.settings["REDIS_URL"]) as client:
        for turn in range(10):
            sheet = checked(citizen, f"redis {turn}")
            if turn == 3:
                client.config_set("maxmemory", 1)
            if turn == 6:
                client.config_set("maxmemory", 0)
            numbers.append(press(citizen, sheet))
            if turn == 7:
                client.flushall()
    for turn in range(10):
        sheet = checked(citizen, f"redis away {turn}")
        if live.part("valkey"):  # else it is away already, which is as good
            kill(live, "valkey")
        numbers.append(press(citizen, sheet))
    all_told_once(citizen, numbers)


@pytest.mark.parametrize("kind", ["hang", "500", "429", "refuse", "cut", "slow", "accept_then_close", "502"])
def test_row_6_a_gateway_with_this_fault_delays_but_never_doubles(
    live: Portal, citizen: Visitor, gateway: str, kind: str
) -> None:
    switch(gateway, "sms", kind, 3)
    numbers = []
    for turn in range(3):
        sheet = checked(citizen, f"gateway {kind} {turn}")
        began = time.monotonic()
        numbers.append(press(citizen, sheet))
        assert time.monotonic() - began < 10, "no page waits for a gateway"
    all_told_once(citizen, numbers)


def test_row_7_receipts_in_any_order_leave_one_state(live: Portal, citizen: Visitor, gateway: str) -> None:
    numbers = []
    for kind in ("twice", "reversed", "early", "unknown", "wrong_token", "never"):
        switch(gateway, "receipts", kind, 1)
        numbers.append(press(citizen, checked(citizen, f"receipts {kind}")))
    all_told_once(citizen, numbers)


def test_row_17_a_new_release_under_load_breaks_no_request(live: Portal, citizen: Visitor) -> None:
    web = live.part("web")
    assert web is not None
    numbers = []
    for turn in range(8):
        sheet = checked(citizen, f"reload {turn}")
        web.send_signal(1)
        numbers.append(press(citizen, sheet))
    until(lambda: is_well(citizen), seconds=HEALS_WITHIN, what="the portal")
    all_told_once(citizen, numbers)
    holds(live)
