"""From the bill to the receipt: pages, bank, call-back, verification."""

import re
from typing import Any

from sqlalchemy import func, select

from app.cases import queries
from app.extensions import db
from app.kit.workflow import Stage
from app.notify.models import Message
from app.payments import receipts
from app.payments.models import Attempt, GatewayEvent, Money, Receipt
from app.payments.states import AttemptState, BillState
from tests.payments.conftest import FEE, OFFICER, Market


def count(table: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_bill_is_paid_on_the_hosted_page_and_the_receipt_follows(market: Market) -> None:
    walk = market.approved()
    browser, bill = market.browser(walk), market.bill(walk)
    shown = browser.get(f"/pay/{bill.id}")
    assert shown.status == 200
    assert "60 ريالًا سعوديًا" in shown.html
    sent = browser.post(f"/pay/{bill.id}", page=f"/pay/{bill.id}")
    assert sent.status == 303
    assert sent.location.startswith(f"{market.bank.url}/bank/pay/")
    market.bank.pay(sent.location.rsplit("/", 1)[1])
    assert market.bank.tell(market.app) == [200]
    assert market.case(walk).stage == Stage.APPROVED  # the call-back alone changes nothing
    market.check()
    assert market.case(walk).stage == Stage.ISSUED
    assert market.bill(walk).state == BillState.PAID
    paid = browser.get(f"/pay/{bill.id}")
    receipt = receipts.receipt_of_bill(bill.id)
    assert receipt is not None
    assert receipt.number in paid.html
    said = market.app.test_client().get(f"/r/{receipt.code}").get_data(as_text=True)
    assert receipt.number in said
    assert market.case(walk).number in said
    # The notice on the page of the request leads there.
    link = f'href="{market.app.config["SETTINGS"].public_url.rstrip("/")}/r/{receipt.code}"'
    assert link in browser.get(f"/account/cases/{market.case(walk).address}").html
    assert market.case(walk).applicant.name("ar") not in said
    messages = db.session.scalars(select(Message).where(Message.event == "paid")).all()
    assert {message.channel for message in messages} == {"sms", "email"}


def test_the_way_back_with_paid_in_its_address_marks_nothing(market: Market) -> None:
    walk = market.approved()
    browser, bill = market.browser(walk), market.bill(walk)
    market.started(walk)
    for address in (f"/pay/{bill.id}?back=1&status=paid&id=x", f"/pay/{bill.id}?back=9&status=paid"):
        assert browser.get(address).status == 200
    market.check()
    assert market.bill(walk).state == BillState.OPEN
    assert count(Money) == 0
    assert "لم يصل دفع" in browser.get(f"/pay/{bill.id}?back=9&status=paid").html


def test_whoever_comes_back_early_waits_on_a_page_that_refreshes_itself(market: Market) -> None:
    walk = market.approved()
    browser, bill = market.browser(walk), market.bill(walk)
    market.started(walk)
    waiting = browser.get(f"/pay/{bill.id}?back=1")
    assert "لا تدفع مرة أخرى" in waiting.html
    assert f"/pay/{bill.id}?back=2" in waiting.response.headers["Refresh"]


def test_a_declined_card_is_told_and_the_same_page_opens_again(market: Market) -> None:
    walk = market.approved()
    ref = market.started(walk)
    market.bank.pay(ref, "decline")
    market.bank.tell(market.app)
    market.check()
    assert "لم يتم الدفع" in market.browser(walk).get(f"/pay/{market.bill(walk).id}?back=4").html
    assert market.started(walk) == ref
    market.bank.pay(ref)
    market.bank.tell(market.app)
    market.check()
    assert market.case(walk).stage == Stage.ISSUED
    assert count(Money) == 1


def test_two_windows_lead_to_one_invoice(market: Market) -> None:
    walk = market.approved()
    assert market.started(walk) == market.started(walk)
    assert len(market.bank.invoices()) == 1
    assert count(Attempt) == 1


def test_a_call_back_that_comes_twice_counts_once_and_a_lost_one_is_found(market: Market) -> None:
    twice, never = market.approved(), market.approved()
    market.bank.pay(market.started(twice), "twice")
    market.bank.pay(market.started(never), "never")
    assert market.bank.tell(market.app) == [200, 200]
    assert count(GatewayEvent) == 1
    from app.jobs import payments

    payments.ask_again()
    for walk in (twice, never):
        assert market.case(walk).stage == Stage.ISSUED
    assert count(Receipt) == count(Money) == 2
    assert {row.serial for row in db.session.scalars(select(Receipt))} == {1, 2}


def test_a_call_back_with_a_wrong_secret_is_refused_and_the_money_found_all_the_same(market: Market) -> None:
    walk = market.approved()
    market.bank.pay(market.started(walk), "bad_signature")
    assert market.bank.tell(market.app) == [401]
    assert count(GatewayEvent) == 0
    from app.jobs import payments

    payments.ask_again()
    assert market.case(walk).stage == Stage.ISSUED


def test_the_page_of_another_persons_bill_does_not_exist(market: Market) -> None:
    mine, other = market.approved(), market.approved()
    browser, bill = market.browser(other), market.bill(mine)
    assert browser.get(f"/pay/{bill.id}").status == 404
    assert browser.post(f"/pay/{bill.id}").status == 404
    assert market.bank.invoices() == []


def test_the_words_of_the_way_to_the_bank_exist_in_english(market: Market) -> None:
    walk = market.approved()
    browser = market.browser(walk)
    english = browser.get(f"/en/pay/{market.bill(walk).id}").html
    assert "SAR 60" in english
    assert not re.search(r"payments?\.[a-z]+\.", english)


def test_the_history_names_the_gateway_and_the_attempt_ends_paid(market: Market) -> None:
    walk = market.approved()
    market.bank.pay(market.started(walk))
    market.bank.tell(market.app)
    market.check()
    last = queries.history_of(market.case(walk))[-1]
    assert (last.step, last.actor_kind) == ("pay", "gateway")
    attempt = db.session.scalars(select(Attempt)).one()
    assert attempt.state == AttemptState.PAID
    assert attempt.bill.amount == FEE


def test_what_is_owed_stands_in_the_account_until_it_is_paid(market: Market) -> None:
    walk = market.approved()
    browser, bill = market.browser(walk), market.bill(walk)
    number = market.case(walk).address
    for page in (browser.get("/account"), browser.get(f"/account/cases/{number}")):
        assert f"/pay/{bill.id}" in page.html
        assert "بانتظار الدفع" in page.html
    assert "ادفع 60 ريالًا سعوديًا حتى" in browser.get(f"/account/cases/{number}").html
    desk = market.world.officer(OFFICER, email="desk@example.com")
    assert "بانتظار الدفع" in desk.get("/desk").html
    market.bank.pay(market.started(walk))
    market.bank.tell(market.app)
    market.check()
    for page in (browser.get("/account"), browser.get(f"/account/cases/{number}")):
        assert f"/pay/{bill.id}" not in page.html
    assert "بانتظار الدفع" not in desk.get("/desk").html
    assert f"/account/cases/{number}/receipt.pdf" in browser.get(f"/account/cases/{number}").html
