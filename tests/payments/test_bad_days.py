"""Money that is late, wrong or doubled: each ends in a defined state, with a sentence."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.calendars.clock import now
from app.cases import billing, clockwork, fees, steps
from app.cases.conversation import ThreadEntry
from app.cases.demo.past import at
from app.extensions import db, transaction
from app.kit.workflow import Stage
from app.payments.errors import BillClosed
from app.payments.models import Attempt, Money, Receipt
from app.payments.return_models import Refund
from app.payments.states import BillState, Fate
from tests.payments.conftest import FEE, Market


def count(table: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def thread(market: Market, walk: Any) -> list[str]:
    rows = select(ThreadEntry.event).where(ThreadEntry.case_id == walk.case_id).order_by(ThreadEntry.at)
    return [str(event) for event in db.session.scalars(rows)]


@contextmanager
def moved(market: Market, by: timedelta) -> Iterator[None]:
    """Portal and bank live so much later."""
    clock, moment = market.bank.world.clock, now() + by
    before = clock.offset()
    clock.move(int(by.total_seconds()))
    try:
        with at(moment):
            yield
    finally:
        clock.move(before - clock.offset())


def due_at(market: Market, walk: Any) -> datetime:
    until = fees.pay_deadline(market.case(walk))
    assert until is not None
    return until.due_at


@pytest.mark.parametrize(
    ("way", "fate", "event"),
    [
        ("wrong_amount", Fate.WRONG_AMOUNT, "paid_wrong"),
        ("wrong_currency", Fate.WRONG_CURRENCY, "paid_wrong"),
    ],
)
def test_money_that_does_not_match_goes_back_and_the_bill_stays_open(
    market: Market, way: str, fate: Fate, event: str
) -> None:
    walk = market.approved()
    market.bank.pay(market.started(walk), way)
    market.bank.tell(market.app)
    market.check()
    assert market.case(walk).stage == Stage.APPROVED
    assert market.bill(walk).state == BillState.OPEN
    money = db.session.scalars(select(Money)).one()
    refund = db.session.scalars(select(Refund)).one()
    assert (money.fate, refund.cause, refund.amount) == (fate, fate, money.amount)
    assert event in thread(market, walk)
    # The person pays anew, on a fresh page.
    market.bank.pay(market.started(walk))
    market.bank.tell(market.app)
    market.check()
    assert market.case(walk).stage == Stage.ISSUED


def test_a_card_charged_twice_settles_once_and_the_other_goes_back(market: Market) -> None:
    walk = market.approved()
    market.bank.pay(market.started(walk), "charged_twice")
    market.bank.tell(market.app)
    market.check()
    assert market.case(walk).stage == Stage.ISSUED
    fates = sorted(db.session.scalars(select(Money.fate)))
    assert fates == [Fate.DOUBLE, Fate.SETTLES]
    assert count(Receipt) == count(Refund) == 1
    assert "paid_twice" in thread(market, walk)


@pytest.mark.parametrize("days", [0, 2, 8])
def test_a_lost_call_back_is_found_within_a_quarter_of_an_hour_however_old_the_trip(market: Market, days: int) -> None:
    walk = market.approved()
    ref = market.started(walk)
    with at(now() + timedelta(days=days, hours=1)):
        market.check()
        market.bank.pay(ref, "never")
        with at(now() + timedelta(minutes=16)):
            market.check()
            assert market.case(walk).stage == Stage.ISSUED


def test_money_that_comes_after_the_cancellation_waits_in_the_refund_queue(market: Market) -> None:
    walk = market.approved()
    ref = market.started(walk)
    market.bank.pay(ref, "never")
    with transaction():
        steps.move(walk.case_id, "cancel", by=walk.citizen, version=None)
    assert market.bill(walk).state == BillState.VOID
    market.check()
    assert market.case(walk).stage == Stage.CANCELLED
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.cause, refund.amount, refund.state) == (Fate.LATE, FEE, "open")
    assert count(Receipt) == 0
    assert thread(market, walk)[-1] == "paid_late"
    page = market.browser(walk).get(f"/pay/{market.bill(walk).id}")
    assert "لا دفع على هذه الفاتورة" in page.html


def test_the_page_at_the_bank_is_closed_when_the_case_is_cancelled(market: Market) -> None:
    walk = market.approved()
    ref = market.started(walk)
    with transaction():
        steps.move(walk.case_id, "cancel", by=walk.citizen, version=None)
    market.check()
    invoice = market.bank.ledger.find(ref)
    assert invoice is not None
    assert invoice["status"] == "canceled"
    with pytest.raises(BillClosed):
        market.started(walk)


def test_the_clock_waits_for_the_gateway_before_it_lets_an_unpaid_case_end(market: Market) -> None:
    """Paid at 23:59 of the last day, no call-back, the case looked at a day later: the money was in time."""
    walk = market.approved()
    last = due_at(market, walk) - timedelta(minutes=1)
    with moved(market, last - now()):
        market.bank.pay(market.started(walk), "never")
    with moved(market, last + timedelta(days=1) - now()):
        clockwork.run_due()
        assert market.case(walk).stage == Stage.APPROVED
        market.check()
        assert market.case(walk).stage == Stage.ISSUED
        clockwork.run_due()
        assert market.case(walk).stage == Stage.ISSUED


def test_an_unpaid_case_ends_once_the_gateway_has_said_so(market: Market) -> None:
    walk = market.approved()
    with moved(market, due_at(market, walk) - timedelta(hours=1) - now()):
        market.started(walk)
    with moved(market, due_at(market, walk) + timedelta(minutes=1) - now()):
        clockwork.run_due()
        assert market.case(walk).stage == Stage.APPROVED
        market.check()
        clockwork.run_due()
        assert market.case(walk).stage == Stage.CANCELLED
    assert thread(market, walk).count("cancelled_unpaid") == 1
    assert market.bill(walk).state == BillState.VOID


def test_nobody_can_begin_to_pay_after_the_last_day_although_the_clock_was_away(market: Market) -> None:
    walk = market.approved()
    with moved(market, due_at(market, walk) - now()), pytest.raises(BillClosed):
        market.started(walk)


def test_without_an_attempt_the_case_ends_after_the_last_day_and_not_before(market: Market) -> None:
    walk = market.approved()
    end = due_at(market, walk)
    with at(end - timedelta(minutes=1)):
        clockwork.run_due()
        assert market.case(walk).stage == Stage.APPROVED
    with at(end + timedelta(days=3)):
        clockwork.run_due()
        clockwork.run_due()
    assert market.case(walk).stage == Stage.CANCELLED
    told = thread(market, walk)
    assert told.count("cancelled_unpaid") == 1
    assert market.bill(walk).state == BillState.VOID


def test_reminders_name_the_amount_and_the_last_day(market: Market) -> None:
    walk = market.approved()
    with at(due_at(market, walk) - timedelta(hours=20)):
        clockwork.run_due()
    entry = db.session.scalars(select(ThreadEntry).where(ThreadEntry.event == "pay_reminder")).first()
    assert entry is not None
    assert "60 ريالًا سعوديًا" in entry.body


def test_payment_and_cancellation_at_once_leave_one_of_two_whole_results(market: Market) -> None:
    """Real connections: either paid and issued, or cancelled with the money in the queue; never both, never neither."""
    for _ in range(6):
        walk = market.approved()
        market.bank.pay(market.started(walk))
        market.bank.tell(market.app)
        attempt_id = db.session.scalar(select(Attempt.id).order_by(Attempt.started_at.desc()).limit(1))
        db.session.rollback()
        gate = threading.Barrier(3)

        def pay(attempt_id: Any = attempt_id, gate: threading.Barrier = gate) -> None:
            with market.app.app_context():
                gate.wait()
                billing.verify(attempt_id)

        def cancel(walk: Any = walk, gate: threading.Barrier = gate) -> None:
            with market.app.app_context():
                gate.wait()
                try:
                    with transaction():
                        steps.move(walk.case_id, "cancel", by=walk.citizen, version=None)
                except Exception:  # noqa: BLE001  the loser of the race is refused
                    db.session.rollback()

        workers = [threading.Thread(target=work) for work in (pay, pay, cancel)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)
        market.check()
        case, bill = market.case(walk), market.bill(walk)
        refunds = db.session.scalars(select(Refund).where(Refund.case_id == walk.case_id)).all()
        if case.stage == Stage.ISSUED:
            assert (bill.state, len(refunds)) == (BillState.PAID, 0)
        else:
            assert (case.stage, bill.state, len(refunds)) == (Stage.CANCELLED, BillState.VOID, 1)
