"""How the services of a scope have done lately: filed and ended by week, targets kept, returns, ratings, lost notices.

Counted over the newest MOST_COUNTED cases of the period, so that no page counts a table of millions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Subquery, case, func, literal, or_, select

from app.calendars.clock import now
from app.cases.conversation import Rating
from app.cases.models import Case, Deadline, History
from app.cases.queries import visible
from app.cases.workload import MOST_COUNTED
from app.extensions import db
from app.identity.actors import Actor
from app.notify.models import TROUBLED, Message

# The ages of open requests: up to so many days.
AGES = (1, 3, 7, 14, 30)
STARS = (5, 4, 3, 2, 1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """Seven days from `begins_on`: requests filed and requests ended in them."""

    begins_on: date
    filed: int
    ended: int


@dataclass(frozen=True)
class Line:
    """One service. `judged`: whose target is over, met or not; `kept`: met in time; `returned`: asked for something."""

    service: str
    filed: int
    ended: int
    judged: int
    kept: int
    returned: int
    median_days: float | None
    votes: int
    stars: float | None
    lost: int


@dataclass(frozen=True)
class Report:
    weeks: Sequence[Week]
    lines: Sequence[Line]
    ages: Mapping[int | None, int]
    ratings: Mapping[int, int]
    is_bounded: bool

    @property
    def filed(self) -> int:
        return sum(line.filed for line in self.lines)


def report(actor: Actor, days: int, zone: ZoneInfo) -> Report:
    """Of the cases filed within `days`; weeks begin so that the last one ends today. Five queries."""
    midnight = datetime.combine(now().astimezone(zone).date() + timedelta(days=1), time(), zone)
    seen = _seen(actor, midnight - timedelta(days=days))
    lines = _lines(seen)
    return Report(
        _weeks(seen, midnight, -(-days // 7)),
        lines,
        _ages(actor),
        _ratings(seen),
        sum(line.filed for line in lines) >= MOST_COUNTED,
    )


def _seen(actor: Actor, since: datetime) -> Subquery:
    newest = (
        visible(actor)
        .where(Case.filed_at >= since)
        .with_only_columns(Case.id, Case.service, Case.filed_at, Case.closed_at, Case.spent_days)
        .order_by(Case.filed_at.desc())
        .limit(MOST_COUNTED)
    )
    return newest.subquery("seen")


def _weeks(seen: Subquery, midnight: datetime, count: int) -> list[Week]:
    """Counted backwards from the end of today, the oldest first."""

    def by_week(at: ColumnElement[Any]) -> dict[int, int]:
        ago = func.floor(func.extract("epoch", literal(midnight) - at) / WEEK.total_seconds())
        rows = db.session.execute(select(ago, func.count()).where(at.is_not(None)).group_by(ago)).all()
        return {int(week): many for week, many in rows}

    filed, ended = by_week(seen.c.filed_at), by_week(seen.c.closed_at)
    first = midnight.date()
    return [
        Week(first - (place + 1) * WEEK, filed.get(place, 0), ended.get(place, 0)) for place in reversed(range(count))
    ]


def _lines(seen: Subquery) -> list[Line]:
    """By service, the busiest first."""
    target = (Deadline.case_id == seen.c.id, Deadline.kind == "target")
    over = select(Deadline.id).where(*target, or_(Deadline.ended_at.is_not(None), Deadline.due_at <= now()))
    missed = select(Deadline.id).where(*target, func.coalesce(Deadline.ended_at, now()) > Deadline.due_at)
    returned = select(History.id).where(History.case_id == seen.c.id, History.step == "send_requests")
    lost = select(Message.id).where(Message.case_id == seen.c.id, Message.state.in_(TROUBLED))
    count = func.count()
    rows = db.session.execute(
        select(
            seen.c.service,
            count,
            count.filter(seen.c.closed_at.is_not(None)),
            count.filter(over.exists()),
            count.filter(over.exists(), ~missed.exists()),
            count.filter(returned.exists()),
            func.percentile_cont(0.5).within_group(seen.c.spent_days),
            func.count(Rating.stars),
            func.avg(Rating.stars),
            count.filter(lost.exists()),
        )
        .outerjoin(Rating, Rating.case_id == seen.c.id)
        .group_by(seen.c.service)
        .order_by(count.desc(), seen.c.service)
    ).all()
    return [Line(*row) for row in rows]


def _ages(actor: Actor) -> dict[int | None, int]:
    """Open requests by how long ago they were filed; None: longer than the last of AGES."""
    age = now() - Case.filed_at
    bucket = case(*((age <= timedelta(days=most), most) for most in AGES))
    opened = visible(actor).where(Case.closed_at.is_(None)).with_only_columns(bucket.label("most")).limit(MOST_COUNTED)
    rows = opened.subquery()
    counted = db.session.execute(select(rows.c.most, func.count()).group_by(rows.c.most))
    found = {most: many for most, many in counted}
    return {most: found.get(most, 0) for most in (*AGES, None)}


def _ratings(seen: Subquery) -> dict[int, int]:
    rows = db.session.execute(
        select(Rating.stars, func.count()).join(seen, seen.c.id == Rating.case_id).group_by(Rating.stars)
    )
    found = {stars: many for stars, many in rows}
    return {stars: found.get(stars, 0) for stars in STARS}
