"""One kill for each kind of process while a citizen files: nothing acknowledged is lost, nothing is sent twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from ground.spawn import until
from tests.faults.filing import HEALS_WITHIN, arrived, checked, holds, is_well, kill, press
from tests.support.portal import Portal
from tests.support.visitor import Visitor

# In every run of `make test` the same kills happen under load (tests/kills).
pytestmark = pytest.mark.faults


@pytest.mark.parametrize("name", ["web", "messages", "documents", "timetable", "valkey", "postgres", "sandbox"])
def test_a_request_filed_while_a_process_is_killed_is_filed_and_told_once(
    live: Portal, citizen: Visitor, name: str
) -> None:
    sheet = checked(citizen, f"kill {name}")
    kill(live, name)
    number = press(citizen, sheet)
    until(lambda: arrived(citizen, number) > 0, seconds=HEALS_WITHIN, what="the SMS")
    assert press(citizen, sheet) == number, "the same form again is the same request"
    assert arrived(citizen, number) == 1
    until(lambda: live.part(name) is not None and is_well(citizen), seconds=HEALS_WITHIN, what=name)


def test_a_flushed_redis_loses_no_message(live: Portal, citizen: Visitor) -> None:
    sheet = checked(citizen, "flush")
    kill(live, "messages")
    number = press(citizen, sheet)
    with redis.Redis.from_url(live.settings["REDIS_URL"]) as client:
        client.flushall()
    until(lambda: arrived(citizen, number) > 0, seconds=HEALS_WITHIN, what="the SMS")
    assert arrived(citizen, number) == 1


def test_ten_presses_at_once_file_one_request(live: Portal, citizen: Visitor) -> None:

    sheet = checked(citizen, "impatience")
    with ThreadPoolExecutor(10) as hands:
        numbers = set(hands.map(lambda _: press(citizen, sheet), range(10)))
    assert len(numbers) == 1
    until(lambda: arrived(citizen, next(iter(numbers))) > 0, seconds=HEALS_WITHIN, what="the SMS")


def test_after_all_that_the_audit_trail_holds(live: Portal, citizen: Visitor) -> None:
    holds(live)
