"""The clock at work: whole steps a second, one process, while a hundred thousand deadlines stand open."""

import time

from sqlalchemy import select

from app.calendars.clock import now
from app.cases import clockwork
from app.cases.models import Case, Deadline
from app.extensions import db, transaction
from app.identity.models import Person
from bench.queues import Rate
from bench.servers import DATABASE, Ground

OPEN = 100_000
DUE = 600
# Spread over the next year, over all cases, under kinds of their own: one open deadline per case and kind.
STAND_OPEN = """
    INSERT INTO deadline (id, case_id, kind, basis_at, amount, unit, due_at, last_on, step, state, cycle)
    SELECT gen_random_uuid(), cases.id, 'bench' || round, %(at)s, 5, 'calendar',
           %(at)s + make_interval(mins => 60 + (random() * 500000)::int), current_date + 365, 'lapse_answer', 'open', 1
    FROM (SELECT id FROM "case" ORDER BY id LIMIT %(open)s) AS cases, generate_series(1, %(rounds)s::int) AS round"""
FALL_DUE = """
    INSERT INTO deadline (id, case_id, kind, basis_at, amount, unit, due_at, last_on, step, state, cycle)
    SELECT gen_random_uuid(), id, 'benchdue', %(at)s, 5, 'calendar', %(at)s - interval '1 minute', current_date,
           'lapse_answer', 'open', 1
    FROM "case" WHERE service = 'general_transaction' AND stage = 'in_review' LIMIT %(many)s::int"""
WHOSE = select(Case.applicant_id).join(Deadline, Deadline.case_id == Case.id).where(Deadline.kind == "benchdue")


def sweep(ground: Ground) -> Rate:
    """Cases whose time to answer is over end, with history, messages and everything that belongs to a step."""
    with ground.postgres.connect(DATABASE) as connection:
        few = connection.execute('SELECT 1 FROM "case" LIMIT %s', [OPEN]).rowcount
        rounds = -(-OPEN // max(1, few))
        connection.execute(STAND_OPEN, {"at": now(), "open": OPEN, "rounds": rounds})
        due = connection.execute(FALL_DUE, {"at": now(), "many": DUE}).rowcount
        connection.execute("ANALYZE deadline")
    with ground.app.app_context():
        with transaction():
            for person in db.session.scalars(select(Person).where(Person.id.in_(WHOSE))):
                person.mobile, person.email = "+966512345678", "somebody@example.com"
        begun = time.monotonic()
        done = clockwork.run_due()
        taken = time.monotonic() - begun
    assert done >= due, f"{due} were due and {done} were done"
    return Rate("steps by the clock, 100,000 deadlines open", done / taken, 150)
