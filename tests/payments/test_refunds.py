"""The refund queue: two officers who are two persons, at the page, the operation and the database."""

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.cases import refunding
from app.cases.errors import OwnCase, StepRefused
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.jobs import payments
from app.kit.roles import Role
from app.payments.errors import RefundMoved, SecondOfficer
from app.payments.return_models import Refund
from tests.payments.conftest import FEE, SLUG, Market

SUPERVISOR = Grant(Role.SUPERVISOR, agency="municipality")
HEAD = Grant(Role.SECTION_HEAD, agency="municipality")


def act(verb: Any, refund_id: uuid.UUID, **more: Any) -> None:
    with transaction():
        verb(refund_id, **more)


def refund(refund_id: uuid.UUID) -> Refund:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Refund, refund_id)


def test_two_officers_release_it_and_the_bank_gives_it_back(market: Market, late: uuid.UUID) -> None:
    first = market.world.officer(SUPERVISOR, email="first@example.com", number="1000000164")
    second = market.world.officer(HEAD, email="second@example.com", number="1000000123")
    first.home = second.home = "/desk/refunds"
    page = first.get("/desk/refunds")
    assert "60 ريالًا سعوديًا" in page.html
    assert "دُفع بعد إلغاء الطلب" in page.html
    assert first.post(f"/desk/refunds/{late}/propose", {"note": "تحققت من البنك"}).status == 303
    assert "يؤكده موظف آخر" in first.get("/desk/refunds").html
    refused = first.post(f"/desk/refunds/{late}/confirm")
    assert refused.status == 409
    assert "لا يؤكد ردّ المبلغ من اقترحه" in refused.html
    assert second.post(f"/desk/refunds/{late}/confirm").status == 303
    payments.refund()
    assert refund(late).state == "done"
    row = market.bank.world.store.row("SELECT refunded, status FROM bank_payment")
    assert row is not None
    assert (row["refunded"], row["status"]) == (FEE, "refunded")
    payments.refund()
    again = market.bank.world.store.row("SELECT refunded FROM bank_payment")
    assert again is not None
    assert again["refunded"] == FEE


def test_the_same_person_cannot_confirm_by_another_account_or_role(market: Market, late: uuid.UUID) -> None:
    first = market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164")
    twin = market.world.actor(HEAD, email="b@example.com", number="1000000164")
    act(refunding.propose, late, note="", by=first)
    for actor in (first, twin):
        with pytest.raises(SecondOfficer):
            act(refunding.confirm, late, by=actor)
    assert refund(late).state == "proposed"


def test_the_database_refuses_it_too(market: Market, late: uuid.UUID) -> None:
    officer = market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164")
    other = market.world.actor(HEAD, email="b@example.com", number="1000000164")
    act(refunding.propose, late, note="", by=officer)
    for values in (
        {"confirmed_by_id": officer.staff_id},
        {"confirmed_by_id": other.staff_id, "confirmed_key": other.identity_key},
        {"state": "done"},
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(update(Refund).where(Refund.id == late).values(**values))


def test_nobody_decides_on_his_own_money_or_in_another_agency(market: Market, late: uuid.UUID) -> None:
    from app.cases.models import Case

    case = db.session.get_one(Case, refund(late).case_id)
    number = next(each for each in ("1200000012",))
    own = market.world.actor(SUPERVISOR, email="own@example.com", number=number)
    assert own.same_person(case.applicant.identity_key) or own.identity_key != case.applicant.identity_key
    payer = type(own)(**{**own.__dict__, "identity_key": case.applicant.identity_key})
    with pytest.raises(OwnCase):
        act(refunding.propose, late, note="", by=payer)
    stranger = market.world.actor(Grant(Role.SUPERVISOR, agency="emirate"), email="emirate@example.com")
    with pytest.raises(StepRefused):
        act(refunding.propose, late, note="", by=stranger)
    desk = market.world.officer(Grant(Role.SUPERVISOR, agency="emirate"), email="emirate@example.com")
    assert str(late) not in desk.get("/desk/refunds").html


def test_the_queue_shows_what_a_role_covers(market: Market, late: uuid.UUID) -> None:
    for scope, seen in (({}, True), ({"service": SLUG}, True), ({"service": "emirate_appointment"}, False)):
        grant = Grant(Role.SUPERVISOR, agency="municipality", **scope)
        desk = market.world.officer(grant, email=f"boss{len(scope)}{seen}@example.com")
        assert (str(late) in desk.get("/desk/refunds").html) == seen, scope


def test_a_cashier_proposes_and_may_not_confirm(market: Market, late: uuid.UUID) -> None:
    cashier = market.world.officer(Grant(Role.CASHIER, agency="municipality"), email="till@example.com")
    cashier.home = "/desk/refunds"
    assert cashier.post(f"/desk/refunds/{late}/propose").status == 303
    assert cashier.post(f"/desk/refunds/{late}/confirm").status == 403


def test_whoever_comes_second_to_the_same_step_is_told(market: Market, late: uuid.UUID) -> None:
    first = market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164")
    second = market.world.actor(HEAD, email="b@example.com", number="1000000123")
    act(refunding.propose, late, note="", by=first)
    with pytest.raises(RefundMoved):
        act(refunding.propose, late, note="", by=second)
    act(refunding.confirm, late, by=second)
    with pytest.raises(RefundMoved):
        act(refunding.confirm, late, by=second)


def test_a_refusal_of_the_gateway_is_shown_and_can_be_tried_again(market: Market, late: uuid.UUID) -> None:
    first = market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164")
    second = market.world.actor(HEAD, email="b@example.com", number="1000000123")
    act(refunding.propose, late, note="", by=first)
    act(refunding.confirm, late, by=second)
    market.bank.world.store.run("UPDATE bank_payment SET status = 'voided'")
    payments.refund()
    assert (refund(late).state, refund(late).failure) == ("failed", "invalid_request_error")
    desk = market.world.officer(HEAD, email="b@example.com", number="1000000123")
    desk.home = "/desk/refunds"
    assert "رفضته بوابة الدفع" in desk.get("/desk/refunds").html
    market.bank.world.store.run("UPDATE bank_payment SET status = 'paid'")
    assert desk.post(f"/desk/refunds/{late}/again").status == 303
    payments.refund()
    assert refund(late).state == "done"


def test_the_second_officer_rings_the_bell_and_the_first_does_not(
    market: Market, late: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[str, ...]] = []
    monkeypatch.setitem(market.app.extensions, "ring", lambda *bells: rung.extend(bells))
    act(refunding.propose, late, note="", by=market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164"))
    assert rung == []
    act(refunding.confirm, late, by=market.world.actor(HEAD, email="b@example.com", number="1000000123"))
    assert rung == [("refunds", str(late))]


def test_a_gateway_that_is_away_leaves_it_for_later(market: Market, late: uuid.UUID, app: Flask) -> None:
    from datetime import timedelta

    from app.calendars.clock import now
    from app.cases.demo.past import at

    first = market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164")
    second = market.world.actor(HEAD, email="b@example.com", number="1000000123")
    act(refunding.propose, late, note="", by=first)
    act(refunding.confirm, late, by=second)
    market.bank.world.faults.switch("bank", "cut", 1)
    payments.refund()
    assert (refund(late).state, refund(late).tries) == ("confirmed", 1)
    assert refunding.send(late) is False, "until its lease ends it is nobody else's"
    with at(now() + timedelta(hours=1)):
        payments.refund()
    assert refund(late).state == "done"
