"""Refunds that are not given back after all: set aside by another officer, or withdrawn by whoever proposed them."""

import uuid

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.cases import collecting, refunding, steps
from app.extensions import db, transaction
from app.identity.audit import AuditRow
from app.jobs import payments
from app.payments.errors import RefundMoved, SecondOfficer
from app.payments.models import Money
from app.payments.return_models import Refund
from app.payments.states import BillState
from tests.payments.conftest import Market
from tests.payments.test_refunds import HEAD, SUPERVISOR, act, refund
from tests.payments.test_till import boss, reversed_fee, taken_up


def test_a_second_officer_sets_aside_with_a_reason_what_went_back_otherwise(market: Market, late: uuid.UUID) -> None:
    first = market.world.officer(SUPERVISOR, email="first@example.com", number="1000000164")
    second = market.world.officer(HEAD, email="second@example.com", number="1000000123")
    first.home = second.home = "/desk/refunds"
    first.post(f"/desk/refunds/{late}/propose", {"note": ""})
    unsaid = second.post(f"/desk/refunds/{late}/set-aside", {"reason": "  "})
    assert (unsaid.status, refund(late).state) == (422, "proposed")
    assert "اكتب السبب" in unsaid.html
    assert second.post(f"/desk/refunds/{late}/set-aside", {"reason": "ردّته البوابة بنفسها"}).status == 303
    page = first.get("/desk/refunds").html
    for words in ("صُرف النظر عن ردّه", "ردّته البوابة بنفسها"):
        assert words in page
    payments.refund()
    assert refund(late).state == "set_aside"
    kinds = db.session.scalars(select(AuditRow.kind).where(AuditRow.kind.startswith("refund.")).order_by(AuditRow.id))
    assert list(kinds) == ["refund.proposed", "refund.set_aside"]
    assert second.post(f"/desk/refunds/{late}/confirm").status == 409


def test_what_was_set_aside_is_proposed_anew_and_needs_another_officer_again(market: Market, late: uuid.UUID) -> None:
    first = market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164")
    second = market.world.actor(HEAD, email="b@example.com", number="1000000123")
    act(refunding.propose, late, note="", by=first)
    act(refunding.set_aside, late, reason="رُدّ", by=second)
    desk = market.world.officer(HEAD, email="b@example.com", number="1000000123")
    desk.home = "/desk/refunds"
    assert "اقترح ردّه من جديد" in desk.get("/desk/refunds").html
    assert desk.post(f"/desk/refunds/{late}/propose").status == 303
    with pytest.raises(SecondOfficer):
        act(refunding.confirm, late, by=second)
    act(refunding.confirm, late, by=first)
    payments.refund()
    assert refund(late).state == "done"


def test_one_officer_alone_does_not_keep_what_came_astray(market: Market, late: uuid.UUID) -> None:
    first = market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164")
    second = market.world.actor(HEAD, email="b@example.com", number="1000000123")
    with pytest.raises(RefundMoved):
        act(refunding.set_aside, late, reason="لا أراه", by=first)
    act(refunding.propose, late, note="", by=first)
    with pytest.raises(SecondOfficer):
        act(refunding.set_aside, late, reason="لا أراه", by=first)
    with pytest.raises(RefundMoved):
        act(refunding.withdraw, late, reason="ليس لي", by=second)
    desk = market.world.officer(SUPERVISOR, email="a@example.com", number="1000000164")
    desk.home = "/desk/refunds"
    assert "اسحب اقتراحك" in desk.get("/desk/refunds").html
    assert desk.post(f"/desk/refunds/{late}/withdraw", {"reason": "أخطأت"}).status == 303
    assert (refund(late).state, refund(late).note, refund(late).proposed_by_id) == ("open", "أخطأت", None)


def test_what_the_gateway_refuses_for_good_can_be_set_aside_and_what_is_on_its_way_cannot(
    market: Market, late: uuid.UUID
) -> None:
    first = market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164")
    second = market.world.actor(HEAD, email="b@example.com", number="1000000123")
    act(refunding.propose, late, note="", by=first)
    act(refunding.confirm, late, by=second)
    with pytest.raises(RefundMoved):
        act(refunding.set_aside, late, reason="أُلغي الدفع", by=second)
    market.bank.world.store.run("UPDATE bank_payment SET status = 'voided'")
    payments.refund()
    act(refunding.set_aside, late, reason="أُلغي الدفع", by=second)
    assert refund(late).state == "set_aside"
    act(refunding.propose, late, note="", by=first)
    act(refunding.confirm, late, by=second)
    assert refund(late).tries == 0


def test_the_database_sets_nothing_aside_without_officer_and_reason(late: uuid.UUID) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Refund).where(Refund.id == late).values(state="set_aside"))


def test_the_database_wants_two_officers_and_two_persons_to_set_it_aside(market: Market, late: uuid.UUID) -> None:
    first = market.world.actor(SUPERVISOR, email="a@example.com", number="1000000164")
    twin = market.world.actor(HEAD, email="b@example.com", number="1000000164")
    other = market.world.actor(HEAD, email="c@example.com", number="1000000123")
    words = {"state": "set_aside", "set_aside_reason": "لا أراه"}
    unseen = words | {"set_aside_by_id": other.staff_id, "set_aside_key": other.identity_key}
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Refund).where(Refund.id == late).values(**unseen))
    act(refunding.propose, late, note="", by=first)
    for values in (
        {"set_aside_by_id": first.staff_id},
        {"set_aside_by_id": twin.staff_id, "set_aside_key": twin.identity_key},
    ):
        with pytest.raises(IntegrityError, match="set_aside_by_two"), transaction():
            db.session.execute(update(Refund).where(Refund.id == late).values(**words, **values))
    with transaction():
        db.session.execute(update(Refund).where(Refund.id == late).values(**unseen))
    assert refund(late).state == "set_aside"


def test_a_change_of_mind_that_came_too_late_is_set_aside_also_after_it_was_released(early: Market) -> None:
    walk, actor, refund_id = reversed_fee(early)
    with transaction():
        refunding.confirm(refund_id, by=boss(early))
    taken_up(early, walk)
    with transaction():
        refunding.set_aside(refund_id, "بدأت الدراسة", by=boss(early))
    with pytest.raises(RefundMoved), transaction():
        collecting.pay_out(refund_id, by=actor)


def test_a_cashier_withdraws_his_clients_change_of_mind_and_the_client_may_change_it_again(early: Market) -> None:
    walk, actor, refund_id = reversed_fee(early)
    with transaction():
        refunding.withdraw(refund_id, "عدل العميل", by=actor)
    assert db.session.scalars(select(Refund.state)).one() == "set_aside"
    money = db.session.scalars(select(Money)).one()
    with transaction():
        assert collecting.reverse(money.id, "رجع ثانية", by=actor).id == refund_id
    with transaction():
        refunding.confirm(refund_id, by=boss(early))
        collecting.pay_out(refund_id, by=actor)
    assert early.bill(walk).state == BillState.OPEN


def test_whoever_cancels_gets_back_also_what_was_set_aside_while_he_still_wanted_it(early: Market) -> None:
    walk, actor, refund_id = reversed_fee(early)
    act(refunding.withdraw, refund_id, reason="عدل العميل", by=actor)
    with transaction():
        steps.move(walk.case_id, "cancel", by=walk.citizen, version=None)
    assert (refund(refund_id).state, refund(refund_id).cause) == ("open", "cancelled")
    act(refunding.propose, refund_id, note="", by=boss(early))


def test_a_proposal_withdrawn_after_the_cancellation_keeps_no_money(early: Market) -> None:
    walk, actor, refund_id = reversed_fee(early)
    with transaction():
        steps.move(walk.case_id, "cancel", by=walk.citizen, version=None)
    act(refunding.withdraw, refund_id, reason="عدل العميل", by=actor)
    assert (refund(refund_id).state, refund(refund_id).cause) == ("open", "cancelled")
