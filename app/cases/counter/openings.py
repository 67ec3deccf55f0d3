"""The client's codes: one opens one request to the clerk for a quarter of an hour, another agrees to one filing.

They go to the mobile on the client's profile and nowhere else. A code is bound to its purpose, to the clerk's session
and to the client; that of a filing also to the very text that was read out.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from app.calendars.clock import now
from app.cases import policy
from app.cases.counter import watch
from app.cases.counter.errors import NoMobile, NotOpened, OwnClient
from app.cases.counter.models import CounterOpening, CounterVisit
from app.cases.counter.scope import handles
from app.cases.errors import CaseNotFound
from app.cases.models import Case
from app.cases.own import is_own
from app.cases.queries import find_case
from app.extensions import db
from app.identity.actors import Actor
from app.kit.roles import Role
from app.notify import codes
from app.notify.render import notice_words

OPEN_FOR = timedelta(minutes=15)
OPENS, AGREES = "counter_open_code", "counter_code"


def case_of(visit: CounterVisit, number: str, *, by: Actor) -> Case:
    """The client's request of this number, of an agency that the office serves. Raises CaseNotFound and OwnClient."""
    case = find_case(number, select(Case).where(Case.applicant_id == visit.person_id))
    if case is None or not handles(by, case.service, case.agency, visit.office):
        raise CaseNotFound
    if is_own(case, by):
        raise OwnClient
    return case


def send_code(visit: CounterVisit, case: Case, *, by: Actor) -> None:
    """Raises NoMobile and TooManyCodes."""
    watch.note(watch.CODE, by=by, office=visit.office, person=visit.person_id, case=case)
    send(visit, f"counter_open:{case.id}", OPENS, by=by, facts={"number": case.number})


def send(visit: CounterVisit, purpose: str, words: str, *, by: Actor, facts: dict[str, object] | None = None) -> None:
    """A code for this client in this session. An office is one address: the clerk is counted in its place."""
    client = visit.person
    if client.mobile is None:
        raise NoMobile
    codes.send(
        purpose,
        session_id=str(by.session_id),
        mobile=client.mobile,
        address=f"counter:{by.staff_id}",
        language=client.language,
        person_id=client.id,
        texts=notice_words(words),
        facts=facts,
    )


def redeem(visit: CounterVisit, purpose: str, entered: str, *, by: Actor) -> bool:
    return codes.redeem(purpose, session_id=str(by.session_id), entered=entered, person_id=visit.person_id)


def open_with(visit: CounterVisit, case: Case, entered: str, *, by: Actor) -> bool:
    """Open the request if that is the client's code; the answer is False, not an exception, so that the try counts."""
    if not redeem(visit, f"counter_open:{case.id}", entered, by=by):
        return False
    assert by.session_id is not None
    opening = CounterOpening(visit_id=visit.id, case_id=case.id, session_id=by.session_id, ends_at=now() + OPEN_FOR)
    db.session.add(opening)
    watch.note(watch.OPENED, by=by, office=visit.office, person=visit.person_id, case=case)
    return True


def opening_of(visit: CounterVisit, case: Case, *, by: Actor) -> CounterOpening | None:
    """What lets the clerk into this request now, in this session."""
    query = (
        select(CounterOpening)
        .where(
            CounterOpening.visit_id == visit.id,
            CounterOpening.case_id == case.id,
            CounterOpening.session_id == by.session_id,
            CounterOpening.ends_at > now(),
        )
        .order_by(CounterOpening.ends_at.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


def acting(visit: CounterVisit, case: Case, *, by: Actor) -> Actor:
    """The clerk as one who acts for the client in this request; raises NotOpened."""
    if opening_of(visit, case, by=by) is None:
        raise NotOpened
    actor = for_client(by, visit)
    if not policy.holds(actor, Role.COUNTER_AGENT, case):
        raise NotOpened
    return actor


def for_client(by: Actor, visit: CounterVisit) -> Actor:
    return replace(by, acting_for=visit.person_id, office=visit.office)
