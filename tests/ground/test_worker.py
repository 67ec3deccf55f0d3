import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from ground.spawn import until
from ground.valkey import Valkey

ROOT = Path(__file__).parents[2]
Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def start(environment: dict[str, str], cloned_database: str, server: Valkey) -> Iterator[Start]:
    """Starts `python worker.py NAME` on a Redis of its own, as production does."""
    begun = []

    def worker(name: str) -> "subprocess.Popen[str]":
        values = {**os.environ, **environment, "REDIS_URL": server.url(), "SWEEP_SECONDS": "1"}
        begun.append(subprocess.Popen([sys.executable, "worker.py", name], cwd=ROOT, env=values, text=True))
        return begun[-1]

    yield worker
    for process in begun:
        process.kill()
        process.wait()


def put(server: Valkey, queue: str, name: str, *args: object) -> None:
    with redis.Redis.from_url(server.url()) as client:
        Queue(queue, connection=client, serializer=JSONSerializer).enqueue(f"tests.ground.jobs.{name}", args=args)


def idle(server: Valkey) -> bool:
    with redis.Redis.from_url(server.url()) as client:
        return all(client.hget(key, "state") == b"idle" for key in client.smembers("rq:workers"))


def test_sigterm_lets_the_running_job_finish(start: Start, server: Valkey, tmp_path: Path) -> None:
    done = tmp_path / "done"
    worker = start("messages")
    put(server, "messages", "write_after", 1.5, str(done))
    until(Path(f"{done}.begun").exists, seconds=30, what="the job", process=None)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert done.read_text("ascii") == "done"


def test_a_job_that_the_kernel_ends_takes_no_worker_with_it(start: Start, server: Valkey, tmp_path: Path) -> None:
    done, eaten = tmp_path / "done", tmp_path / "eaten"
    worker = start("documents")
    put(server, "documents", "eat_itself", str(eaten))
    put(server, "documents", "write_after", 0, str(done))
    until(done.exists, seconds=30, what="the next job")
    assert int(eaten.read_text("ascii")) != worker.pid
    assert worker.poll() is None


def test_a_worker_goes_on_when_redis_was_killed_and_is_back(start: Start, server: Valkey, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    worker = start("messages")
    put(server, "messages", "write_after", 0, str(first))
    until(first.exists, seconds=30, what="the first job")
    until(lambda: idle(server), seconds=10, what="the worker")  # one killed amid its last words ends, and is restarted
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    server.start()
    put(server, "messages", "write_after", 0, str(second))
    until(second.exists, seconds=60, what="the second job")
    assert worker.poll() is None


def test_the_timetable_ends_at_once_when_asked(start: Start, server: Valkey) -> None:
    timetable = start("timetable")
    with redis.Redis.from_url(server.url()) as client:
        until(lambda: bool(client.keys("rq:job:*")), seconds=30, what="the first tick")
    timetable.send_signal(signal.SIGTERM)
    assert timetable.wait(10) == 0


def test_a_wrong_setting_stops_a_worker_with_one_line(environment: dict[str, str]) -> None:
    values = {**os.environ, **environment, "SMS_GATEWAY": "pigeon"}
    done = subprocess.run(
        [sys.executable, "worker.py", "messages"], cwd=ROOT, env=values, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.strip() == "SMS_GATEWAY must be taqnyat or unifonic"


def test_an_unknown_worker_is_explained() -> None:
    done = subprocess.run(
        [sys.executable, "worker.py", "kitchen"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "messages|documents|timetable" in done.stderr
