"""An amount whose return was set aside, as its payer reads it: why in general words, and whom he turns to.

The reason an officer wrote stays in the queue of the desk: it may name people and other payments.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.calendars.printed import day_text
from app.cases import memory
from app.cases.context import agency_of, service_of
from app.cases.models import Case
from app.cases.notices import announce
from app.extensions import db
from app.kit.numbers import amount
from app.kit.words import WORDS
from app.payments import refunds
from app.payments.models import Receipt
from app.payments.refunds import Officer
from app.payments.return_models import Refund
from app.payments.states import RefundState

EVENT = "refund_set_aside"


@dataclass(frozen=True)
class NotReturned:
    amount: str
    why: str
    turn_to: str
    date: str


def tell(case: Case, refund: Refund) -> None:
    """Tell the person, each time that the refund is set aside."""
    assert refund.set_aside_at is not None
    said, at = _said(case, refund, case.language), refund.set_aside_at.timestamp()
    announce(case, EVENT, key=f"refund:{refund.id}:{at}", amount=said.amount, why=said.why, turn_to=said.turn_to)


def of_case(case: Case, language: str) -> list[NotReturned]:
    """The amounts of a case that are not given back. Costs nothing for services without fees."""
    if service_of(case).payment is None:
        return []
    return [_said(case, each, language) for each in _set_aside(case)]


def _set_aside(case: Case) -> Sequence[Refund]:
    remembered = memory.known(case, Refund)
    if remembered is not None:
        return remembered
    rows = select(Refund).where(Refund.case_id == case.id, Refund.state == RefundState.SET_ASIDE)
    return db.session.scalars(rows.order_by(Refund.opened_at)).all()


def of_receipt(case: Case, receipt: Receipt, language: str) -> NotReturned | None:
    """What is said on the receipt of money that somebody wanted back in vain."""
    found = next((each for each in _set_aside(case) if each.money_id == receipt.money_id), None)
    return _said(case, found, language) if found else None


def _said(case: Case, refund: Refund, language: str) -> NotReturned:
    agency = agency_of(case)
    turn_to = "turn_to" if agency.contact_phone else "turn_to_office"
    named = {"agency": agency.name[language], "contact_phone": agency.contact_phone}
    assert refund.set_aside_at is not None
    return NotReturned(
        amount(refund.amount, refund.currency, language),
        WORDS.text(language, f"payments.not_returned.why.{_cause(refund)}"),
        WORDS.text(language, f"payments.not_returned.{turn_to}", **named),
        day_text(agency, refund.set_aside_at.astimezone(agency.zone).date(), language),
    )


def _cause(refund: Refund) -> str:
    """By what the row knows: whoever proposed it took it back, the gateway said no, or it was examined."""
    assert refund.set_aside_by_id is not None
    if refunds.is_proposer(refund, Officer(refund.set_aside_by_id, refund.set_aside_key)):
        return "withdrawn"
    return "gateway" if refund.failure else "examined"
