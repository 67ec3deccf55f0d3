"""The drain: takes what is due, hands it to the gateways, writes down what they said; codes before everything else.

Any number may run at once, be killed at any point and run again: a message belongs to one lease at a time, stays with
the gateway that may already have it, and is always named to it by the id of its row.
"""

import secrets
import threading
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Row

from app.calendars.clock import now
from app.notify import health, lease
from app.notify.gateways import gateways_of
from app.notify.gateways.base import Gateway, PermanentError, TemporaryError
from app.notify.health import Tally
from app.notify.lease import MAIL, Outcome, Terms
from app.notify.mail import Letter, Mailer, mailer_of
from app.notify.models import CODE_FIRST, NOTICE, State
from app.notify.outbox import seal_context
from app.vault import SealBroken, vault
from config import Settings

BATCH = 100
SMS_AT_ONCE = 16
RUN_SECONDS = 30
# A round that a slow gateway stretches gives back what it has not begun, so that a code posted meanwhile goes next.
ROUND_SECONDS = 10
FUSE = 5
BACK_OFF = (5, 15, 45, 120, 300)
CODE_BACK_OFF = (2, 5, 10)
GIVE_UP_AFTER = timedelta(days=3)


@dataclass
class Round:
    """One batch on its way: the ways out, how they do, and the moment after which nothing more is begun."""

    gateways: dict[str, Gateway]
    mailer: Mailer | None
    open: dict[str, int]
    stop_at: float
    tallies: dict[str, Tally] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    in_a_row: dict[str, int] = field(default_factory=dict)

    def note(self, name: str, *, seconds: float, fault: TemporaryError | None) -> None:
        with self.lock:
            tally = self.tallies.setdefault(name, Tally())
            if fault is None:
                tally.answered, tally.seconds = tally.answered + 1, tally.seconds + seconds
                self.in_a_row[name] = 0
                return
            tally.failed += 1
            tally.wait = max(tally.wait, fault.wait)
            self.in_a_row[name] = self.in_a_row.get(name, 0) + 1
            tally.blown = tally.blown or bool(fault.wait) or self.in_a_row[name] >= FUSE

    def may_try(self, name: str) -> bool:
        with self.lock:
            return time.monotonic() < self.stop_at and not self.tallies.get(name, Tally()).blown

    def other_than(self, name: str) -> str | None:
        """A gateway to go to when `name` surely does not have the message."""
        with self.lock:
            blown = {each for each, tally in self.tallies.items() if tally.blown}
        well = [each for each in self.open if each not in blown | {name, MAIL}]
        return well[0] if well and name != MAIL else None


def drain(seconds: float = RUN_SECONDS) -> int:
    """Send what is due until nothing is left or `seconds` have passed; how many messages were handed over."""
    settings: Settings = current_app.config["SETTINGS"]
    gateways = gateways_of(settings)
    mailer = mailer_of(settings)
    end, sent = time.monotonic() + seconds, 0
    lease.take_back()
    try:
        while time.monotonic() < end:
            handed = one_round(settings, gateways, mailer)
            if handed is None:
                break
            sent += handed
    finally:
        for way in (*gateways.values(), mailer):
            if way is not None:
                way.close()
    return sent


def one_round(settings: Settings, gateways: dict[str, Gateway], mailer: Mailer | None) -> int | None:
    """Claim, send and record one batch; None when nothing was due."""
    names = [*gateways, *([MAIL] if mailer else [])]
    open_now = health.weights(names)
    pick = health.choose({name: weight for name, weight in open_now.items() if name != MAIL})
    span = settings.message_lease_seconds
    terms = Terms(uuid.uuid4(), span, BATCH, known=names, open=list(open_now), pick=pick)
    batch = lease.claim(CODE_FIRST, terms) or lease.claim(NOTICE, terms)
    if not batch:
        return None
    turn = Round(gateways, mailer, open_now, time.monotonic() + min(ROUND_SECONDS, span / 3))
    going = send_all(turn, batch)
    outcomes = [each.result() for each in going if each.exception() is None]
    lease.record(terms.token, outcomes)
    for name, tally in turn.tallies.items():
        health.learn(name, tally)
    for each in going:
        each.result()  # a fault nobody foresaw ends the run loudly, after what did happen is safe
    return sum(outcome.state == State.SENT for outcome in outcomes)


def send_all(turn: Round, batch: list[Row[Any]]) -> list[Future[Outcome]]:
    """SMS side by side, letters one after the other over one connection; all done on return."""
    with ThreadPoolExecutor(SMS_AT_ONCE) as many, ThreadPoolExecutor(1) as one:
        return [(one if row.gateway == MAIL else many).submit(attempt, turn, row) for row in batch]


def attempt(turn: Round, row: Row[Any]) -> Outcome:
    """One try of one message. Runs in a thread: no database, no application context."""
    if not turn.may_try(row.gateway):
        return Outcome(row.id, State.QUEUED, row.not_before, row.held, unspent=1)
    begun = time.monotonic()
    try:
        ref = hand_over(turn, row)
    except PermanentError as never:
        turn.note(row.gateway, seconds=time.monotonic() - begun, fault=None)
        return Outcome(row.id, State.FAILED, row.not_before, row.gateway, error=never.code)
    except TemporaryError as fault:
        turn.note(row.gateway, seconds=time.monotonic() - begun, fault=fault)
        return later(turn, row, fault)
    turn.note(row.gateway, seconds=time.monotonic() - begun, fault=None)
    return Outcome(row.id, State.SENT, row.not_before, row.gateway, ref=ref)


def hand_over(turn: Round, row: Row[Any]) -> str:
    to, subject, body = (opened(row, name) for name in ("recipient", "subject", "body"))
    if row.gateway == MAIL:
        assert turn.mailer is not None
        return turn.mailer.send(Letter(row.id, to, subject, body, row.language))
    return turn.gateways[row.gateway].send(str(row.id), to, body)


def opened(row: Row[Any], name: str) -> str:
    sealed = getattr(row, f"{name}_sealed")
    try:
        return vault.open(bytes(sealed), seal_context(row.id, name)) if sealed else ""
    except SealBroken as broken:
        raise PermanentError("seal_broken") from broken


def later(turn: Round, row: Row[Any], fault: TemporaryError) -> Outcome:
    """When to try again, and where. A message its gateway may have stays there: the other one knows no reference."""
    if now() - row.first_tried_at > GIVE_UP_AFTER:
        return Outcome(row.id, State.FAILED, row.not_before, row.gateway, error=fault.code)
    if fault.taken is None:
        return Outcome(row.id, State.QUEUED, back_off(row, fault), row.gateway, error=fault.code)
    other = turn.other_than(row.gateway)
    if other and row.attempts % 2:
        return Outcome(row.id, State.QUEUED, row.not_before, other, error=fault.code)
    return Outcome(row.id, State.QUEUED, back_off(row, fault), None, error=fault.code)


def back_off(row: Row[Any], fault: TemporaryError) -> datetime:
    """Longer each time, at most five minutes, spread by a fifth so that a recovering gateway is not run over."""
    steps = CODE_BACK_OFF if row.priority == CODE_FIRST else BACK_OFF
    seconds = max(steps[min(row.attempts, len(steps)) - 1], fault.wait)
    return now() + timedelta(seconds=seconds * (0.9 + secrets.randbelow(200) / 1000))
