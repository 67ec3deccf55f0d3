"""Rates of what runs behind the pages: messages leased and marked, deadlines found and leased. The database's part."""

import time
import uuid
from dataclasses import dataclass

from sqlalchemy import update

from app.calendars.clock import now
from app.cases.clockwork import due_query
from app.cases.models import Deadline
from app.extensions import db, transaction
from app.notify import lease
from app.notify.drain import BATCH
from app.notify.lease import Outcome, Terms
from app.notify.models import NOTICE, State
from bench.servers import DATABASE, Ground

MESSAGES = 20_000
DUE = 10_000
GATEWAY = "taqnyat"
POST = """
    INSERT INTO message (id, created_at, dedupe, event, channel, language, priority, parts, recipient_sealed,
                         body_sealed, state, attempts, dropped, not_before)
    SELECT gen_random_uuid(), %(at)s, 'bench' || n, 'submitted', 'sms', 'ar', 5, 1, '\\x00',
           '\\x00', 'queued', 0, 0, %(at)s
    FROM generate_series(1, %(many)s::int) AS n"""
MAKE_DUE = """
    UPDATE deadline SET due_at = %(at)s, step = 'lapse_answer', kind = 'answer' WHERE id IN (
        SELECT id FROM deadline WHERE state = 'open' LIMIT %(many)s::int)"""


@dataclass(frozen=True)
class Rate:
    name: str
    a_second: float
    wanted: float
    note: str = ""

    @property
    def is_over(self) -> bool:
        return self.a_second < self.wanted


def messages(ground: Ground) -> Rate:
    """Every message is claimed and marked as sent, by one worker and without a gateway; none twice."""
    with ground.postgres.connect(DATABASE) as connection:
        connection.execute(POST, {"at": now(), "many": MESSAGES})
        connection.execute("ANALYZE message")
    seen: list[uuid.UUID] = []
    with ground.app.app_context():
        begun = time.monotonic()
        while True:
            terms = Terms(uuid.uuid4(), 90, BATCH, known=[GATEWAY], open=[GATEWAY], pick=GATEWAY)
            batch = lease.claim(NOTICE, terms)
            if not batch:
                break
            sent = [Outcome(row.id, State.SENT, row.not_before, row.gateway, ref="r") for row in batch]
            lease.record(terms.token, sent)
            seen += [row.id for row in batch]
        taken = time.monotonic() - begun
    twice = len(seen) - len(set(seen))
    return Rate("messages leased and marked", len(seen) / taken, 10_000, f"{twice} twice")


def deadlines(ground: Ground) -> Rate:
    """Due rows found and taken, as the clock does it, batch after batch."""
    with ground.postgres.connect(DATABASE) as connection:
        made = connection.execute(MAKE_DUE, {"at": now(), "many": DUE}).rowcount
        connection.execute("ANALYZE deadline")
    found = 0
    with ground.app.app_context():
        begun = time.monotonic()
        while True:
            with transaction():
                ids = list(db.session.scalars(due_query().with_for_update(skip_locked=True)))
                db.session.execute(update(Deadline).where(Deadline.id.in_(ids)).values(state="met"))
            if not ids:
                break
            found += len(ids)
        taken = time.monotonic() - begun
    assert found == made, f"{made} were due and {found} were found"
    return Rate("deadlines found and leased", found / taken, 5_000)
