"""The counter: a till is opened, money taken once and exactly, minds changed before closing, the day counted."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from app.cases import collecting, queries, refunding, steps
from app.cases.errors import BadInput, OwnCase
from app.extensions import db, transaction
from app.identity.actors import Actor, Grant
from app.kit.errors import Refused
from app.kit.roles import Role
from app.kit.workflow import Stage
from app.payments import receipts
from app.payments.errors import BillClosed, BillNotFound, DayIsOpen, NoOpenDay, NotReversible, OtherTill
from app.payments.models import Money
from app.payments.return_models import CashDay, CashEntry, Refund
from app.payments.states import BillState
from tests.payments.conftest import CASHIER, FEE, OFFICER, SLUG, Market
from tests.support.robots import Walk

SUPERVISOR = Grant(Role.SUPERVISOR, agency="municipality")


def till(market: Market, email: str = "till@example.com") -> Any:
    desk = market.world.officer(CASHIER, email=email)
    desk.home = "/desk/cashier"
    return desk


def cashier(market: Market, email: str = "till@example.com", number: str | None = None) -> Any:
    actor = market.world.actor(CASHIER, email=email, number=number)
    with transaction():
        collecting.open_day("municipality", by=actor)
    return actor


def collect(market: Market, walk: Any, actor: Any, method: str = "cash", tendered: str = "60") -> int:
    bill_id = market.bill(walk).id
    with transaction():
        return collecting.collect(bill_id, method, tendered, by=actor)


def test_a_cashier_takes_a_fee_from_opening_to_the_report(market: Market) -> None:
    walk, desk = market.approved(), till(market)
    bill, number = market.bill(walk), market.case(walk).number
    assert desk.post("/desk/cashier/day", {"agency": "municipality"}).status == 303
    found = desk.post("/desk/cashier/find", {"number": number})
    assert found.location.endswith(f"/desk/cashier/bills/{bill.id}")
    page = desk.get(found.location)
    assert "60 ريالًا سعوديًا" in page.html
    assert market.case(walk).applicant.name("ar") not in page.html
    short = desk.post(f"/desk/cashier/bills/{bill.id}", {"method": "cash", "tendered": "50"}, page=found.location)
    assert short.status == 422
    assert "المبلغ أقل من المطلوب" in short.html
    taken = desk.post(f"/desk/cashier/bills/{bill.id}", {"method": "cash", "tendered": "١٠٠"}, page=found.location)
    assert taken.status == 303
    assert "أعد للعميل 40 ريالًا سعوديًا" in desk.get(taken.location).html
    assert market.case(walk).stage == Stage.ISSUED
    last = queries.history_of(market.case(walk))[-1]
    assert (last.step, last.actor_kind) == ("pay", "staff")
    receipt = receipts.receipt_of_bill(bill.id)
    assert receipt is not None
    assert "نقدًا في المكتب" in market.browser(walk).get(f"/pay/{bill.id}").html
    wrong = desk.post("/desk/cashier/close", {"counted": "59", "note": ""}, page="/desk/cashier/close")
    assert wrong.status == 422
    closed = desk.post("/desk/cashier/close", {"counted": "59", "note": "ينقص ريال"}, page="/desk/cashier/close")
    assert closed.status == 303
    assert closed.location in desk.get("/desk/cashier/days").html
    report = desk.get(closed.location).html
    for words in (number, receipt.number, "المعدود يختلف عن المسجّل", "ينقص ريال", "نقص ريال سعودي واحد"):
        assert words in report, words
    supervisor = market.world.officer(SUPERVISOR, email="boss@example.com")
    assert supervisor.get(closed.location).status == 200
    assert "نقص ريال سعودي واحد" in supervisor.get("/desk/cashier/days").html


def test_without_an_open_till_no_money_is_taken(market: Market) -> None:
    walk = market.approved()
    actor = market.world.actor(CASHIER, email="till@example.com")
    with pytest.raises(NoOpenDay):
        collect(market, walk, actor)
    assert market.bill(walk).state == BillState.OPEN


def test_a_cashier_has_one_till_at_a_time(market: Market) -> None:
    actor = cashier(market)
    with pytest.raises(DayIsOpen), transaction():
        collecting.open_day("municipality", by=actor)


@pytest.mark.parametrize(
    ("method", "tendered"), [("cash", "59.99"), ("cash", ""), ("cash", "x"), ("terminal", "70"), ("card", "60")]
)
def test_a_wrong_amount_is_refused_and_nothing_is_booked(market: Market, method: str, tendered: str) -> None:
    walk, actor = market.approved(), cashier(market)
    with pytest.raises(BadInput):
        collect(market, walk, actor, method, tendered)
    assert db.session.scalar(select(func.count()).select_from(Money)) == 0
    assert market.case(walk).stage == Stage.APPROVED


def test_a_cashier_of_another_agency_finds_nothing(market: Market) -> None:
    walk = market.approved()
    stranger = market.world.actor(Grant(Role.CASHIER, agency="emirate"), email="emirate@example.com")
    with transaction():
        collecting.open_day("emirate", by=stranger)
    assert collecting.open_bill_of(market.case(walk).number, by=stranger) is None
    with pytest.raises(BillNotFound):
        collect(market, walk, stranger)


def test_the_fee_of_one_agency_does_not_lie_in_the_till_of_another(market: Market) -> None:
    walk = market.approved()
    actor = market.world.actor(CASHIER, Grant(Role.CASHIER, agency="emirate"), email="till@example.com")
    with transaction():
        collecting.open_day("emirate", by=actor)
    with pytest.raises(OtherTill):
        collect(market, walk, actor)
    assert market.bill(walk).state == BillState.OPEN


def test_the_tills_of_another_office_are_not_overseen(market: Market) -> None:
    here = Grant(Role.CASHIER, agency="municipality", office="municipality_main")
    with transaction():
        day = collecting.open_day("municipality", by=market.world.actor(here, email="till@example.com"))
    for number, (scope, status) in enumerate(
        (({"office": "municipality_main"}, 200), ({"office": "municipality_counter"}, 404), ({"service": SLUG}, 404))
    ):
        grant = Grant(Role.SUPERVISOR, agency="municipality", **scope)
        desk = market.world.officer(grant, email=f"boss{number}@example.com")
        assert desk.get(f"/desk/cashier/days/{day.id}").status == status, scope
        assert (str(day.id) in desk.get("/desk/cashier/days").html) == (status == 200), scope


def test_the_report_says_at_which_counter_the_till_stood(market: Market) -> None:
    """Clerks of a counter take fees of an agency whose offices are many."""
    clerk = Grant(Role.COUNTER_AGENT, agency="municipality", office="municipality_counter")
    desk = market.world.officer(Grant(Role.CASHIER, agency="municipality"), clerk, email="clerk@example.com")
    desk.home = "/desk/cashier"
    assert desk.post("/desk/cashier/day", {"agency": "municipality"}).status == 303
    day = db.session.scalars(select(CashDay)).one()
    assert day.office == "municipality_counter"
    boss = market.world.officer(SUPERVISOR, email="boss@example.com")
    for address in ("/desk/cashier/days", f"/desk/cashier/days/{day.id}"):
        assert "مكتب خدمة العملاء في البلدية" in boss.get(address).html


def test_nobody_takes_the_money_of_his_own_case(market: Market) -> None:
    walk = market.approved()
    actor = cashier(market)
    own = type(actor)(**{**actor.__dict__, "identity_key": market.case(walk).applicant.identity_key})
    with pytest.raises(OwnCase):
        collect(market, walk, own)


def test_who_pays_at_the_counter_and_online_gets_the_second_back(market: Market) -> None:
    walk, actor = market.approved(), cashier(market)
    ref = market.started(walk)
    market.bank.pay(ref, "never")
    collect(market, walk, actor)
    market.check()
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.cause, refund.amount) == ("double", FEE)
    assert market.case(walk).stage == Stage.ISSUED


def test_the_page_at_the_bank_closes_once_the_counter_has_the_money(market: Market) -> None:
    walk, actor = market.approved(), cashier(market)
    ref = market.started(walk)
    collect(market, walk, actor)
    market.check()
    invoice = market.bank.ledger.find(ref)
    assert invoice is not None
    assert invoice["status"] == "canceled"


def test_two_cashiers_at_once_take_it_once(market: Market) -> None:
    walk = market.approved()
    actors = [cashier(market, email=f"till{number}@example.com") for number in range(4)]
    bill_id = market.bill(walk).id
    db.session.rollback()
    outcomes: list[str] = []

    def press(actor: Any) -> None:
        with market.app.app_context():
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


def test_once_the_document_is_issued_a_change_of_mind_comes_too_late(market: Market) -> None:
    walk, actor = market.approved(), cashier(market)
    collect(market, walk, actor)
    money = db.session.scalars(select(Money)).one()
    with pytest.raises(NotReversible), transaction():
        collecting.reverse(money.id, "", by=actor)
    assert db.session.scalar(select(func.count()).select_from(Refund)) == 0


def reversed_fee(early: Market) -> tuple[Any, Any, Any]:
    """A fee whose client has changed his mind: the case, the cashier, the refund that waits."""
    walk, actor = early.filed(), cashier(early, number="1000000156")
    collect(early, walk, actor)
    money = db.session.scalars(select(Money)).one()
    with transaction():
        return walk, actor, collecting.reverse(money.id, "رجع العميل", by=actor).id


def boss(early: Market) -> Actor:
    return early.world.actor(SUPERVISOR, email="boss@example.com", number="1000000164")


def taken_up(early: Market, walk: Walk) -> None:
    with transaction():
        steps.move(walk.case_id, "start_review", by=early.world.actor(OFFICER), version=None)


def test_nobody_pays_out_to_himself(early: Market) -> None:
    walk, actor, refund_id = reversed_fee(early)
    with transaction():
        refunding.confirm(refund_id, by=boss(early))
    own = replace(actor, identity_key=early.case(walk).applicant.identity_key)
    with pytest.raises(OwnCase), transaction():
        collecting.pay_out(refund_id, by=own)


def test_once_the_office_works_on_it_a_change_of_mind_comes_too_late(early: Market) -> None:
    walk, actor, refund_id = reversed_fee(early)
    taken_up(early, walk)
    with pytest.raises(NotReversible), transaction():
        refunding.confirm(refund_id, by=boss(early))


def test_what_was_released_is_not_paid_out_once_the_office_works_on_it(early: Market) -> None:
    walk, actor, refund_id = reversed_fee(early)
    with transaction():
        refunding.confirm(refund_id, by=boss(early))
    taken_up(early, walk)
    with pytest.raises(NotReversible), transaction():
        collecting.pay_out(refund_id, by=actor)
    assert db.session.scalars(select(CashEntry.amount)).all() == [FEE]


def test_a_change_of_mind_before_closing_goes_by_a_second_officer_and_the_fee_is_owed_again(early: Market) -> None:
    walk, actor = early.filed(), cashier(early, number="1000000156")
    first_bill = early.bill(walk).id
    collect(early, walk, actor)
    money = db.session.scalars(select(Money)).one()
    with transaction():
        refund_id = collecting.reverse(money.id, "رجع العميل", by=actor).id
    with pytest.raises(Refused), transaction():
        collecting.pay_out(refund_id, by=actor)
    with transaction():
        refunding.confirm(refund_id, by=boss(early))
    desk = till(early)
    assert "مبالغ تُسلّم لأصحابها" in desk.get("/desk/cashier").html
    assert desk.post(f"/desk/cashier/refunds/{refund_id}/pay-out").status == 303
    again = early.bill(walk)
    assert (again.state, again.id == first_bill) == (BillState.OPEN, False)
    receipt = receipts.receipt_of_bill(first_bill)
    assert receipt is not None
    assert receipt.refunded_at is not None
    for path in ("r", "verify"):
        said = early.app.test_client().get(f"/{path}/{receipt.code}").get_data(as_text=True)
        assert "رُدّ المبلغ" in said
        assert "صحيحة وسارية" not in said
    collect(early, walk, actor)
    with transaction():
        day = collecting.close_day("60", "", by=actor)
    assert (day.expected, day.counted) == (FEE, FEE)


def test_a_closed_till_takes_nothing_any_more(market: Market) -> None:
    walk, actor = market.approved(), cashier(market)
    with transaction():
        collecting.close_day("0", "", by=actor)
    with pytest.raises(NoOpenDay):
        collect(market, walk, actor)
    day = db.session.scalars(select(CashDay)).one()
    assert (day.expected, day.counted) == (0, 0)
