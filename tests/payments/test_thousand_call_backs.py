"""A thousand call-backs, shuffled, a fifth of them repeated, one in twenty lost, against two hundred bills.

So many in `make faults`; in every run a quarter of them.
"""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from app.cases import billing, reconciling
from app.extensions import db
from app.jobs import payments
from app.kit.workflow import Stage
from app.payments import attempts
from app.payments.models import Bill, Money, Receipt
from app.payments.return_models import Refund
from app.payments.states import BillState, Fate
from tests.payments.conftest import FEE, Market
from tests.support.repeated import times

STORMS = times((50, 250), (200, 1000))
PAID = ("success", "success", "success", "never", "charged_twice")
WAYS = (*PAID, "decline", "wrong_amount", "wrong_currency", "abandon")
KINDS = ("payment_paid", "payment_refunded", "payment_voided")


@pytest.mark.parametrize(("bills", "calls"), STORMS)
def test_books_here_and_at_the_gateway_agree_after_a_thousand_call_backs(
    market: Market, bills: int, calls: int
) -> None:
    chance = random.Random(1448)  # noqa: S311  the same storm every time
    walks = [market.approved() for _ in range(bills)]
    ways = [WAYS[number % len(WAYS)] for number in range(bills)]
    for walk, way in zip(walks, ways, strict=True):
        ref = market.started(walk)
        if way != "abandon":
            market.bank.pay(ref, way)
    _storm(market, chance, calls)
    # Whatever no word came of is found by the round of fifteen minutes; the daily comparison finds nothing more.
    payments.ask_again()
    run = reconciling.reconcile()
    assert (run.found, run.unmatched, run.missing) == (0, 0, 0)
    assert run.theirs == run.ours == market.bank.taken() == reconciling.total_booked("moyasar")
    _books(market, walks, ways)


def _storm(market: Market, chance: random.Random, count: int) -> None:
    """Deliver the events on four connections while four workers verify what falls due."""
    client_calls = _calls(market, chance, count)
    assert len(client_calls) == count
    assert len({call["id"] for call in client_calls}) < count * 0.8

    def deliver(calls: list[dict[str, Any]]) -> list[int]:
        client = market.app.test_client()
        return [client.post("/hooks/payments", json=call).status_code for call in calls]

    def verify(_: int) -> None:
        with market.app.app_context():
            for _ in range(3):
                for attempt_id in attempts.due():
                    db.session.rollback()
                    billing.verify(attempt_id)
                db.session.rollback()

    with ThreadPoolExecutor(8) as pool:
        posted = [pool.submit(deliver, client_calls[start::4]) for start in range(4)]
        list(pool.map(verify, range(4)))
        answers = Counter(status for each in posted for status in each.result())
    assert answers == {200: count}


def _calls(market: Market, chance: random.Random, count: int) -> list[dict[str, Any]]:
    """Every real event and rumours about the rest, one in twenty taken out, then a fifth of them twice, shuffled."""
    real = market.bank.events()
    rumours = []
    for number in range(count):
        invoice = chance.choice(market.bank.invoices()) if number % 40 == 0 else None
        told = dict(chance.choice(real))
        told |= {"id": f"rumour-{number}", "type": chance.choice(KINDS)}
        if invoice is not None:
            told["data"] = {**told["data"], "invoice_id": invoice["id"], "status": "paid"}
        rumours.append(told)
    once = [event for event in real + rumours if chance.random() >= 0.05][: count * 3 // 4]
    calls = once + chance.choices(once, k=count - len(once))
    chance.shuffle(calls)
    return calls


def _books(market: Market, walks: list[Any], ways: list[str]) -> None:
    """Nothing paid without a record, nothing recorded unpaid, a receipt for each, everything else on its way back."""
    db.session.rollback()
    for walk, way in zip(walks, ways, strict=True):
        assert (market.case(walk).stage == Stage.ISSUED) == (way in PAID), way
    expected = sum(way in PAID for way in ways)
    bills = db.session.scalar(select(func.count()).where(Bill.state == BillState.PAID))
    settled = db.session.scalars(select(Money.amount).where(Money.fate == Fate.SETTLES)).all()
    serials = sorted(db.session.scalars(select(Receipt.serial)))
    assert (bills, len(settled), set(settled)) == (expected, expected, {FEE})
    assert serials == list(range(1, expected + 1))
    stray = db.session.scalars(select(Money.id).where(Money.fate != Fate.SETTLES)).all()
    assert set(stray) == set(db.session.scalars(select(Refund.money_id)))
    rows = {row["id"] for row in market.bank.world.store.rows("SELECT id FROM bank_payment WHERE status <> 'failed'")}
    assert rows == set(db.session.scalars(select(Money.gateway_ref)))
