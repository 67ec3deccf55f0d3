"""How long cases take, the time spent waiting for the citizen left out. One table of figures feeds the cards."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.calendars.clock import now
from app.calendars.working import Pause
from app.cases.conversation import InfoRequest, Rating
from app.cases.models import Case, ServiceFact
from app.extensions import db

NOT_COUNTED = ("cancelled_by_citizen", "cancelled_unanswered")


def spent_days(case: Case) -> float:
    """Days from filing to the end, without the stretches in which something asked of the citizen was open."""
    ended = case.closed_at or now()
    waited = sum((pause.end - pause.start for pause in pauses_of(case, until=ended)), timedelta())
    return (ended - case.filed_at - waited) / timedelta(days=1)


def pauses_of(case: Case, *, until: datetime | None = None) -> list[Pause]:
    """The stretches in which the ball lay with the citizen, oldest first: from the first open request to the last one.

    A request ends with its answer, or when it is withdrawn. One that is open still counts `until` then, else not yet.
    """
    ended = func.coalesce(InfoRequest.answered_at, InfoRequest.closed_at)
    rows = db.session.execute(
        select(InfoRequest.opened_at, ended)
        .where(InfoRequest.case_id == case.id, InfoRequest.opened_at.is_not(None))
        .order_by(InfoRequest.opened_at)
    )
    found: list[Pause] = []
    for opened_at, ended_at in rows:
        ends = ended_at or until
        if opened_at is None or ends is None:
            continue
        if found and opened_at <= found[-1].end:
            found[-1] = Pause(found[-1].start, max(found[-1].end, ends))
        else:
            found.append(Pause(opened_at, ends))
    return found


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
