"""What a step does beyond moving the stage: one function for each named input or effect.

Each takes the locked case and what was entered, changes rows, and returns what the history should keep of it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.calendars.clock import now
from app.calendars.hijri import hijri_year
from app.cases import awards, certificates, corrections, deadlines, fees, field_visits, numbers, queries, reports
from app.cases.context import agency_of, profile, service_of
from app.cases.conversation import ThreadEntry
from app.cases.errors import BadInput, TransactionTaken
from app.cases.models import Case
from app.cases.officers import officers_for
from app.extensions import db
from app.identity.actors import Actor
from app.kit.arabic import clean_text, western_digits
from app.kit.case_numbers import format_transaction, parse_transaction, transaction_number
from app.kit.typed import Invalid
from app.kit.words import WORDS
from app.kit.workflow import Step

Kept = dict[str, Any]


def assignee(case: Case, entered: str, by: Actor) -> Kept:
    """Give the case to an officer who works in its scope; empty takes it away from anybody."""
    if not entered:
        case.assignee_id = None
        return {"assignee": None}
    chosen = next((each for each in officers_for(case) if str(each) == entered), None)
    if chosen is None:
        raise BadInput("assignee", "errors.choice.missing")
    case.assignee_id = chosen
    return {"assignee": str(chosen)}


def register(case: Case, entered: str, by: Actor) -> Kept:
    """Register the case as a transaction of this Hijri year: the next number, or one of its own register."""
    year = hijri_year(now(), agency_of(case).zone)
    if entered:
        try:
            number = transaction_number(entered)
        except Invalid as wrong:
            raise BadInput("transaction_number", f"errors.transaction.{wrong.code}") from wrong
    else:
        number = format_transaction(numbers.next_transaction(case.agency, year))
    try:
        with db.session.begin_nested():
            case.transaction_number, case.transaction_year = number, year
            db.session.flush()
    except IntegrityError as taken:
        raise TransactionTaken from taken
    return {"transaction": number, "hijri_year": year}


def department(case: Case, entered: str, by: Actor) -> Kept:
    """Refer the case to a department of the agency's list, another than the one that has it."""
    known = service_of(case).departments
    if not known or entered not in {entry.id for entry in profile().choices(known)}:
        raise BadInput("department", "errors.choice.missing")
    if entered == case.department:
        raise BadInput("department", "cases.errors.department_has_it")
    case.department = entered
    return {"department": entered}


def earlier_transaction(case: Case, entered: str, by: Actor) -> Kept:
    """Join the case to a transaction of its agency that was filed before it; both go on, each under its own number.

    Whoever works on the earlier one reads of it among the internal notes.
    """
    try:
        number, year = parse_transaction(entered)
    except Invalid as wrong:
        raise BadInput("earlier_transaction", f"errors.transaction.{wrong.code}") from wrong
    if (number, year) in queries.joined_to(case):
        raise BadInput("earlier_transaction", "cases.errors.joined_already")
    earlier = queries.find_transaction(case.agency, number, year)
    if earlier is None or earlier.filed_at >= case.filed_at or _is_secret(earlier, by):
        raise BadInput("earlier_transaction", "cases.errors.no_earlier_transaction")
    _among_notes(earlier, WORDS.text("ar", "cases.joined_here", number=case.number), by)
    return {"earlier": number, "earlier_year": year}


def _is_secret(case: Case, by: Actor) -> bool:
    """Whether somebody must not even learn that a request is there: of a restricted service that is not his."""
    return service_of(case).restricted and queries.find_case(case.number, queries.visible(by)) is None


def result(step: Step, entered: str) -> Kept:
    """What a check, a call or a consultation came to, one of the step's options."""
    if entered not in step.options:
        raise BadInput("result", "errors.choice.missing")
    return {"result": entered}


def days(case: Case, entered: str, by: Actor) -> Kept:
    """More days for the citizen's answer, counted from the end of the deadline that runs."""
    entered = western_digits(entered)
    if not (entered.isascii() and entered.isdecimal() and len(entered) < 4 and 1 <= int(entered) <= 60):
        raise BadInput("days", "errors.number.wrong")
    running = deadlines.open_deadline(case, "answer")
    if running is None:
        raise BadInput("days", "cases.errors.no_deadline")
    row = deadlines.set_deadline(case, "answer", basis_at=running.basis_at, days=running.amount + int(entered))
    return {"days": int(entered), "until": row.last_on.isoformat()}


def text(case: Case, entered: str, by: Actor) -> Kept:
    """The words of an answer; the citizen reads them in the thread and on the letter."""
    words = clean_text(entered)
    if not words:
        raise BadInput("text", "errors.long_text.missing")
    db.session.add(
        ThreadEntry(
            case_id=case.id, person_id=case.applicant_id, author_kind="staff", author_staff_id=by.staff_id, body=words
        )
    )
    return {"text": words}


def internal_note(case: Case, entered: str, by: Actor) -> Kept:
    """What a colleague should see to; it stands among the internal notes, and the citizen never reads it."""
    words = clean_text(entered)[:2000]
    if not words:
        raise BadInput("internal_note", "errors.long_text.missing")
    _among_notes(case, words, by)
    return {}


def _among_notes(case: Case, words: str, by: Actor) -> None:
    who = {"case_id": case.id, "person_id": case.applicant_id}
    db.session.add(ThreadEntry(**who, author_kind="staff", author_staff_id=by.staff_id, visible=False, body=words))


def department_returned(case: Case, by: Actor) -> Kept:
    """The department gives the case back: it is in nobody's hands but those of the officers who referred it."""
    kept = {"returned_by": case.department}
    case.department = case.assignee_id = None
    return kept


EFFECTS: Mapping[str, Callable[[Case, Actor], Kept]] = {
    "department_returned": department_returned,
    "bill": fees.bill,
    "void_bill": fees.void_bill,
    reports.WITHDRAW: reports.withdraw,
    "withdraw_award": awards.withdraw,
    **certificates.EFFECTS,
}
# Inputs of several controls, which are read together.
FORMS: Mapping[str, Callable[[Case, Mapping[str, str], Actor], Kept]] = {
    "correction": corrections.propose,
    "field_visit": field_visits.set_visit,
    "report": reports.sign,
    "valuation": awards.value,
}
INPUTS: Mapping[str, Callable[[Case, str, Actor], Kept]] = {
    "assignee": assignee,
    "transaction_number": register,
    "department": department,
    "earlier_transaction": earlier_transaction,
    "days": days,
    "text": text,
    "internal_note": internal_note,
    "proposed_correction": corrections.confirm,
    "dropped_correction": corrections.drop,
    "award": awards.award,
    "transfer": awards.transfer,
}
