from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from flask import Flask
from rq import Queue
from rq.serializers import JSONSerializer

from app.jobs import queue as doorbell
from app.jobs import timetable
from app.jobs.timetable import Round, Sweep, Timetable, resolve
from ground.valkey import Valkey

ENTRIES = (
    Round("round", every=60, path="tests.ground.jobs.nothing", queue="messages"),
    Sweep("sweep", due="tests.ground.jobs.yes", bell="drain"),
    Sweep("calm", due="tests.ground.jobs.no", bell="drain"),
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def table(server: Valkey, monkeypatch: pytest.MonkeyPatch) -> Timetable:
    """The timetable of a process that has no application and whose Redis is `server`."""
    monkeypatch.setattr(doorbell, "redis_url", server.url)
    monkeypatch.setattr("app.jobs.context.application", lambda: Flask("timetable"))
    return Timetable(ENTRIES, sweep_seconds=15)


def waiting(server: Valkey) -> list[str]:
    with redis.Redis.from_url(server.url()) as client:
        queue = Queue("messages", connection=client, serializer=JSONSerializer)
        return sorted(job.func_name for job in queue.jobs)


def test_every_entry_and_bell_names_a_function() -> None:
    paths = [entry.path if isinstance(entry, Round) else entry.due for entry in timetable.TIMETABLE]
    paths += [bell.path for bell in doorbell.BELLS.values()]
    assert all(callable(resolve(path)) for path in paths)
    assert {entry.bell for entry in timetable.TIMETABLE if isinstance(entry, Sweep)} <= set(doorbell.BELLS)
    assert len({entry.name for entry in timetable.TIMETABLE}) == len(timetable.TIMETABLE)


def test_the_first_tick_catches_up_and_the_next_ones_keep_their_times(table: Timetable) -> None:
    assert table.tick(1000.0) == ["round", "sweep", "calm"]
    assert table.tick(1010.0) == []
    assert table.tick(1015.0) == ["sweep", "calm"]
    assert table.tick(1060.0) == ["round", "sweep", "calm"]


def test_a_sweep_rings_only_when_something_is_due(table: Timetable, server: Valkey) -> None:
    table.tick(1000.0)
    assert waiting(server) == ["app.jobs.messages.drain", "tests.ground.jobs.nothing"]


def test_a_flushed_redis_loses_nothing_of_the_timetable(table: Timetable, server: Valkey) -> None:
    table.tick(1000.0)
    with redis.Redis.from_url(server.url()) as client:
        client.flushall()
    assert waiting(server) == []
    table.tick(1060.0)
    assert waiting(server) == ["app.jobs.messages.drain", "tests.ground.jobs.nothing"]


def test_a_killed_redis_is_rung_again_when_it_is_back(table: Timetable, server: Valkey) -> None:
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    assert table.tick(1000.0) == ["round", "sweep", "calm"], "nobody waits, nothing is raised"
    server.start()
    assert table.tick(1015.0) == ["round", "sweep", "calm"], "a round is not late by its whole time"
    assert waiting(server) == ["app.jobs.messages.drain", "tests.ground.jobs.nothing"]


def test_one_failing_entry_does_not_keep_the_others(
    server: Valkey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(doorbell, "redis_url", server.url)
    monkeypatch.setattr("app.jobs.context.application", lambda: Flask("timetable"))
    table = Timetable([Sweep("broken", due="tests.ground.jobs.fails", bell="drain"), *ENTRIES], sweep_seconds=15)
    assert table.tick(1000.0) == ["broken", "round", "sweep", "calm"]
    assert "timetable: broken failed" in caplog.text
    assert len(waiting(server)) == 2


def test_ringing_never_raises_and_never_waits_long(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doorbell, "redis_url", lambda: f"unix://{tmp_path}/nobody.sock")
    with app.app_context():
        doorbell.ring("drain")


def test_jobs_carry_ids_as_json_and_never_pickles(app: Flask, valkey: str) -> None:
    with app.app_context():
        doorbell.ring("render", "5f0c2f4e-0000-4000-8000-000000000001")
    with redis.Redis.from_url(valkey) as client:
        (job,) = Queue("documents", connection=client, serializer=JSONSerializer).jobs
        assert job.args == ["5f0c2f4e-0000-4000-8000-000000000001"]
        data = client.hget(f"rq:job:{job.id}", "data")
        assert b"5f0c2f4e" in __import__("zlib").decompress(data)


def test_bells_that_ring_together_each_reach_their_queue(app: Flask, valkey: str) -> None:
    with app.app_context():
        doorbell.ring_all(("drain",), ("render", "5f0c2f4e-0000-4000-8000-000000000001"))
        assert (doorbell.waiting("messages"), doorbell.waiting("documents")) == (1, 1)


def test_an_idle_sweep_adds_nothing_to_a_queue_where_work_waits(table: Timetable, server: Valkey) -> None:
    table = Timetable([Sweep("papers", due="tests.ground.jobs.yes", bell="drain", idle=True)], sweep_seconds=15)
    table.tick(0.0)
    table.tick(20.0)
    assert len(waiting(server)) == 1
