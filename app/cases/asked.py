"""What the citizen of a case was asked for, and the time that the office waited for it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from app.calendars.working import Pause
from app.cases import memory
from app.cases.conversation import InfoRequest
from app.cases.models import Case
from app.extensions import db

# Built once: making a statement costs more than asking it.
_OF_CASE = (
    select(InfoRequest)
    .where(InfoRequest.case_id == bindparam("case"))
    .order_by(InfoRequest.prepared_at, InfoRequest.id)
    .execution_options(populate_existing=True)
)


def requests_of(case: Case, *states: str) -> list[InfoRequest]:
    """The requests of a case in these states (all without any), oldest first."""
    found: Sequence[InfoRequest] | None = memory.known(case, InfoRequest)
    if found is None:
        found = db.session.scalars(_OF_CASE, {"case": case.id}).all()
    return [each for each in found if not states or each.state in states]


def pauses(asked: Iterable[InfoRequest], *, until: datetime | None = None) -> list[Pause]:
    """The stretches in which the ball lay with the citizen, oldest first: from the first open request to the last one.

    A request ends with its answer, or when it is withdrawn. One that is open still counts `until` then, else not yet.
    """
    spans = [(each.opened_at, each.answered_at or each.closed_at or until) for each in asked]
    found: list[Pause] = []
    for opened_at, ends in sorted((start, end) for start, end in spans if start is not None and end is not None):
        if found and opened_at <= found[-1].end:
            found[-1] = Pause(found[-1].start, max(found[-1].end, ends))
        else:
            found.append(Pause(opened_at, ends))
    return found
