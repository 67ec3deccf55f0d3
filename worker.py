"""The processes beside the web server: `python worker.py [messages|documents|timetable]`, all three without a name.

`messages` runs many short jobs in one process; `documents` forks for each job, so that a PDF or an image that eats its
memory takes nobody with it; `timetable` starts what happens by the clock. SIGTERM lets a running job finish.
"""

import logging
import os
import signal
import sys
import threading
import time

import redis
from rq import Queue, SimpleWorker, Worker
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker

from app import create_app
from app.jobs import documents
from app.jobs.context import work_for
from app.jobs.queue import DOCUMENTS, MESSAGES
from app.jobs.timetable import TIMETABLE, Timetable
from config import SettingsError
from ground import GroundError
from ground.family import Family
from ground.portal import WORKERS, workers

MAINTENANCE_SECONDS = 30
HEARTBEAT_SECONDS = 60
KINDS: dict[str, type[BaseWorker]] = {MESSAGES: SimpleWorker, DOCUMENTS: Worker}


def run_worker(queue_name: str) -> None:
    """Work on one queue until told to stop. The application is made first, so that forks find it ready."""
    app = create_app()
    work_for(app)
    if queue_name == DOCUMENTS:
        documents.prepare()
    settings = app.config["SETTINGS"]
    connection = redis.Redis.from_url(settings.redis_url, health_check_interval=30)
    queue = Queue(queue_name, connection=connection, serializer=JSONSerializer)
    worker = KINDS[queue_name](
        [queue],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=HEARTBEAT_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        log_job_description=False,
    )
    worker.work(logging_level="WARNING")


def run_timetable() -> None:
    """Keep time until told to stop."""
    app = create_app()
    work_for(app)
    sweep_seconds = app.config["SETTINGS"].sweep_seconds
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    Timetable(TIMETABLE, sweep_seconds).run(ended)


def run_all() -> None:
    """All three as a family of processes."""
    family = Family()
    family.listen()
    try:
        for part in workers(os.environ):
            family.start(part)
        family.run()
    finally:
        family.stop()


def main(arguments: list[str]) -> int:
    """The exit code."""
    if arguments and arguments[0] not in WORKERS or len(arguments) > 1:
        sys.stderr.write(f"usage: python worker.py [{'|'.join(WORKERS)}]\n")
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("pikepdf").setLevel(logging.WARNING)
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        if not arguments:
            run_all()
        elif arguments[0] in KINDS:
            run_worker(arguments[0])
        else:
            run_timetable()
    except (SettingsError, GroundError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    except redis.ConnectionError as away:
        sys.stderr.write(f"Redis is away: {away}\n")  # whoever started us starts us again
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
