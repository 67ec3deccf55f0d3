"""An amount that the agency gives: valued by one person, awarded by another, and its transfer put on record.

The portal moves no money here. Amounts are whole minor units of the agency's currency.
"""

from collections.abc import Mapping
from typing import Any

from app.cases import queries, standing
from app.cases.context import agency_of
from app.cases.errors import BadInput, NeedsFirst
from app.cases.models import Case
from app.documents import orders
from app.documents.models import DocumentState
from app.identity.actors import Actor
from app.kit.arabic import clean_line, clean_text
from app.kit.numbers import amount, read_amount
from app.kit.typed import Invalid

VALUATION, AWARD, TRANSFER, PAPER = "valuation", "award", "transfer", "decision"
BASIS = "valuation_basis"
MOST_BASIS, MOST_REFERENCE = 2000, 60
Kept = dict[str, Any]


def value(case: Case, entered: Mapping[str, str], by: Actor) -> Kept:
    """An amount and how it was reached. After an earlier transfer it is more than what was transferred."""
    try:
        minor = read_amount(entered.get(VALUATION, ""))
    except Invalid as wrong:
        raise BadInput(VALUATION, f"errors.money.{wrong.code}") from wrong
    if minor <= 0:
        raise BadInput(VALUATION, "errors.money.wrong")
    if minor <= transferred(case) > 0:
        raise BadInput(VALUATION, "desk.award.not_more")
    basis = clean_text(entered.get(BASIS, ""))
    if not basis:
        raise BadInput(BASIS, "desk.award.basis_missing")
    if len(basis) > MOST_BASIS:
        raise BadInput(BASIS, "cases.errors.too_long", limit=MOST_BASIS)
    return {VALUATION: {"minor": minor, "basis": basis}}


def valuation_of(case: Case) -> Mapping[str, Any] | None:
    """The newest valuation that stands."""
    return standing.newest(case, VALUATION)


def award_of(case: Case) -> Mapping[str, Any] | None:
    """The amount that was awarded, while the award stands."""
    return standing.newest(case, AWARD)


def award(case: Case, entered: str, by: Actor) -> Kept:
    """Make the valuation that stands an award. Raises NeedsFirst."""
    found = valuation_of(case)
    if found is None:
        raise NeedsFirst
    return {AWARD: dict(found)}


def transfer(case: Case, entered: str, by: Actor) -> Kept:
    """Put on record that what is still due was transferred, under the reference of the bank."""
    found, reference = award_of(case), clean_line(entered)
    if found is None:
        raise NeedsFirst
    if not reference:
        raise BadInput(TRANSFER, "desk.award.reference_missing")
    if len(reference) > MOST_REFERENCE:
        raise BadInput(TRANSFER, "cases.errors.too_long", limit=MOST_REFERENCE)
    return {TRANSFER: {"minor": found["minor"] - transferred(case), "reference": reference}}


def transferred(case: Case) -> int:
    """What was transferred so far, whatever became of the award."""
    told = (standing.said(row) for row in queries.history_of(case))
    return sum(content[TRANSFER]["minor"] for content in told if TRANSFER in content)


def due(case: Case) -> int:
    """What is still to be transferred of the award."""
    found = award_of(case)
    return found["minor"] - transferred(case) if found else 0


def withdraw(case: Case, by: Actor) -> Kept:
    """The decision no longer stands, nor does its paper."""
    orders.revoke(case.id, PAPER, DocumentState.SUPERSEDED)
    return {}


def amount_text(case: Case, minor: int, language: str, *, plain_text: bool = False) -> str:
    return amount(minor, agency_of(case).currency, language, plain_text=plain_text)


def words(case: Case, content: Mapping[str, Any], language: str) -> dict[str, str]:
    """{amount} that a step tells: of the transfer, else of the award. A valuation is the house's own matter."""
    told = content.get(TRANSFER) or content.get(AWARD)
    return {"amount": amount_text(case, told["minor"], language)} if told else {}
