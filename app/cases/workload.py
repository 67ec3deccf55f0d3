"""How the work of a scope stands: open cases by stage, what is late, whom no notice reached. Counting is bounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.calendars.clock import now
from app.cases.conversation import OPEN, InfoRequest
from app.cases.models import Case, Deadline
from app.cases.queries import visible
from app.extensions import db
from app.identity.actors import Actor
from app.notify.models import TROUBLED, Message

MOST_COUNTED = 5_000
MOST_LISTED = 50


@dataclass(frozen=True)
class Figures:
    """Open cases in sight, at most MOST_COUNTED of them."""

    stages: Mapping[str, int]
    late: int
    waiting: int
    nobody: int
    late_appeals: int = 0

    @property
    def is_bounded(self) -> bool:
        return sum(self.stages.values()) >= MOST_COUNTED


def figures(actor: Actor) -> Figures:
    """Two queries, whatever the number of cases."""
    is_waiting = select(InfoRequest.id).where(InfoRequest.case_id == Case.id, InfoRequest.state == OPEN).exists()
    seen = (
        visible(actor)
        .where(Case.closed_at.is_(None))
        .with_only_columns(Case.stage, Case.assignee_id, Case.target_at, is_waiting.label("waiting"))
        .limit(MOST_COUNTED)
        .subquery()
    )
    late = func.count().filter(seen.c.target_at <= now(), ~seen.c.waiting)
    waiting, nobody = func.count().filter(seen.c.waiting), func.count().filter(seen.c.assignee_id.is_(None))
    rows = db.session.execute(select(seen.c.stage, func.count(), late, waiting, nobody).group_by(seen.c.stage)).all()
    total = {name: sum(row[place] for row in rows) for place, name in enumerate(("late", "waiting", "nobody"), 2)}
    return Figures({row[0]: row[1] for row in rows}, **total, late_appeals=_late_appeals(actor))


def _late_appeals(actor: Actor) -> int:
    """Objections whose answer is overdue; their cases are closed, so they are counted by themselves."""
    late = (
        visible(actor)
        .join(Deadline, Deadline.case_id == Case.id)
        .where(Deadline.kind == "appeal", Deadline.state == "open", Deadline.due_at <= now())
        .with_only_columns(Case.id)
        .limit(MOST_COUNTED)
    )
    return db.session.scalar(select(func.count()).select_from(late.subquery())) or 0


def stuck_deadlines(actor: Actor) -> Sequence[tuple[Case, str]]:
    """What the clock has set aside after too many failures: the case and the step it could not take."""
    rows = db.session.execute(
        visible(actor)
        .add_columns(func.coalesce(Deadline.step, Deadline.notice))
        .join(Deadline, Deadline.case_id == Case.id)
        .where(Deadline.state == "failed", Case.closed_at.is_(None))
        .order_by(Deadline.ended_at.desc(), Case.id)
        .limit(MOST_LISTED)
    ).unique()
    return [(case, step) for case, step in rows]


def troubled_cases(actor: Actor) -> Sequence[tuple[Case, int]]:
    """Open cases with notices that did not arrive, and how many; the latest touched first."""
    failed = (
        select(Message.case_id, func.count().label("failed"))
        .where(Message.state.in_(TROUBLED), Message.case_id.is_not(None))
        .group_by(Message.case_id)
        .subquery()
    )
    rows = db.session.execute(
        visible(actor)
        .add_columns(failed.c.failed)
        .join(failed, failed.c.case_id == Case.id)
        .where(Case.closed_at.is_(None))
        .order_by(Case.touched_at.desc(), Case.id)
        .limit(MOST_LISTED)
    ).unique()
    return [(case, count) for case, count in rows]
