"""From the bell to the telephone: a posted message wakes a worker through a real Redis."""

import uuid
from collections.abc import Callable

import pytest
import redis
from flask import Flask
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from app.jobs.queue import MESSAGES
from app.jobs.timetable import TIMETABLE, start
from tests.notify.conftest import states
from tests.support.gateway import FakeGateway

Send = Callable[..., list[uuid.UUID]]


@pytest.fixture
def work(portal: Flask, valkey: str) -> Callable[[], int]:
    """Let a worker do what is on the queue; how many runs it found there."""

    def done() -> int:
        with redis.Redis.from_url(valkey) as connection:
            queue = Queue(MESSAGES, connection=connection, serializer=JSONSerializer)
            found = len(queue)
            SimpleWorker([queue], connection=connection, serializer=JSONSerializer).work(
                burst=True, logging_level="ERROR"
            )
            return found

    return done


def test_a_posted_message_rings_and_a_worker_sends_it(
    portal: Flask, gateway: FakeGateway, work: Callable[[], int], send: Send
) -> None:
    send(2)
    assert work() >= 1
    assert states() == {"sent": 2}


def test_when_redis_is_flushed_the_sweep_rings_again(
    portal: Flask, gateway: FakeGateway, work: Callable[[], int], send: Send, valkey: str
) -> None:
    send(2)
    with redis.Redis.from_url(valkey) as connection:
        connection.flushall()
    assert work() == 0
    start(next(entry for entry in TIMETABLE if entry.name == "messages"))
    assert work() == 1
    assert states() == {"sent": 2}


def test_while_redis_is_away_posting_works_and_nothing_is_lost(
    portal: Flask, gateway: FakeGateway, work: Callable[[], int], send: Send, configure: Callable[..., None]
) -> None:
    here = portal.config["SETTINGS"].redis_url
    configure(redis_url="unix:///nowhere/redis.sock")
    send(2)
    start(next(entry for entry in TIMETABLE if entry.name == "messages"))
    configure(redis_url=here)
    start(next(entry for entry in TIMETABLE if entry.name == "messages"))
    work()
    assert states() == {"sent": 2}
