"""What a clerk does in an opened request: he is told of, hands in what was asked, gives a paper, hands over."""

from app.cases import certificate_view, collecting, fees, requests, steps
from app.cases.context import profile
from app.cases.counter import openings, watch
from app.cases.counter.errors import NothingToGive
from app.cases.counter.models import CounterVisit
from app.cases.models import Case
from app.cases.notices import announce
from app.cases.requests import Replies
from app.identity.actors import Actor
from app.identity.audit import audit
from app.kit.roles import Role
from app.payments.errors import BillClosed

HAND_OVER = "print_hand_over"


def opened(visit: CounterVisit, case: Case, *, by: Actor) -> None:
    """The client is told who opened his request: whoever gave no code learns of it."""
    tell(visit, case, "opened_at_counter", by=by, key=f"{case.id}:opened:{visit.id}")


def viewed(visit: CounterVisit, case: Case, *, by: Actor) -> None:
    """The look at the file, as the person finds it in his data."""
    detail = {"roles": [str(Role.COUNTER_AGENT)], "office": visit.office}
    audit("case.viewed", actor=by, subject_person=visit.person_id, case_id=case.id, detail=detail)


def answer(visit: CounterVisit, case: Case, replies: Replies, *, by: Actor, version: int) -> None:
    """Hand in what was asked of the client. Raises NotOpened and what `requests.answer` refuses."""
    row = requests.answer(case.id, replies, by=openings.acting(visit, case, by=by), version=version)
    watch.note(watch.ANSWERED, by=by, office=visit.office, person=visit.person_id, case=case)
    tell(visit, case, "answered_on_behalf", by=by, key=f"{case.id}:{row.seq}")


def collect(visit: CounterVisit, case: Case, method: str, tendered: str, *, by: Actor) -> int:
    """Take the fee into the clerk's own till; the change to hand back, in minor units. The receipt goes to the client.

    Raises NotOpened, and what the cashier's operation refuses.
    """
    actor = openings.acting(visit, case, by=by)
    bill = fees.owed_bill(case)
    if bill is None:
        raise BillClosed
    change = collecting.collect(bill.id, method, tendered, by=actor)
    watch.note(watch.COLLECTED, by=by, office=visit.office, person=visit.person_id, case=case, bill=str(bill.id))
    return change


def gave_paper(visit: CounterVisit, case: Case, kind: str, *, by: Actor) -> None:
    watch.note(watch.PAPER, by=by, office=visit.office, person=visit.person_id, case=case, paper=kind)


def hand_over(visit: CounterVisit, case: Case, *, by: Actor, version: int) -> None:
    """Record that the client was given his certificate.

    Raises NotOpened, NothingToGive, StepRefused and SomebodyFaster.
    """
    actor = openings.acting(visit, case, by=by)
    certificate = certificate_view.standing(case, case.language)
    if certificate is None or not certificate.may_have:
        raise NothingToGive
    row = steps.move(case.id, HAND_OVER, by=actor, version=version)
    watch.note(watch.HANDED, by=by, office=visit.office, person=visit.person_id, case=case)
    tell(visit, case, "handed_over", by=by, key=f"{case.id}:{row.seq}")


def tell(visit: CounterVisit, case: Case, event: str, *, by: Actor, key: str) -> None:
    """Every act is told to the client, with the clerk's name and the office."""
    announce(case, event, key=key, clerk=by.name, office=profile().offices[visit.office].name[case.language])
