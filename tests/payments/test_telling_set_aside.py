"""Whoever was to get an amount back is told when it is set aside: in the thread, by SMS and e-mail, on his pages."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.cases import not_returned, refunding
from app.cases.conversation import ThreadEntry
from app.cases.models import Case
from app.extensions import db
from app.jobs import payments
from app.kit.words import LANGUAGES
from app.notify.models import Message
from app.payments import receipts
from app.payments.return_models import Refund
from tests.payments.conftest import Market
from tests.payments.test_refunds import HEAD, SUPERVISOR, act, refund
from tests.payments.test_till import boss, reversed_fee, taken_up
from tests.support import signed_in
from tests.support.statements import counted
from tests.support.world import Browser

EVENT = "refund_set_aside"
INTERNAL = "دفعة محمد السالم رُدّت من البنك"


def told(case_id: uuid.UUID) -> list[ThreadEntry]:
    rows = select(ThreadEntry).where(ThreadEntry.case_id == case_id, ThreadEntry.event == EVENT)
    return list(db.session.scalars(rows.order_by(ThreadEntry.at)))


def case_of(refund_id: uuid.UUID) -> Case:
    return db.session.get_one(Case, refund(refund_id).case_id)


def page_of(market: Market, case: Case) -> Any:
    return Browser(signed_in.citizen_browser(market.app, case.applicant_id)).get(f"/account/cases/{case.address}")


def two(market: Market) -> tuple[Any, Any]:
    first = market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164")
    return first, market.world.actor(HEAD, email="b@example.com", number="1000000123")


def test_the_client_is_told_why_in_general_words_and_whom_to_turn_to(market: Market, late: uuid.UUID) -> None:
    first, second = two(market)
    act(refunding.propose, late, note="", by=first)
    case = case_of(late)
    assert "صُرف النظر عنه" not in page_of(market, case).html
    act(refunding.set_aside, late, reason=INTERNAL, by=second)
    (entry,) = told(case.id)
    assert "60 ريالًا سعوديًا" in entry.subject
    for words in ("تبيّن أن المبلغ عاد إليك بطريق آخر", "مكتب خدمة العملاء", "8000000000"):
        assert words in entry.body
    sent = db.session.scalars(select(Message.channel).where(Message.event == EVENT)).all()
    assert sorted(sent) == ["email", "sms"]
    page = page_of(market, case).html
    assert "لم يُرد" in page
    assert "تبيّن أن المبلغ عاد إليك بطريق آخر" in page
    for hidden in ("محمد السالم", "a@example.com", "b@example.com"):
        assert hidden not in page + entry.body


def test_the_page_says_it_no_more_once_the_refund_is_proposed_anew_and_each_time_is_told(
    market: Market, late: uuid.UUID
) -> None:
    first, second = two(market)
    case = case_of(late)
    for again in range(2):
        act(refunding.propose, late, note="", by=first)
        assert "صُرف النظر عنه" not in page_of(market, case).html
        act(refunding.set_aside, late, reason="رُدّ", by=second)
        assert "صُرف النظر عنه" in page_of(market, case).html
        assert len(told(case.id)) == again + 1
    sent = db.session.scalars(select(Message.channel).where(Message.event == EVENT)).all()
    assert sorted(sent) == ["email", "email", "sms", "sms"]


def test_a_refusal_of_the_gateway_is_named_as_the_cause(market: Market, late: uuid.UUID) -> None:
    first, second = two(market)
    act(refunding.propose, late, note="", by=first)
    act(refunding.confirm, late, by=second)
    market.bank.world.store.run("UPDATE bank_payment SET status = 'voided'")
    payments.refund()
    act(refunding.set_aside, late, reason="أُلغي الدفع", by=second)
    assert "لم تقبل بوابة الدفع" in told(case_of(late).id)[0].body


def test_a_proposal_that_only_waits_again_tells_nobody(market: Market, late: uuid.UUID) -> None:
    first, _second = two(market)
    act(refunding.propose, late, note="", by=first)
    act(refunding.withdraw, late, reason="أخطأت", by=first)
    assert not told(case_of(late).id)


def test_a_change_of_mind_taken_back_by_the_cashier_is_told_and_shown_on_the_receipt(early: Market) -> None:
    """The client learns what the office wrote down about his own wish."""
    walk, actor, refund_id = reversed_fee(early)
    bill = early.bill(walk)
    act(refunding.withdraw, refund_id, reason="عدل العميل", by=actor)
    assert "أنك عدلت عن استرداده" in told(walk.case_id)[0].body
    receipt = receipts.receipt_of_bill(bill.id)
    assert receipt is not None
    for page in (
        early.browser(walk).get(f"/pay/{bill.id}").html,
        Browser(early.app.test_client()).get(f"/r/{receipt.code}").html,
    ):
        assert "فيثبت هذا الإيصال الدفع كما كان" in page


def test_a_receipt_whose_money_nobody_wants_back_says_nothing_of_it(early: Market) -> None:
    walk, _actor, _refund_id = reversed_fee(early)
    assert "كما كان" not in early.browser(walk).get(f"/pay/{early.bill(walk).id}").html


def test_a_change_of_mind_that_came_too_late_reads_as_examined(early: Market) -> None:
    walk, _actor, refund_id = reversed_fee(early)
    act(refunding.confirm, refund_id, by=boss(early))
    taken_up(early, walk)
    act(refunding.set_aside, refund_id, reason="بدأت الدراسة", by=boss(early))
    assert "مستحق للجهة" in told(walk.case_id)[0].body


def test_an_agency_without_a_telephone_names_its_office_alone(
    market: Market, late: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two(market)
    act(refunding.propose, late, note="", by=first)
    act(refunding.set_aside, late, reason="رُدّ", by=second)
    case = case_of(late)
    silent = replace(not_returned.agency_of(case), contact_phone="")
    monkeypatch.setattr(not_returned, "agency_of", lambda _case: silent)
    for language in LANGUAGES:
        (said,) = not_returned.of_case(case, language)
        assert silent.name[language] in said.turn_to
        assert "8000000000" not in said.turn_to


def test_the_page_of_a_case_asks_no_more_for_it(market: Market, late: uuid.UUID) -> None:
    first, second = two(market)
    act(refunding.propose, late, note="", by=first)
    act(refunding.set_aside, late, reason="رُدّ", by=second)
    case = case_of(late)
    browser = Browser(signed_in.citizen_browser(market.app, case.applicant_id))
    path = f"/account/cases/{case.address}"
    assert "صُرف النظر عنه" in browser.get(path).html
    with counted() as sent:
        browser.get(path)
    assert not [each for each in sent if each.lstrip().startswith("SELECT refund")]
    assert db.session.scalars(select(Refund.state)).one() == "set_aside"
