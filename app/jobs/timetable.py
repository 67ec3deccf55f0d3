"""What happens by the clock. The list stands in code, so a flushed Redis loses nothing of it.

A sweep asks one question of PostgreSQL (is anything due?) and rings a bell on yes; a round always goes on its queue.
Two timetables at once, or none for three days, change nothing: every job takes only what is due.
"""

import importlib
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import OperationalError

from app.jobs.context import job
from app.jobs.queue import BELLS, Bell, enqueue, ring, waiting

log = logging.getLogger(__name__)

LONGEST_SLEEP = 1.0
AGAIN_SECONDS = 15.0


@dataclass(frozen=True)
class Sweep:
    """Every SWEEP_SECONDS the bell `bell` is rung when the function `due` says yes.

    `idle`: only while nothing waits in its queue. Where one bell brings a job for each thing that is due, every sweep
    would otherwise put the whole backlog on the queue again, and a fresh order would wait behind work that is done.
    """

    name: str
    due: str
    bell: str
    idle: bool = False


@dataclass(frozen=True)
class Round:
    """The function `path` is put on `queue` every `every` seconds."""

    name: str
    every: float
    path: str
    queue: str
    timeout: int = 120


TIMETABLE: tuple[Sweep | Round, ...] = (
    Sweep("messages", due="app.notify.lease.any_due", bell="drain"),
    Sweep("documents", due="app.documents.orders.any_due", bell="render", idle=True),
    Sweep("deadlines", due="app.cases.clockwork.any_due", bell="deadlines"),
    Sweep("payments", due="app.payments.attempts.any_due", bell="payments"),
    Sweep("refunds", due="app.payments.refunds.any_due", bell="refunds"),
    Round("payments_15_minutes", every=900, path="app.jobs.payments.ask_again", queue="messages", timeout=300),
    Round("payments_daily", every=86400, path="app.jobs.payments.reconcile", queue="messages", timeout=1800),
    Round("seal", every=60, path="app.jobs.clock.seal", queue="messages"),
    Round("note_seal", every=86400, path="app.jobs.clock.note_seal", queue="messages"),
    Round("figures", every=600, path="app.jobs.clock.count_facts", queue="messages"),
    Round("days", every=3600, path="app.jobs.clock.prepare_days", queue="messages"),
    Round("forget", every=86400, path="app.jobs.retention.forget", queue="messages", timeout=600),
    Round("sessions", every=3600, path="app.jobs.clock.forget_sessions", queue="messages"),
    Round("drafts", every=3600, path="app.jobs.clock.look_after_drafts", queue="messages"),
    Round("guides", every=600, path="app.jobs.documents.guides", queue="documents"),
    Round("recheck", every=60, path="app.jobs.documents.recheck", queue="documents"),
    Round("tidy", every=3600, path="app.jobs.documents.tidy", queue="documents", timeout=900),
)


def resolve(path: str) -> Callable[..., Any]:
    """The function that a dotted path names."""
    module, _, name = path.rpartition(".")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


class Timetable:
    """Starts each entry when its time has come; the first time at once, to catch up after an outage."""

    def __init__(self, entries: Iterable[Sweep | Round], sweep_seconds: float) -> None:
        self.every = {entry: sweep_seconds if isinstance(entry, Sweep) else entry.every for entry in entries}
        self.next_at = dict.fromkeys(self.every, 0.0)

    def tick(self, moment: float) -> list[str]:
        """Start what is due at `moment` (monotonic seconds); the names of what was started."""
        due = [entry for entry, at in self.next_at.items() if at <= moment]
        for entry in due:
            self.next_at[entry] = moment + min(self.every[entry], AGAIN_SECONDS)
            try:
                if start(entry):
                    self.next_at[entry] = moment + self.every[entry]
            except OperationalError as away:
                log.warning("timetable: database away at %s (%s)", entry.name, type(away.orig).__name__)
            except Exception:
                # The edge of the process: one entry that fails must not keep the others from their time.
                log.exception("timetable: %s failed", entry.name)
        return [entry.name for entry in due]

    def run(self, ended: threading.Event) -> None:
        """Tick until `ended` is set."""
        while not ended.is_set():
            self.tick(time.monotonic())
            wait = min(self.next_at.values(), default=0.0) - time.monotonic()
            ended.wait(min(LONGEST_SLEEP, max(0.05, wait)))


@job
def start(entry: Sweep | Round) -> bool:
    """Ring for a sweep that finds something due; enqueue a round. False when a round could not be enqueued."""
    if isinstance(entry, Round):
        return enqueue((Bell(entry.queue, entry.path, entry.timeout), []))
    if not (entry.idle and waiting(BELLS[entry.bell].queue)) and resolve(entry.due)():
        ring(entry.bell)
    return True
