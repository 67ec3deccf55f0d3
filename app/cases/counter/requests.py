"""«طلباتي» at the counter: of each request its number, service, stage, what is due and missing. Nothing else."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.cases import fees, timeline
from app.cases.context import service_of
from app.cases.conversation import OPEN, InfoRequest
from app.cases.counter.models import CounterVisit
from app.cases.counter.scope import handles
from app.cases.models import Case
from app.cases.requests import target_of
from app.extensions import db
from app.identity.actors import Actor
from app.kit.words import WORDS
from app.payments.models import Bill
from app.payments.states import BillState

MOST = 50


@dataclass(frozen=True)
class Listed:
    """One request of the client; `missing`: labels of what was asked of him and has not come."""

    case: Case
    service: str
    state: str
    label: str
    missing: tuple[str, ...]
    due: str = ""


def requests_of(visit: CounterVisit, *, by: Actor, language: str) -> list[Listed]:
    """Of agencies that the office serves, the newest first."""
    rows = select(Case).where(Case.applicant_id == visit.person_id).order_by(Case.filed_at.desc(), Case.id)
    found = [
        case
        for case in db.session.scalars(rows.limit(4 * MOST)).unique()
        if handles(by, case.service, case.agency, visit.office)
    ][:MOST]
    asked, due = _asked(found), _due(found, language)
    return [_listed(case, asked.get(case.id, []), due.get(case.id, ""), language) for case in found]


def _due(cases: Sequence[Case], language: str) -> dict[uuid.UUID, str]:
    """What each costs that has an open bill."""
    rows = select(Bill).where(Bill.case_id.in_([case.id for case in cases]), Bill.state == BillState.OPEN)
    return {each.case_id: fees.amount_of(each, language) for each in db.session.scalars(rows)}


def _asked(cases: Sequence[Case]) -> dict[uuid.UUID, list[InfoRequest]]:
    rows = select(InfoRequest).where(InfoRequest.case_id.in_([case.id for case in cases]), InfoRequest.state == OPEN)
    found: dict[uuid.UUID, list[InfoRequest]] = {}
    for each in db.session.scalars(rows.order_by(InfoRequest.prepared_at, InfoRequest.id)):
        found.setdefault(each.case_id, []).append(each)
    return found


def _listed(case: Case, asked: Sequence[InfoRequest], due: str, language: str) -> Listed:
    key = timeline.state_key(case, waiting=bool(asked), owed=bool(due))
    declared = service_of(case)
    # What is missing would name the service that its neutral name keeps back.
    missing = () if declared.restricted else tuple(dict.fromkeys(_about(case, each, language) for each in asked))
    service = declared.title_in_messages(language)
    # «Waiting for you» is said to the client; the clerk reads the words of the desk where it has its own.
    own = f"desk.states.{key}"
    label = WORDS.text(language, own) if WORDS.has(own) else timeline.label_of(key, language)
    return Listed(case, service, key, label, missing, due)


def _about(case: Case, asked: InfoRequest, language: str) -> str:
    about = target_of(case, asked.target)
    # Without the rows of the answers: a place in the form is said, nothing that was written there.
    return about.label({}, language) if about else WORDS.text(language, "account.another_document")
