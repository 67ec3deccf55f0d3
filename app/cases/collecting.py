"""Money over the counter: a cashier takes it for a bill, or hands back what two officers have released."""

import uuid

from app.calendars.clock import now
from app.cases import billing, deadlines, fees, policy, queries, refunding, steps
from app.cases.context import profile, service_of
from app.cases.counter.scope import offices_of
from app.cases.errors import BadInput, OwnCase, StepRefused
from app.cases.models import Case
from app.cases.own import is_own
from app.extensions import db
from app.identity.actors import Actor
from app.identity.audit import audit
from app.kit.arabic import clean_text
from app.kit.numbers import amount, read_amount
from app.kit.roles import Role
from app.kit.typed import Invalid
from app.payments import attempts, bills, books, refunds, tills
from app.payments.errors import BillClosed, BillNotFound, NotReversible, OtherTill, RefundMoved
from app.payments.gateways.base import Charge
from app.payments.models import Bill, Money
from app.payments.refunds import Officer
from app.payments.return_models import CashDay, Refund
from app.payments.states import CASH, COUNTER, TERMINAL, BillState, Fate, RefundState


def open_day(agency: str, *, by: Actor) -> CashDay:
    """Open a till for the fees of one agency, at the counter where the cashier works. Raises StepRefused, DayIsOpen."""
    grant = next((each for each in by.grants if each.role == Role.CASHIER and each.agency in (None, agency)), None)
    if grant is None or by.staff_id is None or agency not in profile().agencies:
        raise StepRefused
    found = profile().agency(agency)
    today = now().astimezone(found.zone).date()
    counter = next((each.id for each in offices_of(by) if agency in each.serves), "")
    day = tills.open_day(by.staff_id, agency=agency, office=grant.office or counter, currency=found.currency, on=today)
    audit("till.opened", actor=by, detail={"till": str(day.id)})
    return day


def close_day(typed: str, note: str, *, by: Actor) -> CashDay:
    """Close the till with the cash that was counted. Raises NoOpenDay, BadInput: a difference asks for a word."""
    assert by.staff_id is not None
    day = tills.locked(by.staff_id)
    counted, words = _counted(typed), clean_text(note)
    if counted != tills.sums(day.id).cash and not words:
        raise BadInput("note", "payments.errors.difference_unsaid")
    tills.close(day, counted, words)
    audit("till.closed", actor=by, detail={"till": str(day.id), "expected": day.expected, "counted": counted})
    return day


def _counted(typed: str) -> int:
    try:
        return read_amount(typed)
    except Invalid as wrong:
        raise BadInput("counted", f"errors.money.{'missing' if wrong.code == 'missing' else 'wrong'}") from wrong


def open_bill_of(number: str, *, by: Actor) -> Bill | None:
    """The open bill of the request of this number, where this cashier may take money for it."""
    case = queries.find_case(number)
    if case is None or not policy.holds(by, Role.CASHIER, case):
        return None
    return bills.open_bill(case.id)


def bill_for(bill_id: uuid.UUID, *, by: Actor) -> tuple[Bill, Case]:
    """Raises BillNotFound, the same for none and for what is not this cashier's."""
    bill = db.session.get(Bill, bill_id)
    case = db.session.get(Case, bill.case_id) if bill else None
    if bill is None or case is None or not policy.holds(by, Role.CASHIER, case):
        raise BillNotFound
    return bill, case


def collect(bill_id: uuid.UUID, method: str, tendered: str, *, by: Actor) -> int:
    """Take the money of a bill over the counter; the change to hand back, in minor units.

    Raises NoOpenDay, OtherTill, BillClosed, OwnCase, BadInput (too little, or not what the terminal has to charge).
    """
    assert by.staff_id is not None
    _bill, case = bill_for(bill_id, by=by)
    case = steps.locked(case.id)
    bill, day = bills.locked(bill_id), tills.locked(by.staff_id)
    if is_own(case, by):
        raise OwnCase
    _check_till(day, case, bill.currency)
    if bill.state != BillState.OPEN or fees.is_late(case):
        raise BillClosed
    change = _change(bill, case, method, tendered)
    money = _book(bill, day, method)
    # Whoever stands at the counter no longer pays online; should he do both, the second goes back.
    live = attempts.live_attempt(bill.id)
    if live is not None:
        attempts.end(live, "cancelled")
    billing.settle(case, bill, money, by=by)
    audit("cash.collected", actor=by, case_id=case.id, detail={"money": str(money.id), "minor": money.amount})
    return change


def _check_till(day: CashDay, case: Case, currency: str) -> None:
    """What is counted at the end of the day is one agency's money. Raises OtherTill."""
    if (day.agency, day.currency) != (case.agency, currency):
        raise OtherTill


def _change(bill: Bill, case: Case, method: str, tendered: str) -> int:
    if method not in (CASH, TERMINAL):
        raise BadInput("method", "errors.choice.missing")
    try:
        given = read_amount(tendered)
    except Invalid as wrong:
        raise BadInput("tendered", f"errors.money.{'missing' if wrong.code == 'missing' else 'wrong'}") from wrong
    if given < bill.amount:
        raise BadInput("tendered", "payments.errors.too_little")
    if method == TERMINAL and given != bill.amount:
        raise BadInput("tendered", "payments.errors.not_exact")
    return given - bill.amount


def _book(bill: Bill, day: CashDay, method: str) -> Money:
    charge = Charge(
        str(uuid.uuid4()), is_paid=True, amount=bill.amount, currency=bill.currency, paid_at=now(), method=method
    )
    money = books.enter(charge, gateway=COUNTER, fate=Fate.SETTLES, bill=bill, cash_day_id=day.id)
    assert money is not None
    tills.put(day, money, method=method, amount=money.amount)
    return money


def reverse(money_id: uuid.UUID, note: str, *, by: Actor) -> Refund:
    """The client has changed his mind before the till is closed: the first of two officers says so, who is the cashier.

    Raises NotReversible once the document is issued or the till is another one.
    """
    assert by.staff_id is not None
    money = db.session.get(Money, money_id)
    bill = db.session.get(Bill, money.bill_id) if money and money.bill_id else None
    if money is None or bill is None:
        raise BillNotFound
    case = steps.locked(bill.case_id)
    day = tills.locked(by.staff_id)
    if money.cash_day_id != day.id or fees.pay_step(case) is None or not policy.holds(by, Role.CASHIER, case):
        raise NotReversible
    refund = books.queue_refund(money, refunding.CHANGED_MIND, case_id=case.id, agency=case.agency)
    if refund.state in (RefundState.OPEN, RefundState.SET_ASIDE):
        refunds.propose(refund, Officer(by.staff_id, by.identity_key), clean_text(note))
        audit("refund.proposed", actor=by, case_id=case.id, detail={"refund": str(refund.id)})
    return refund


def pay_out(refund_id: uuid.UUID, *, by: Actor) -> Refund:
    """Hand back over the counter what was taken there and released by two officers.

    Raises NoOpenDay, OtherTill, OwnCase, StepRefused, RefundMoved and NotReversible.
    """
    assert by.staff_id is not None
    found = db.session.get(Refund, refund_id)
    if found is None or found.case_id is None:
        raise BillNotFound
    case = steps.locked(found.case_id)
    refund, day = refunds.locked(refund_id), tills.locked(by.staff_id)
    if not policy.holds(by, Role.CASHIER, case) or refund.money.gateway != COUNTER:
        raise StepRefused
    if is_own(case, by):
        raise OwnCase
    _check_till(day, case, refund.currency)
    if refund.state != RefundState.CONFIRMED:
        raise RefundMoved
    refunding.check_reversible(refund, case)
    tills.put(day, refund.money, method=CASH, amount=-refund.amount)
    refunding.finish(case, refund)
    _owe_again(case, refund.money)
    audit("cash.paid_out", actor=by, case_id=case.id, detail={"refund": str(refund.id), "minor": refund.amount})
    return refund


def _owe_again(case: Case, money: Money) -> None:
    """Where the case still waits for its money, what was handed back is owed as before, with a fresh deadline."""
    bill = bills.locked(money.bill_id) if money.bill_id else None
    if bill is None or bill.state != BillState.PAID or fees.pay_step(case) is None:
        return
    bills.void(bill)
    bills.issue(case.id, bill.person_id, bill.lines, agency=bill.agency, service=bill.service, currency=bill.currency)
    if any(rule.kind == fees.KIND for rule in service_of(case).deadlines):
        deadlines.set_deadline(case, fees.KIND)


def due_text(bill: Bill, language: str) -> str:
    return amount(bill.amount, bill.currency, language)
