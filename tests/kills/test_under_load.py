"""One kill of each kind of process while people file and an officer works: nothing promised is lost or told twice.

One portal and one load for all kills; what was promised is compared at the end. The whole matrix: `make faults`.
"""

import time
from collections.abc import Iterator

import pytest
import redis
import requests

from ground.spawn import until
from tests.faults.filing import HEALS_WITHIN, holds, is_well, kill
from tests.kills.load import Load, officer_of, promises_kept, seen_by_its_person
from tests.support.portal import Portal

KINDS = ("web", "messages", "documents", "timetable", "valkey", "postgres", "sandbox")
ALL_TOLD_WITHIN = 180
STEADY = 2.0
REST = 0.4


@pytest.fixture(scope="module")
def load(live: Portal) -> Iterator[Load]:
    load = Load(live, officer_of(live), rest=REST)
    yield load
    load.stop()


def goes_on(load: Load) -> None:
    """Until another request has been acknowledged."""
    before = len(load.book.filed)
    until(lambda: len(load.book.filed) > before or load.book.odd, seconds=HEALS_WITHIN, what="the next number")
    assert load.book.odd == [], "what people see is never a raw error"


def test_people_go_on_filing_after_a_kill_of_each_kind(live: Portal, load: Load) -> None:
    goes_on(load)
    for name in KINDS:
        time.sleep(STEADY)
        kill(live, name)
        until(lambda name=name: live.part(name) is not None, seconds=HEALS_WITHIN, what=name)
        goes_on(load)
    until(lambda: is_well(load.people[0]), seconds=HEALS_WITHIN, what="the portal")


def test_a_flushed_redis_delays_and_loses_nothing(live: Portal, load: Load) -> None:
    with redis.Redis.from_url(live.settings["REDIS_URL"]) as client:
        client.flushall()
    goes_on(load)


def test_everything_promised_is_there_and_told_once(live: Portal, load: Load) -> None:
    book = load.stop()
    assert len(book.filed) > len(KINDS)
    assert book.started
    until(lambda: not promises_kept(live, book), seconds=ALL_TOLD_WITHIN, what="the last message")
    assert promises_kept(live, book) == []
    assert seen_by_its_person(load) == []
    assert book.odd == []
    holds(live)


def test_whoever_asks_too_often_is_told_when_to_come_again(live: Portal) -> None:
    """Over HTTP, since tests inside one process have no limits."""
    from tests.support.visitor import Visitor

    stranger = Visitor(live.settings)
    sheet = stranger.open("/inquiry/transactions")
    entered = {"agency": "emirate", "hijri_year": "1448", "digits": "0000"}
    form = sheet.form("main form[method=post]")
    statuses = [stranger.send(sheet, form, number=str(turn + 1), **entered).status for turn in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    data = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name]")}
    last: requests.Response = stranger.http.post(f"{stranger.portal}/inquiry/transactions", data=data, timeout=20)
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 0
