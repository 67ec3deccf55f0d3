"""Rows 2, 8 and 9 of the fault matrix: money that is paid while the processes that book it die."""

import json
import os
import subprocess
import sys
from itertools import cycle
from typing import Any

import psycopg
import pytest
import requests

from ground.spawn import until
from tests.faults.filing import HEALS_WITHIN, holds, is_well, kill
from tests.support.portal import COMMAND_LINES, ROOT, Portal
from tests.support.visitor import Visitor

pytestmark = pytest.mark.faults

BILLS = 30
# How the bank behaves: tells of it, tells twice, never tells, takes the money twice.
WAYS = ("success", "twice", "never", "charged_twice", "success")
BOOKED_WITHIN = 15 * 60
WHO_DIES = ("messages", "web", "timetable", "documents", "valkey", "postgres")


def waiting(live: Portal, many: int) -> list[tuple[str, str]]:
    """Id and invoice of so many cases that wait for their fee."""
    command = [sys.executable, "-m", "tests.faults.bills", str(many)]
    environment = {**os.environ, **live.settings}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [(case, ref) for case, ref in json.loads(done.stdout.splitlines()[-1])]


def rows(live: Portal, question: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(live.settings["DATABASE_OWNER_URL"].replace("+psycopg", "")) as connection:
        return connection.execute(question, values).fetchall()


def paid_at_the_bank(live: Portal, ref: str) -> list[str]:
    """The ids of the payments that the bank took for an invoice."""
    key = (live.settings["PAYMENT_SECRET_KEY"], "")
    told = requests.get(f"{live.settings['PAYMENT_GATEWAY_URL']}/v1/invoices/{ref}", auth=key, timeout=10).json()
    return [each["id"] for each in told["payments"] if each["status"] != "failed"]


def test_rows_2_8_9_money_is_booked_once_whoever_dies(live: Portal, citizen: Visitor) -> None:
    people, dying = waiting(live, BILLS), cycle(WHO_DIES)
    cases = [case for case, _ in people]
    for turn, ((_, ref), way) in enumerate(zip(people, cycle(WAYS), strict=False)):
        page = f"{live.settings['SANDBOX_URL']}/bank/pay/{ref}"
        assert requests.post(page, data={"way": way}, allow_redirects=False, timeout=10).status_code == 303
        if turn % 2:
            kill(live, next(dying))
            until(lambda: is_well(citizen), seconds=HEALS_WITHIN, what="the portal")
            until(lambda: all(live.part(name) for name in COMMAND_LINES), seconds=HEALS_WITHIN, what="all parts")

    def all_issued() -> bool:
        stages = rows(live, 'SELECT DISTINCT stage FROM "case" WHERE id = ANY(%s::uuid[])', cases)
        return stages == [("issued",)]

    until(all_issued, seconds=BOOKED_WITHIN, what="the last certificate")
    _books(live, people)
    holds(live)


BOOKED = "SELECT gateway_ref FROM money WHERE gateway_ref = ANY(%s) ORDER BY gateway_ref"
RECEIPTS = """
    SELECT count(*), count(DISTINCT (receipt.year, serial)) FROM receipt
    WHERE case_id = ANY(%s::uuid[])"""
GO_BACK = "SELECT count(*) FROM refund JOIN money ON money.id = money_id WHERE gateway_ref = ANY(%s)"
TOLD = """
    SELECT count(*), count(DISTINCT case_id) FROM message
    WHERE channel = 'sms' AND event = 'issued' AND case_id = ANY(%s::uuid[])"""


def _books(live: Portal, people: list[tuple[str, str]]) -> None:
    """What the bank took is what stands here, each of it once; what was taken twice is on its way back."""
    cases = [case for case, _ in people]
    taken = sorted(id for _, ref in people for id in paid_at_the_bank(live, ref))
    charged_twice = sum(WAYS[turn % len(WAYS)] == "charged_twice" for turn in range(BILLS))
    assert len(taken) == BILLS + charged_twice

    def all_booked() -> bool:
        return [ref for (ref,) in rows(live, BOOKED, taken)] == taken

    until(all_booked, seconds=BOOKED_WITHIN, what="the money that was taken twice")
    assert rows(live, RECEIPTS, cases) == [(BILLS, BILLS)]
    assert rows(live, GO_BACK, taken) == [(charged_twice,)]
    assert rows(live, TOLD, cases) == [(BILLS, BILLS)]
