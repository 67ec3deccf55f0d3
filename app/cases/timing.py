"""How long cases take, the time spent waiting for the citizen left out. One table of figures feeds the cards."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.calendars.clock import now
from app.calendars.working import Pause
from app.cases.conversation import Rating
from app.cases.models import Case, History, ServiceFact
from app.extensions import db

NOT_COUNTED = ("cancelled_by_citizen", "cancelled_unanswered")


def spent_days(case: Case) -> float:
    """Days from filing to the end, without the stretches between a request to the citizen and his answer."""
    ended = case.closed_at or now()
    rows = db.session.execute(
        select(History.step, History.at)
        .where(History.case_id == case.id, History.step.in_(("send_requests", "answer")))
        .order_by(History.seq)
    )
    return (ended - case.filed_at - waiting([(step, at) for step, at in rows], ended)) / timedelta(days=1)


def pauses_of(case: Case) -> list[Pause]:
    """The ended stretches between asking the citizen and his answer, oldest first."""
    rows = db.session.execute(
        select(History.step, History.at)
        .where(History.case_id == case.id, History.step.in_(("send_requests", "answer")))
        .order_by(History.seq)
    )
    found: list[Pause] = []
    since: datetime | None = None
    for step, at in rows:
        if step == "send_requests":
            since = since or at
        elif since:
            found.append(Pause(since, at))
            since = None
    return found


def waiting(moments: list[tuple[str, datetime]], ended: datetime) -> timedelta:
    """The time in which the ball lay with the citizen, from the moments of asking and answering in order."""
    total, since = timedelta(), None
    for step, at in moments:
        if step == "send_requests":
            since = since or at
        elif since:
            total, since = total + (at - since), None
    return total + (ended - since if since else timedelta())


def count_facts(service: str) -> None:
    """Count one service's figures anew."""
    votes, average = db.session.execute(
        select(func.count(), func.avg(Rating.stars)).where(Rating.service == service)
    ).one()
    median, ninetieth = db.session.execute(
        select(
            func.percentile_cont(0.5).within_group(Case.spent_days),
            func.percentile_cont(0.9).within_group(Case.spent_days),
        ).where(Case.service == service, Case.closed_at.is_not(None), Case.outcome.not_in(NOT_COUNTED))
    ).one()
    values = {"votes": votes, "average": average, "median_days": median, "p90_days": ninetieth, "counted_at": now()}
    row = insert(ServiceFact).values(service=service, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["service"], set_=values))


def facts_of(service: str) -> ServiceFact:
    """The figures of a service; empty ones before the first count."""
    return db.session.get(ServiceFact, service) or ServiceFact(service=service, votes=0)
