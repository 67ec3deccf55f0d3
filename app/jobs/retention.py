"""The daily forgetting: what stands in the table «What is kept how long» of docs/operations.md.

Cases, their history and the audit log are not in it: a law says how long those stand, and the agency blanks them.
"""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from app.calendars.clock import now
from app.cases.conversation import Draft, PageOpinion
from app.cases.counter.models import CounterVisit
from app.cases.models import FormToken
from app.documents import keeping
from app.extensions import Base, db, transaction
from app.identity.models import SigninAttempt
from app.jobs.context import job
from app.notify import retention as outbox
from app.notify.models import MessageEvent

AT_ONCE = 5000
VISITS_KEPT = timedelta(days=90)
# Which rows, by which moment, after how long.
ROWS: tuple[tuple[type[Base], InstrumentedAttribute[object], timedelta], ...] = (
    (FormToken, FormToken.used_at, timedelta(days=7)),
    (SigninAttempt, SigninAttempt.at, timedelta(days=90)),
    (MessageEvent, MessageEvent.at, timedelta(days=365)),
    (PageOpinion, PageOpinion.at, timedelta(days=2 * 365)),
)


@job
def forget() -> None:
    """Forget in small transactions until nothing is too old. Safe twice."""
    outbox.forget()
    for table, moment, kept in ROWS:
        while _some_of(table, moment, kept) == AT_ONCE:
            pass
    while _some_visits() == AT_ONCE:
        pass
    while _some_papers() == keeping.BATCH:
        pass


def _some_of(table: type[Base], moment: InstrumentedAttribute[object], kept: timedelta) -> int:
    (key,) = table.__table__.primary_key
    old = select(key).where(moment < now() - kept).limit(AT_ONCE)
    with transaction():
        return len(db.session.execute(delete(table).where(key.in_(old)).returning(key)).all())


def _some_visits() -> int:
    """Visits at a counter to which no draft belongs any more; their openings go with them."""
    has_draft = select(Draft.id).where(Draft.visit_id == CounterVisit.id).exists()
    old = select(CounterVisit.id).where(CounterVisit.began_at < now() - VISITS_KEPT, ~has_draft).limit(AT_ONCE)
    with transaction():
        gone = delete(CounterVisit).where(CounterVisit.id.in_(old)).execution_options(synchronize_session=False)
        return len(db.session.execute(gone.returning(CounterVisit.id)).all())


def _some_papers() -> int:
    with transaction():
        return keeping.purge_replaced()
