"""What a case costs: its bill as an effect of steps, until when it is paid, and what ends it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.calendars.clock import now, today
from app.cases import memory
from app.cases.context import agency_of, profile, service_of
from app.cases.errors import MoneyUnderWay
from app.cases.models import Case, Deadline
from app.extensions import db
from app.identity.actors import Actor
from app.kit.numbers import amount
from app.kit.paying import Line, lines_on
from app.kit.service import Service
from app.kit.words import LANGUAGES
from app.kit.workflow import GATEWAY, Stage, Step
from app.payments import attempts, bills, books
from app.payments.errors import NoFee
from app.payments.models import Bill
from app.payments.states import BillState

# The kind of deadline until whose end a bill can be paid.
KIND = "payment"
Kept = dict[str, Any]


def bill(case: Case, by: Actor) -> Kept:
    """Issue the bill of a case by the fees in force today. Raises NoFee. A bill that is open already stays as it is."""
    known = bills.open_bill(case.id)
    if known is None:
        agency = agency_of(case)
        known = bills.issue(
            case.id,
            case.applicant_id,
            [_kept_line(service_of(case), line) for line in lines_of(case)],
            agency=case.agency,
            service=case.service,
            currency=agency.currency,
        )
    return {"bill": str(known.id), "minor": known.amount}


def lines_of(case: Case) -> list[Line]:
    """The lines of a bill issued now. Raises NoFee when the profile names none for today."""
    lines = _lines(service_of(case), case.answers)
    if not lines:
        raise NoFee
    return lines


def foreseen(service: Service, answers: Mapping[str, Any]) -> list[Kept]:
    """What a request with these answers would be asked for today, as the lines of a bill; none where it is free."""
    return [_kept_line(service, line) for line in _lines(service, answers)] if service.payment else []


def _lines(service: Service, answers: Mapping[str, Any]) -> list[Line]:
    rows = 1
    if service.payment and service.payment.per:
        counted = answers.get(service.payment.per)
        rows = len(counted) if isinstance(counted, list) else 0
    day = today(profile().agency(service.agency).zone)
    return [line for line in lines_on(service.fees, day, rows) if line.minor]


def line_label(service: Service, code: str, language: str) -> str:
    """The service's own word for a fee (`payment_lines.<code>`), else the name of the service's fee."""
    own = f"payment_lines.{code}"
    return service.text(language, own if service.has_text(own) else "payments.lines.fee")


def _kept_line(service: Service, line: Line) -> dict[str, Any]:
    """A bill keeps its words: it reads later as it was issued."""
    label = {language: line_label(service, line.code, language) for language in LANGUAGES}
    return {"code": line.code, "count": line.count, "each": line.each_minor, "minor": line.minor, "label": label}


def void_bill(case: Case, by: Actor) -> Kept:
    """End the open bill of a case that is not paid for any more.

    Raises MoneyUnderWay for the clock while the gateway was not asked since the last day ended: the money may have come
    in time although no word of it did.
    """
    known = bills.open_bill(case.id)
    if known is None:
        return {}
    attempt = attempts.live_attempt(bills.locked(known.id).id)
    if attempt is not None:
        until = pay_deadline(case)
        if by.kind == "clock" and until and (attempt.checked_at is None or attempt.checked_at < until.due_at):
            raise MoneyUnderWay
        attempts.end(attempt, "cancelled")
    bills.void(known)
    return {"bill": str(known.id)}


def close(case: Case, step: Step, by: Actor) -> None:
    """A case ends, and an open bill with it; what was paid before any decision goes back to whoever cancels."""
    void_bill(case, by)
    if not (step.for_citizen and step.to == Stage.CANCELLED):
        return
    paid = bills.newest_bill(case.id)
    money = books.settling_money(paid.id) if paid and paid.state == BillState.PAID else None
    if money is not None:
        books.queue_refund(money, "cancelled", case_id=case.id, agency=case.agency)


def is_owed(case: Case) -> bool:
    """Whether a bill of the case is open. Costs nothing for services without fees."""
    if service_of(case).payment is None:
        return False
    return owed_bill(case) is not None


def owed_bill(case: Case) -> Bill | None:
    remembered = memory.known(case, Bill)
    if remembered is not None:
        return next((each for each in remembered if each.state == BillState.OPEN), None)
    return bills.open_bill(case.id)


def pay_step(case: Case) -> Step | None:
    """The step that verified money takes from where the case stands, if there is one."""
    return next((step for step in service_of(case).workflow.from_stage(case.stage) if GATEWAY in step.by), None)


def pay_deadline(case: Case) -> Deadline | None:
    """The newest deadline of payment, running or ended: until its end money is in time."""
    wanted = select(Deadline).where(Deadline.case_id == case.id, Deadline.kind == KIND)
    return db.session.scalar(wanted.order_by(Deadline.cycle.desc()).limit(1))


def is_late(case: Case, at: datetime | None = None) -> bool:
    """Whether the time for paying was over, now or at another moment."""
    until = pay_deadline(case)
    return until is not None and (at or now()) >= until.due_at


def amount_of(bill: Bill, language: str) -> str:
    return amount(bill.amount, bill.currency, language)
