"""How long cases take, the time spent waiting for the citizen left out. One table of figures feeds the cards."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.calendars.clock import now
from app.calendars.working import Pause
from app.cases.announcements import IS_TOLD
from app.cases.asked import pauses, requests_of
from app.cases.conversation import InfoRequest, Rating
from app.cases.models import Case, ServiceFact
from app.extensions import db
from app.hot import Hot


class Facts(NamedTuple):
    """Of one service: votes and their average; days in which half and nine tenths of its cases were closed."""

    votes: int
    average: float | None
    median_days: float | None
    p90_days: float | None


_ONE = select(literal(1).label("one")).subquery()
# With them whether anything is told beside the service: nearly never, so its words are asked apart.
_FACTS = Hot(
    select(IS_TOLD.label("is_told"), *(getattr(ServiceFact, name) for name in Facts._fields))
    .select_from(_ONE)
    .outerjoin(ServiceFact, ServiceFact.service == bindparam("service"))
)
NOT_COUNTED = ("cancelled_by_citizen", "cancelled_unanswered")


def pauses_of(case: Case) -> list[Pause]:
    """The stretches until now in which the case waited for its citizen."""
    return pauses(requests_of(case))


def spent_days(case: Case, asked: Iterable[InfoRequest]) -> float:
    """Days from filing to the end (now, if it has none), without the time in which something of `asked` was open."""
    ended = case.closed_at or now()
    waited = sum((pause.end - pause.start for pause in pauses(asked, until=ended)), timedelta())
    return (ended - case.filed_at - waited) / timedelta(days=1)


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


def facts_of(service: str) -> tuple[Facts, bool]:
    """The figures of a service, empty ones before the first count; and whether anything is told beside it now."""
    is_told, votes, *days = _FACTS.row({"service": service, "at": now()})
    return Facts(votes or 0, *days), is_told
