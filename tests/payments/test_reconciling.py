"""The daily comparison finds what nobody told, and says when the gateway does not know what we wrote down."""

from datetime import UTC, datetime

from sqlalchemy import select

from app.cases import reconciling
from app.extensions import db, transaction
from app.kit.workflow import Stage
from app.payments import books
from app.payments.gateways.base import Charge
from app.payments.models import Money
from app.payments.return_models import Refund
from app.payments.states import Fate
from tests.payments.conftest import FEE, Market


def test_money_nobody_told_of_is_entered_and_settles(market: Market) -> None:
    walk = market.approved()
    market.bank.pay(market.started(walk), "never")
    run = reconciling.reconcile()
    assert (run.found, run.unmatched, run.missing) == (1, 0, 0)
    assert run.theirs == run.ours == FEE
    assert market.case(walk).stage == Stage.ISSUED
    again = reconciling.reconcile()
    assert (again.found, again.theirs) == (0, FEE)


def test_money_on_an_invoice_we_never_made_goes_to_the_refund_queue_of_nobody(market: Market) -> None:
    order = {"amount": 5000, "currency": "SAR", "description": "?", "metadata": {"attempt": "not-ours"}}
    market.bank.pay(market.bank.ledger.open(order)["id"])
    run = reconciling.reconcile()
    assert (run.found, run.unmatched) == (1, 1)
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.cause, refund.case_id, refund.amount) == (Fate.UNMATCHED, None, 5000)
    assert reconciling.reconcile().found == 0


def test_what_we_wrote_down_and_the_gateway_does_not_know_is_counted(market: Market) -> None:
    with transaction():
        charge = Charge("invented", is_paid=True, amount=100, currency="SAR", paid_at=datetime.now(UTC))
        books.enter(charge, gateway="moyasar", fate=Fate.UNMATCHED)
    assert reconciling.reconcile().missing == 1
    assert db.session.scalars(select(Money)).one().amount == 100
