"""Which gateway gets the next messages. Rows, not memory, so that all workers share what one has found out.

The first gateway carries everything while it is well. Errors and slowness move weight to the second; one that fails
outright rests, longer each time, and then proves itself with a small share.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.calendars.clock import now
from app.extensions import db, transaction
from app.notify.models import GatewayHealth

FULL, TRIAL = 100, 10
RESTS_AFTER = 3
REST_SECONDS = (5, 10, 20, 40, 60)
REST = text("""
    UPDATE gateway_health SET resting_until = clock_timestamp() + make_interval(secs => :seconds) WHERE name = :name
""")


@dataclass
class Tally:
    """How one gateway answered during one batch. `wait`: seconds it asked us to stay away."""

    answered: int = 0
    failed: int = 0
    seconds: float = 0.0
    wait: int = 0
    blown: bool = False

    @property
    def slow(self) -> bool:
        return self.answered > 0 and self.seconds / self.answered > 4

    @property
    def bad(self) -> bool:
        return self.blown or self.failed > self.answered


def weights(names: Sequence[str]) -> dict[str, int]:
    """Weight of each gateway that is not resting, in the order given."""
    with transaction():
        rests = GatewayHealth.resting_until > func.clock_timestamp()
        found = select(GatewayHealth.name, GatewayHealth.weight, rests).where(GatewayHealth.name.in_(names))
        rows = db.session.execute(found).all()
    resting = {name for name, _, is_resting in rows if is_resting}
    known = {name: weight for name, weight, _ in rows}
    return {name: known.get(name, FULL) for name in names if name not in resting}


def choose(open_sms: dict[str, int]) -> str:
    """The gateway of the next batch: the first with the probability of its weight, else the one after it."""
    names = list(open_sms)
    for name in names[:-1]:
        if secrets.randbelow(FULL) < open_sms[name]:
            return name
    return names[-1] if names else ""


def learn(name: str, tally: Tally) -> None:
    """Move the gateway's weight by how it answered; commits."""
    if not tally.answered and not tally.failed:
        return
    with transaction():
        db.session.execute(insert(GatewayHealth).values(name=name, changed_at=now()).on_conflict_do_nothing())
        row = db.session.scalars(
            select(GatewayHealth)
            .where(GatewayHealth.name == name)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        judge(row, tally)
        row.changed_at = now()
        db.session.flush()
        seconds = tally.wait or rest_of(row)
        if seconds:
            db.session.execute(REST, {"name": name, "seconds": seconds})


def judge(row: GatewayHealth, tally: Tally) -> None:
    if tally.bad:
        row.failures = min(row.failures + tally.failed, 1000)
        row.weight = TRIAL
    elif tally.failed or tally.slow:
        row.failures = 0
        row.weight = max(TRIAL, row.weight // 2)
    else:
        row.failures = 0
        row.weight = min(FULL, row.weight + 30)


def rest_of(row: GatewayHealth) -> int:
    """Seconds of rest after so many failures in a row; none for a first stumble."""
    if row.failures < RESTS_AFTER:
        return 0
    step = (row.failures - RESTS_AFTER) // RESTS_AFTER
    return REST_SECONDS[min(step, len(REST_SECONDS) - 1)]
