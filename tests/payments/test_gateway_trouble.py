"""A gateway that is away, forgets or stammers: the bill stays, nothing is opened twice, all is found afterwards."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.calendars.clock import now
from app.cases import billing
from app.cases.demo.past import at
from app.extensions import db
from app.jobs import payments
from app.kit.workflow import Stage
from app.payments.errors import GatewayUnavailable, StillStarting
from app.payments.models import Attempt
from app.payments.states import AttemptState, BillState
from tests.payments.conftest import Market


@pytest.mark.parametrize("fault", ["500", "refuse", "cut", "429"])
def test_a_gateway_that_is_away_is_said_in_words_and_the_bill_stays(market: Market, fault: str) -> None:
    walk = market.approved()
    market.bank.world.faults.switch("bank", fault, 1)
    browser, bill = market.browser(walk), market.bill(walk)
    answer = browser.post(f"/pay/{bill.id}", page=f"/pay/{bill.id}")
    assert answer.status == 503
    assert "صفحة الدفع غير متاحة الآن" in answer.html
    assert market.bill(walk).state == BillState.OPEN


def test_an_invoice_whose_answer_was_lost_is_found_and_used(market: Market) -> None:
    """The bank made it and closed the line: nobody knows here, until the bank is asked by our reference."""
    walk = market.approved()
    market.bank.world.faults.switch("bank", "accept_then_close", 1)
    with pytest.raises(GatewayUnavailable):
        market.started(walk)
    with pytest.raises(StillStarting):
        market.started(walk)
    with at(now() + timedelta(minutes=2)):
        market.check()
    (invoice,) = market.bank.invoices()
    assert market.started(walk) == invoice["id"]
    market.bank.pay(invoice["id"])
    market.bank.tell(market.app)
    market.check()
    assert market.case(walk).stage == Stage.ISSUED
    assert len(market.bank.invoices()) == 1


def test_an_invoice_that_never_came_about_makes_room_for_another(market: Market) -> None:
    walk = market.approved()
    market.bank.world.faults.switch("bank", "cut", 1)
    with pytest.raises(GatewayUnavailable):
        market.started(walk)
    with at(now() + timedelta(minutes=2)):
        market.check()
    assert db.session.scalars(select(Attempt.ended_as)).one() == "lost"
    market.bank.pay(market.started(walk))
    market.bank.tell(market.app)
    market.check()
    assert market.case(walk).stage == Stage.ISSUED


def test_success_wins_over_an_earlier_failure(market: Market) -> None:
    """The gateway called the trip failed, and later that it was paid after all."""
    walk = market.approved()
    ref = market.started(walk)
    market.bank.world.store.run("UPDATE bank_invoice SET status = 'failed' WHERE id = ?", ref)
    payments.ask_again()
    assert db.session.scalars(select(Attempt.state)).one() == AttemptState.ENDED
    market.bank.world.store.run("UPDATE bank_invoice SET status = 'initiated' WHERE id = ?", ref)
    market.bank.pay(ref, "never")
    payments.ask_again()
    assert market.case(walk).stage == Stage.ISSUED


def test_while_the_gateway_is_away_nothing_is_decided_and_afterwards_all_is_found(market: Market) -> None:
    walk = market.approved()
    market.bank.pay(market.started(walk))
    market.bank.world.faults.switch("bank", "refuse", 1)
    market.bank.tell(market.app)
    market.check()
    assert market.case(walk).stage == Stage.APPROVED
    with at(now() + timedelta(minutes=2)):
        market.check()
    assert market.case(walk).stage == Stage.ISSUED


def test_a_page_that_is_not_the_gateways_is_never_opened(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = market.approved()
    options = market.bank.world.options
    monkeypatch.setattr(market.bank.world, "options", type(options)(**{**options.__dict__, "url": "https://evil.test"}))
    with pytest.raises(GatewayUnavailable):
        market.started(walk)


@pytest.mark.parametrize("size", [0, 1, 70_000])
def test_a_body_that_is_no_event_is_refused_without_a_fault(market: Market, size: int) -> None:
    client = market.app.test_client()
    answer = client.post("/hooks/payments", data=b"[" * size, content_type="application/json")
    assert answer.status_code in (400, 413)
    for body in ("{}", '{"id": 1, "type": "x", "data": {}}', '{"id": "a\\u0000", "type": "x", "data": {}}', "null"):
        assert client.post("/hooks/payments", data=body).status_code == 400


def test_twenty_presses_at_once_open_one_invoice(market: Market) -> None:
    walk = market.approved()
    bill_id = market.bill(walk).id
    db.session.rollback()
    results: list[str] = []

    def press() -> None:
        with market.app.app_context():
            try:
                results.append(billing.start(bill_id, by=walk.citizen, language="ar"))
            except StillStarting:
                results.append("wait")

    workers = [threading.Thread(target=press) for _ in range(20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert len(results) == 20
    assert len({each for each in results if each != "wait"}) == 1
    assert len(market.bank.invoices()) == 1
