"""Payments at the edge of a rule: in the last second, given back before we heard of them, on a stranger's page."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.calendars.clock import now
from app.cases import billing, clockwork
from app.cases.demo.past import at
from app.extensions import db
from app.jobs import payments
from app.kit.workflow import Stage
from app.notify.models import Message
from app.payments.errors import GatewayUnavailable
from app.payments.gateways.moyasar import Moyasar
from app.payments.models import Money
from app.payments.return_models import Refund
from tests.payments.conftest import Market
from tests.payments.test_bad_days import due_at, moved


def test_paid_in_the_last_second_while_the_gateway_was_being_asked_is_in_time(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said «open» before the end, and the answer was read after it."""
    walk = market.approved()
    ref, end = market.started(walk), due_at(market, walk)
    ask = Moyasar.find

    def slow(gateway: Moyasar, asked: str) -> Any:
        found = ask(gateway, asked)
        market.bank.pay(ref, "never")
        return found

    with moved(market, end - timedelta(seconds=2) - now()), monkeypatch.context() as patched:
        patched.setattr(Moyasar, "find", slow)
        patched.setattr(billing, "apply", written_at(end + timedelta(seconds=1)))
        payments.verify()
    with moved(market, end + timedelta(hours=7) - now()):
        clockwork.run_due()
        market.check()
        clockwork.run_due()
        assert db.session.scalars(select(Money.fate)).all() == ["settles"]
        assert market.case(walk).stage == Stage.ISSUED


def written_at(moment: datetime) -> Any:
    """Writes down what the gateway said, at this moment."""
    write = billing.apply

    def later(*given: Any, **more: Any) -> None:
        with at(moment):
            write(*given, **more)

    return later


def test_what_the_gateway_has_given_back_before_we_heard_of_it_pays_nothing(market: Market) -> None:
    walk = market.approved()
    market.bank.pay(market.started(walk), "never")
    market.bank.world.store.run("UPDATE bank_payment SET status = 'refunded', refunded = amount")
    payments.ask_again()
    assert market.case(walk).stage == Stage.APPROVED
    assert db.session.scalars(select(Refund.cause)).all() == ["wrong_amount"]


def test_money_of_nobodys_reference_in_a_strange_currency_is_booked_all_the_same(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = market.approved()
    market.bank.pay(market.started(walk), "never")
    ask = Moyasar.find

    def strange(gateway: Moyasar, asked: str) -> Any:
        found = ask(gateway, asked)
        assert found is not None
        return replace(found, reference="", charges=tuple(replace(each, currency="KWD") for each in found.charges))

    monkeypatch.setattr(Moyasar, "find", strange)
    payments.ask_again()
    assert db.session.scalars(select(Refund.cause)).all() == ["unmatched"]
    told = db.session.scalars(select(Message).where(Message.channel == "email", Message.event == "paid_wrong")).one()
    assert "60 KWD" in told.body


def test_a_page_that_was_found_by_our_reference_is_looked_at_before_anybody_is_sent_there(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = market.approved()
    market.bank.world.faults.switch("bank", "accept_then_close", 1)
    with pytest.raises(GatewayUnavailable):
        market.started(walk)
    search = Moyasar.search

    def foreign(gateway: Moyasar, reference: str) -> Any:
        found = search(gateway, reference)
        return found and replace(found, url="https://evil.test/pay")

    monkeypatch.setattr(Moyasar, "search", foreign)
    with at(now() + timedelta(minutes=2)):
        market.check()
    with pytest.raises(GatewayUnavailable):
        market.started(walk)
