"""The counter: a till is opened, money taken once and exactly, minds changed before closing, the day counted."""

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from app.cases import collecting, queries, refunding
from app.cases.errors import BadInput, OwnCase
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.kit.errors import Refused
from app.kit.roles import Role
from app.kit.workflow import Stage
from app.payments import receipts
from app.payments.errors import BillClosed, BillNotFound, DayIsOpen, NoOpenDay, NotReversible
from app.payments.models import Money
from app.payments.return_models import CashDay, CashEntry, Refund
from app.payments.states import BillState
from tests.payments.conftest import CASHIER, FEE, Town

SUPERVISOR = Grant(Role.SUPERVISOR, agency="municipality")


def till(town: Town, email: str = "till@example.com") -> Any:
    desk = town.world.officer(CASHIER, email=email)
    desk.home = "/desk/cashier"
    return desk


def cashier(town: Town, email: str = "till@example.com", number: str | None = None) -> Any:
    actor = town.world.actor(CASHIER, email=email, number=number)
    with transaction():
        collecting.open_day("municipality", by=actor)
    return actor


def collect(town: Town, walk: Any, actor: Any, method: str = "cash", tendered: str = "60") -> int:
    bill_id = town.bill(walk).id
    with transaction():
        return collecting.collect(bill_id, method, tendered, by=actor)


def test_a_cashier_takes_a_fee_from_opening_to_the_report(town: Town) -> None:
    walk, desk = town.approved(), till(town)
    bill, number = town.bill(walk), town.case(walk).number
    assert desk.post("/desk/cashier/day", {"agency": "municipality"}).status == 303
    found = desk.post("/desk/cashier/find", {"number": number})
    assert found.location.endswith(f"/desk/cashier/bills/{bill.id}")
    page = desk.get(found.location)
    assert "60 ريالًا" in page.html
    assert town.case(walk).applicant.name("ar") not in page.html
    short = desk.post(f"/desk/cashier/bills/{bill.id}", {"method": "cash", "tendered": "50"}, page=found.location)
    assert short.status == 422
    assert "المبلغ أقل من المطلوب" in short.html
    taken = desk.post(f"/desk/cashier/bills/{bill.id}", {"method": "cash", "tendered": "١٠٠"}, page=found.location)
    assert taken.status == 303
    assert "أعد للعميل 40 ريالًا" in desk.get(taken.location).html
    assert town.case(walk).stage == Stage.ISSUED
    last = queries.history_of(town.case(walk))[-1]
    assert (last.step, last.actor_kind) == ("pay", "staff")
    receipt = receipts.receipt_of_bill(bill.id)
    assert receipt is not None
    assert "نقدًا في المكتب" in town.browser(walk).get(f"/pay/{bill.id}").html
    wrong = desk.post("/desk/cashier/close", {"counted": "59", "note": ""}, page="/desk/cashier/close")
    assert wrong.status == 422
    closed = desk.post("/desk/cashier/close", {"counted": "59", "note": "ينقص ريال"}, page="/desk/cashier/close")
    assert closed.status == 303
    assert closed.location in desk.get("/desk/cashier/days").html
    report = desk.get(closed.location).html
    for words in (number, receipt.number, "المعدود يختلف عن المسجّل", "ينقص ريال", "-1"):
        assert words in report, words
    supervisor = town.world.officer(SUPERVISOR, email="boss@example.com")
    assert supervisor.get(closed.location).status == 200
    assert "-1" in supervisor.get("/desk/cashier/days").html


def test_without_an_open_till_no_money_is_taken(town: Town) -> None:
    walk = town.approved()
    actor = town.world.actor(CASHIER, email="till@example.com")
    with pytest.raises(NoOpenDay):
        collect(town, walk, actor)
    assert town.bill(walk).state == BillState.OPEN


def test_a_cashier_has_one_till_at_a_time(town: Town) -> None:
    actor = cashier(town)
    with pytest.raises(DayIsOpen), transaction():
        collecting.open_day("municipality", by=actor)


@pytest.mark.parametrize(
    ("method", "tendered"), [("cash", "59.99"), ("cash", ""), ("cash", "x"), ("terminal", "70"), ("card", "60")]
)
def test_a_wrong_amount_is_refused_and_nothing_is_booked(town: Town, method: str, tendered: str) -> None:
    walk, actor = town.approved(), cashier(town)
    with pytest.raises(BadInput):
        collect(town, walk, actor, method, tendered)
    assert db.session.scalar(select(func.count()).select_from(Money)) == 0
    assert town.case(walk).stage == Stage.APPROVED


def test_a_cashier_of_another_agency_finds_nothing(town: Town) -> None:
    walk = town.approved()
    stranger = town.world.actor(Grant(Role.CASHIER, agency="emirate"), email="emirate@example.com")
    with transaction():
        collecting.open_day("emirate", by=stranger)
    assert collecting.open_bill_of(town.case(walk).number, by=stranger) is None
    with pytest.raises(BillNotFound):
        collect(town, walk, stranger)


def test_nobody_takes_the_money_of_his_own_case(town: Town) -> None:
    walk = town.approved()
    actor = cashier(town)
    own = type(actor)(**{**actor.__dict__, "identity_key": town.case(walk).applicant.identity_key})
    with pytest.raises(OwnCase):
        collect(town, walk, own)


def test_who_pays_at_the_counter_and_online_gets_the_second_back(town: Town) -> None:
    walk, actor = town.approved(), cashier(town)
    ref = town.started(walk)
    town.bank.pay(ref, "never")
    collect(town, walk, actor)
    town.check()
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.cause, refund.amount) == ("double", FEE)
    assert town.case(walk).stage == Stage.ISSUED


def test_the_page_at_the_bank_closes_once_the_counter_has_the_money(town: Town) -> None:
    walk, actor = town.approved(), cashier(town)
    ref = town.started(walk)
    collect(town, walk, actor)
    town.check()
    invoice = town.bank.ledger.find(ref)
    assert invoice is not None
    assert invoice["status"] == "canceled"


def test_two_cashiers_at_once_take_it_once(town: Town) -> None:
    walk = town.approved()
    actors = [cashier(town, email=f"till{number}@example.com") for number in range(4)]
    bill_id = town.bill(walk).id
    db.session.rollback()
    outcomes: list[str] = []

    def press(actor: Any) -> None:
        with town.app.app_context():
            try:
                with transaction():
                    collecting.collect(bill_id, "cash", "60", by=actor)
                outcomes.append("taken")
            except BillClosed:
                outcomes.append("closed")

    workers = [threading.Thread(target=press, args=(actor,)) for actor in actors]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(outcomes) == ["closed", "closed", "closed", "taken"]
    assert db.session.scalar(select(func.count()).select_from(CashEntry)) == 1


def test_once_the_document_is_issued_a_change_of_mind_comes_too_late(town: Town) -> None:
    walk, actor = town.approved(), cashier(town)
    collect(town, walk, actor)
    money = db.session.scalars(select(Money)).one()
    with pytest.raises(NotReversible), transaction():
        collecting.reverse(money.id, "", by=actor)
    assert db.session.scalar(select(func.count()).select_from(Refund)) == 0


def test_a_change_of_mind_before_closing_goes_by_a_second_officer_and_the_fee_is_owed_again(early: Town) -> None:
    walk, actor = early.filed(), cashier(early, number="1000000156")
    first_bill = early.bill(walk).id
    collect(early, walk, actor)
    money = db.session.scalars(select(Money)).one()
    with transaction():
        refund_id = collecting.reverse(money.id, "رجع العميل", by=actor).id
    with pytest.raises(Refused), transaction():
        collecting.pay_out(refund_id, by=actor)
    boss = early.world.actor(SUPERVISOR, email="boss@example.com", number="1000000164")
    with transaction():
        refunding.confirm(refund_id, by=boss)
    desk = till(early)
    assert "مبالغ تُسلّم لأصحابها" in desk.get("/desk/cashier").html
    assert desk.post(f"/desk/cashier/refunds/{refund_id}/pay-out").status == 303
    again = early.bill(walk)
    assert (again.state, again.id == first_bill) == (BillState.OPEN, False)
    receipt = receipts.receipt_of_bill(first_bill)
    assert receipt is not None
    assert receipt.refunded_at is not None
    assert "رُدّ المبلغ" in early.app.test_client().get(f"/r/{receipt.code}").get_data(as_text=True)
    collect(early, walk, actor)
    with transaction():
        day = collecting.close_day("60", "", by=actor)
    assert (day.expected, day.counted) == (FEE, FEE)


def test_a_closed_till_takes_nothing_any_more(town: Town) -> None:
    walk, actor = town.approved(), cashier(town)
    with transaction():
        collecting.close_day("0", "", by=actor)
    with pytest.raises(NoOpenDay):
        collect(town, walk, actor)
    day = db.session.scalars(select(CashDay)).one()
    assert (day.expected, day.counted) == (0, 0)
