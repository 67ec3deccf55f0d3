"""The doorbell: wakes a worker for work that already stands in PostgreSQL. Rooms below may ring, never more.

No fixed job id and no `unique`: with them a finished, failed or killed job would refuse the next bell. A bell too many
is harmless, since every job takes only what is due; a bell that was lost is rung again by the timetable.
"""

import logging
import os
from dataclasses import dataclass
from functools import cache

import redis
from flask import current_app, has_app_context
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

MESSAGES = "messages"
DOCUMENTS = "documents"
PATIENCE_SECONDS = 0.5
FAILED_KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Bell:
    """Which function a bell starts, on which queue, and after how many seconds the run is called lost."""

    queue: str
    path: str
    timeout: int = 120


BELLS: dict[str, Bell] = {
    "drain": Bell(MESSAGES, "app.jobs.messages.drain"),
    "deadlines": Bell(MESSAGES, "app.jobs.clock.run_deadlines", timeout=300),
    "payments": Bell(MESSAGES, "app.jobs.payments.verify", timeout=300),
    "refunds": Bell(MESSAGES, "app.jobs.payments.refund", timeout=300),
    "figures": Bell(MESSAGES, "app.jobs.clock.count_facts"),
    "render": Bell(DOCUMENTS, "app.jobs.documents.render", timeout=300),
}


@cache
def connection(url: str) -> "redis.Redis":
    """One pool a process; short time limits, so that a page never waits for a Redis that hangs."""
    return redis.Redis.from_url(url, socket_connect_timeout=PATIENCE_SECONDS, socket_timeout=PATIENCE_SECONDS)


def redis_url() -> str:
    """The address of Redis, of the application at hand or of the environment."""
    if has_app_context():
        return str(current_app.config["SETTINGS"].redis_url)
    return os.environ.get("REDIS_URL", "")


@cache
def queue(name: str, url: str) -> Queue:
    """The queue `name`; JSON, so that whoever can write to Redis still cannot run code of his own.

    Kept, since a new one asks Redis for its version at its first job.
    """
    return Queue(name, connection=connection(url), serializer=JSONSerializer)


def ring(name: str, *ids: str) -> None:
    """Wake the job of the bell `name` with `ids`. Never raises: what is due is found without the bell as well."""
    ring_all((name, *ids))


def ring_all(*bells: tuple[str, ...]) -> None:
    """Names of bells with their ids, in one round trip. Never raises."""
    enqueue(*((BELLS[name], ids) for name, *ids in bells))


def enqueue(*runs: tuple[Bell, list[str]]) -> bool:
    """Put one run of each function with its ids on its queue; False when Redis is away."""
    url = redis_url()
    if not url:
        return False
    try:
        with connection(url).pipeline() as together:  # the jobs and their places in the queues in one round trip
            for bell, ids in runs:
                queue(bell.queue, url).enqueue_call(
                    bell.path,
                    args=ids,
                    timeout=bell.timeout,
                    result_ttl=0,
                    failure_ttl=FAILED_KEPT_SECONDS,
                    pipeline=together,
                )
            together.execute()
    except (redis.RedisError, OSError) as away:
        paths = ", ".join(bell.path for bell, _ids in runs)
        log.warning("doorbell away: %s not rung (%s)", paths, type(away).__name__)
        return False
    return True


def waiting(queue_name: str) -> int:
    """How many jobs stand in a queue, the running one not counted; 0 when Redis is away."""
    try:
        return int(queue(queue_name, redis_url()).count)
    except (redis.RedisError, OSError):
        return 0
