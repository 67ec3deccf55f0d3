"""What the desk reads beyond one case: which case comes next, who may write."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from app.cases import messages
from app.cases.conversation import OPEN, InfoRequest
from app.cases.errors import StepRefused
from app.cases.models import Case, Deadline
from app.cases.queries import visible
from app.cases.queue import IN_TURN
from app.extensions import db
from app.identity.actors import Actor
from app.identity.models import Person
from app.kit.workflow import Stage

MOST_SAME = 5


def next_after(actor: Actor, current: Case | None) -> Case | None:
    """The next open case of the queue that waits for this officer, after `current`; from the top again at the end.

    Not work now: what was given to somebody else, what waits for the citizen or for the day of a visit, one's own.
    """
    waiting = select(InfoRequest.id).where(InfoRequest.case_id == Case.id, InfoRequest.state == OPEN).exists()
    query = (
        visible(actor)
        .where(Case.closed_at.is_(None), ~waiting, or_(Case.assignee_id.is_(None), Case.assignee_id == actor.staff_id))
        .where(or_(Case.stage != Stage.APPROVED, Case.target_at.is_not(None)))
        .order_by(*IN_TURN)
        .limit(1)
    )
    if actor.identity_key is not None:
        query = query.where(Case.applicant.has(Person.identity_key != actor.identity_key))
    if current is None:
        return db.session.scalars(query).unique().first()
    others = query.where(Case.id != current.id)
    rest = others.where(_comes_after(current))
    return db.session.scalars(rest).unique().first() or db.session.scalars(others).unique().first()


def _comes_after(current: Case) -> ColumnElement[bool]:
    """Whether a case stands behind this one; urgent ones come first, those without a target last."""
    place = (current.filed_at, current.id)
    if (due := _target_of(current)) is None:
        return and_(Case.target_at.is_(None), tuple_(Case.filed_at, Case.id) > tuple_(*place))
    later = or_(Case.target_at.is_(None), tuple_(Case.target_at, Case.filed_at, Case.id) > tuple_(due, *place))
    return or_(~Case.comes_first, later) if current.is_urgent else and_(~Case.comes_first, later)


def _target_of(case: Case) -> datetime | None:
    """Where a case stood in the queue, also once it is decided."""
    rows = (
        select(Deadline.due_at)
        .where(Deadline.case_id == case.id, Deadline.kind == "target")
        .order_by(Deadline.cycle.desc())
    )
    return db.session.scalar(rows.limit(1))


def same_requests(case: Case, actor: Actor) -> list[Case]:
    """Other open requests about the same thing that this member of staff may see, the earliest first."""
    if case.same_key is None or case.is_final:
        return []
    others = visible(actor).where(Case.same_key == case.same_key, Case.closed_at.is_(None), Case.id != case.id)
    return list(db.session.scalars(others.order_by(Case.filed_at).limit(MOST_SAME)).unique())


def may_write(case: Case, by: Actor, *, internal: bool) -> bool:
    """Whether a message or a note of this member of staff would be accepted."""
    try:
        messages.allow(case, by, internal)
    except StepRefused:
        return False
    return True
