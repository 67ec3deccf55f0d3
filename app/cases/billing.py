"""The bridge between money and cases: opening a trip to the gateway, asking how it ended, and what then happens.

The gateway is never called while a transaction is open. Locks go case, bill, attempt, receipt counter, in this order.
"""

import uuid
from datetime import datetime

from flask import current_app
from sqlalchemy import update

from app.calendars.clock import now
from app.cases import certificates, fees, receipting, steps
from app.cases.models import Case, Deadline
from app.cases.notices import announce
from app.extensions import db, transaction
from app.identity.actors import GATEWAY, Actor
from app.kit.numbers import amount
from app.payments import attempts, bills, books
from app.payments.errors import BillClosed, BillNotFound, GatewayUnavailable, StillStarting
from app.payments.gateways import gateway
from app.payments.gateways.base import Charge, GatewayAway, GatewayRefused, Invoice, Order
from app.payments.models import Attempt, Bill, Money
from app.payments.states import UNDER_WAY, AttemptState, BillState, Fate

# What the person is told of money that cannot settle the bill.
ASTRAY = {
    Fate.LATE: "paid_late",
    Fate.DOUBLE: "paid_twice",
    Fate.WRONG_AMOUNT: "paid_wrong",
    Fate.WRONG_CURRENCY: "paid_wrong",
    Fate.UNMATCHED: "paid_wrong",
}


def start(bill_id: uuid.UUID, *, by: Actor, language: str) -> str:
    """The address of the hosted page on which this bill is paid. The same one while a trip is under way.

    Raises BillNotFound, BillClosed, StillStarting, GatewayUnavailable.
    """
    assert by.person_id is not None
    with transaction():
        attempt = _begun(bill_id, by.person_id, language)
    if attempt.pay_url is not None:
        # A page that was found by our reference has not been looked at yet.
        if not is_page_of_gateway(attempt.pay_url):
            raise GatewayUnavailable
        return attempt.pay_url
    invoice = _create(attempt)
    with transaction():
        bills.locked(attempt.bill_id)
        db.session.refresh(attempt)
        attempts.opened(attempt, invoice)
    if attempt.state != AttemptState.LIVE:
        # The case was cancelled while the gateway answered; the next check closes the page there.
        raise BillClosed
    return invoice.url


def _begun(bill_id: uuid.UUID, person_id: uuid.UUID, language: str) -> Attempt:
    bills.bill_of(bill_id, person_id)
    bill = bills.locked(bill_id)
    case = db.session.get_one(Case, bill.case_id)
    if bill.state != BillState.OPEN or fees.is_late(case) or fees.pay_step(case) is None:
        raise BillClosed
    attempt = attempts.live_attempt(bill.id)
    if attempt is None:
        return attempts.begin(bill, gateway().kind, language)
    if attempt.pay_url is None:
        raise StillStarting
    return attempt


def _create(attempt: Attempt) -> Invoice:
    """Ask the gateway for a page. Without an answer the attempt stays, until the gateway says whether it has it."""
    try:
        invoice = gateway().create(_order(attempt))
        if not is_page_of_gateway(invoice.url):
            raise GatewayRefused("foreign_page")
    except (GatewayAway, GatewayRefused) as fault:
        if isinstance(fault, GatewayRefused) or fault.taken is False:
            with transaction():
                bills.locked(attempt.bill_id)
                attempts.end(attempt, "failed")
                attempt.check_at = None
        raise GatewayUnavailable from fault
    return invoice


def is_page_of_gateway(url: str) -> bool:
    """Only these pages a person is ever sent to."""
    settings = current_app.config["SETTINGS"]
    return any(url.startswith(f"{host.rstrip('/')}/") for host in settings.payment_page_hosts)


def _order(attempt: Attempt) -> Order:
    bill = attempt.bill
    case = db.session.get_one(Case, bill.case_id)
    until = fees.pay_deadline(case)
    base = current_app.config["SETTINGS"].public_url.rstrip("/")
    prefix = "/en" if attempt.language == "en" else ""
    order = Order(
        reference=str(attempt.id),
        amount=attempt.amount,
        currency=attempt.currency,
        description=case.number,
        return_url=f"{base}{prefix}{_path('pay.show', bill_id=bill.id)}?back=1",
        callback_url=f"{base}{_path('hooks.payment')}",
        language=attempt.language,
        until=until.due_at if until else None,
    )
    db.session.rollback()
    return order


def _path(endpoint: str, **values: object) -> str:
    """The address without the prefix of whoever asks now."""
    return current_app.url_map.bind("").build(endpoint, values)


def verify(attempt_id: uuid.UUID) -> bool:
    """Ask the gateway how a trip stands and act on it; False when nothing was due. Safe twice and at once.

    Raises GatewayAway: the trip is due again when its lease ends.
    """
    with transaction():
        attempt = attempts.claim(attempt_id)
    if attempt is None:
        return False
    asked_at = now()
    found = gateway().find(attempt.gateway_ref) if attempt.gateway_ref else gateway().search(str(attempt.id))
    with transaction():
        apply(attempt.id, found, asked_at=asked_at)
    if attempt.state == AttemptState.ENDED and found is not None and found.is_open:
        _close_page(attempt, found)
    return True


def _close_page(attempt: Attempt, invoice: Invoice) -> None:
    """Nobody shall pay on it any more. Paid in this very moment: then it is asked about again, and goes back."""
    try:
        gateway().cancel(invoice.ref)
    except GatewayRefused:
        with transaction():
            attempts.hurry(attempt)


def apply(attempt_id: uuid.UUID, invoice: Invoice | None, *, asked_at: datetime) -> None:
    """Write down what the gateway said of a trip: money that came, and how the trip stands. Never commits.

    `asked_at`: before the gateway was asked. What it did not know then may still have come in time.
    """
    attempt = db.session.get_one(Attempt, attempt_id)
    case = steps.locked(attempt.bill.case_id)
    bill = bills.locked(attempt.bill_id)
    db.session.refresh(attempt)
    attempt.checked_at = asked_at
    if invoice is None:
        attempts.end(attempt, "lost")
        attempt.check_at = None
        return
    if attempt.gateway_ref is None:
        attempts.opened(attempt, invoice)
    for charge in sorted(invoice.paid, key=lambda each: each.paid_at):
        _enter(case, bill, attempt, invoice, charge)
    _conclude(case, bill, attempt, invoice)


def _enter(case: Case, bill: Bill, attempt: Attempt, invoice: Invoice, charge: Charge) -> None:
    until = fees.pay_deadline(case)
    fate = books.fate_of(charge, invoice, bill, attempt, due_at=until.due_at if until else None)
    if fate == Fate.SETTLES and fees.pay_step(case) is None:
        fate = Fate.LATE
    money = books.enter(charge, gateway=attempt.gateway, fate=fate, bill=bill, attempt=attempt)
    if money is None:
        return
    if fate == Fate.SETTLES:
        attempt.state, attempt.ended_at = AttemptState.PAID, now()
        settle(case, bill, money, by=GATEWAY)
    else:
        astray(case, money, fate)


def settle(case: Case, bill: Bill, money: Money, *, by: Actor) -> None:
    """A bill is paid: the case takes its step, the person gets a receipt. Case and bill are locked by the caller."""
    step = fees.pay_step(case)
    if step is None:
        raise BillNotFound
    bill.state, bill.settled_at = BillState.PAID, money.paid_at
    db.session.flush()
    steps.move(case.id, step.name, by=by, version=None)
    receipt = receipting.give(case, bill, money)
    certificates.name_receipt(case, receipt.number)


def astray(case: Case, money: Money, fate: Fate) -> None:
    """Money that settles nothing: into the refund queue, and the person is told that it comes back."""
    books.queue_refund(money, fate, case_id=case.id, agency=case.agency)
    arrived = amount(money.amount, money.currency, case.language)
    announce(case, ASTRAY[fate], key=f"money:{money.id}", amount=arrived)


def _conclude(case: Case, bill: Bill, attempt: Attempt, invoice: Invoice) -> None:
    if attempt.state in UNDER_WAY and not invoice.is_open:
        attempt.state, attempt.ended_as, attempt.ended_at = AttemptState.ENDED, invoice.status[:20], now()
    elif attempt.state in UNDER_WAY and (bill.state != BillState.OPEN or fees.is_late(case, attempt.checked_at)):
        attempt.state, attempt.ended_as, attempt.ended_at = AttemptState.ENDED, "expired", now()
    attempt.declined = sum(not charge.is_paid for charge in invoice.charges)
    attempt.check_at = attempts.next_check(attempt, settled=not invoice.is_open)
    # The clock waited for this answer before it lets an unpaid case end.
    db.session.execute(
        update(Deadline)
        .where(Deadline.case_id == case.id, Deadline.kind == fees.KIND, Deadline.state == "open")
        .values(retry_at=None)
    )
