"""The public look-up of a transaction: what a stranger with number, Hijri year and second factor may learn.

Wrong number, wrong year and wrong digits are one answer, made by the same work.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select

from app.cases import visits
from app.cases.context import profile, registry, service_of
from app.cases.conversation import OPEN, InfoRequest
from app.cases.dossier import OF_CASE
from app.cases.models import Case
from app.cases.timeline import state_key
from app.extensions import db
from app.hot import Hot, Shown
from app.identity.actors import Actor
from app.identity.models import Person
from app.kit.profile import Agency
from app.kit.workflow import Stage
from app.vault import vault

# Opened in place of a person's number when there is no case, so that both ways cost the same.
_DECOY = "decoy"
# Ends with something to read or fetch; refused and cancelled ones are not «completed».
DONE = (Stage.CLOSED, Stage.ISSUED)


_APPLICANT = Shown(Person, "id", "identity_sealed")
_waiting = exists().where(InfoRequest.case_id == Case.id, InfoRequest.state == OPEN)
_REGISTERED = Hot(
    select(*OF_CASE.columns, *_APPLICANT.columns, _waiting.label("waiting"))
    .join(Person, Person.id == Case.applicant_id)
    .where(
        Case.agency == bindparam("agency"),
        Case.transaction_year == bindparam("hijri_year"),
        Case.transaction_number == bindparam("number"),
    )
)


@dataclass(frozen=True)
class Found:
    """Stage and date of the last public step; never a name, a mobile or a file. `ending`: done, other, or none yet."""

    number: str
    year: int
    agency: str
    state: str
    last_at: datetime
    ending: str
    address: str | None = None


def look_up(agency: str, number: str, year: int, digits: str, *, by: Actor | None) -> Found | None:
    """The transaction, if the last four digits are those of its applicant, or the applicant himself asks."""
    asked = {"agency": agency, "hijri_year": year, "number": number}
    row = _REGISTERED.row(asked)
    case, person = (OF_CASE.of(row), _APPLICANT.of(row)) if row else (None, None)
    is_owner = case is not None and by is not None and by.person_id == case.applicant_id
    right = hmac.compare_digest(_last4(person).encode(), digits.encode())
    if case is None or not (right or is_owner):
        return None
    return Found(
        number,
        year,
        agency,
        _state(case, row.waiting),
        case.touched_at,
        ("done" if case.stage in DONE else "other") if case.is_final else "",
        case.address if is_owner else None,
    )


def _state(case: Case, waiting: bool) -> str:
    """As the page of the case says it, visit included."""
    booking = visits.booking_of(case) if service_of(case).slots else None
    return state_key(case, waiting=waiting, visit=booking.state if booking else None)


def agencies() -> list[Agency]:
    """Agencies of this installation with a service that registers transactions."""
    registering = {service.agency for service in registry().values() if service.needs_transaction}
    return [agency for agency in profile().agencies.values() if agency.id in registering]


def own_transactions(by: Actor) -> list[Case]:
    """The registered transactions of a signed-in person, the newest first."""
    rows = (
        select(Case)
        .where(Case.applicant_id == by.person_id, Case.transaction_number.is_not(None))
        .order_by(Case.filed_at.desc())
        .limit(20)
    )
    return list(db.session.scalars(rows).unique())


def _last4(person: Person | None) -> str:
    if person is None:
        return vault.open(vault.seal("0" * 10, _DECOY), _DECOY)[:0] + "----"
    return str(person.identity_number)[-4:]
