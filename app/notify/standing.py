"""How the outbox stands, for the command line and for monitoring: counts of what is open or recent, never of all."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select, text

from app.calendars.clock import now
from app.extensions import db
from app.notify.models import GatewayHealth, Message, State

OPEN = (State.QUEUED, State.SENDING)


@dataclass(frozen=True)
class Standing:
    """`due`: should have gone by now; `waits`: seconds the longest of them has waited; `troubled`: of the last day."""

    due: int
    waits: float
    sending: int
    for_later: int
    troubled: int
    gateways: list[GatewayHealth]


def standing() -> Standing:
    due = Message.not_before <= now()
    count = func.count()
    figures = select(
        count.filter(Message.state == State.QUEUED, due),
        func.min(Message.not_before).filter(Message.state == State.QUEUED, due),
        count.filter(Message.state == State.SENDING),
        count.filter(Message.state == State.QUEUED, ~due),
    ).where(Message.state.in_(OPEN))
    waiting, oldest, sending, for_later = db.session.execute(figures).one()
    return Standing(
        due=waiting,
        waits=(now() - oldest).total_seconds() if oldest else 0.0,
        sending=sending,
        for_later=for_later,
        troubled=db.session.scalar(_troubled()) or 0,
        gateways=list(db.session.scalars(select(GatewayHealth).order_by(GatewayHealth.name))),
    )


def _troubled() -> Select[int]:
    recent = Message.settled_at > now() - timedelta(days=1)
    return select(func.count()).select_from(Message).where(text("state IN ('failed', 'undelivered')"), recent)
