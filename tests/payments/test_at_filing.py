"""The other order: the fee is paid when the request is filed, and nobody works on it before."""

import pytest
from sqlalchemy import select

from app.cases import clockwork, fees, steps
from app.cases.demo.past import at
from app.cases.errors import Unpaid
from app.extensions import db, transaction
from app.kit.workflow import Stage
from app.payments.return_models import Refund
from app.payments.states import BillState
from tests.payments.conftest import FEE, OFFICER, SLUG, Market


def test_filing_issues_the_bill_and_the_page_after_it_leads_to_the_payment(early: Market) -> None:
    browser = early.world.citizen()
    number = early.world.file(browser, SLUG)
    page = browser.get(f"/account/cases/{number}?filed=1")
    assert "/pay/" in page.html
    assert "60 ريالًا سعوديًا" in page.html


def test_nobody_takes_up_a_request_that_is_not_paid(early: Market) -> None:
    walk = early.filed()
    officer = early.world.actor(OFFICER)
    with pytest.raises(Unpaid), transaction():
        steps.move(walk.case_id, "start_review", by=officer, version=None)
    early.bank.pay(early.started(walk))
    early.bank.tell(early.app)
    early.check()
    assert early.case(walk).stage == Stage.SUBMITTED
    with transaction():
        steps.move(walk.case_id, "start_review", by=officer, version=None)
    assert early.case(walk).stage == Stage.IN_REVIEW


def test_what_was_paid_goes_back_when_the_citizen_cancels_before_a_decision(early: Market) -> None:
    walk = early.filed()
    early.bank.pay(early.started(walk))
    early.bank.tell(early.app)
    early.check()
    with transaction():
        steps.move(walk.case_id, "cancel", by=walk.citizen, version=None)
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.cause, refund.amount, refund.state) == ("cancelled", FEE, "open")


def test_an_unpaid_request_ends_after_its_last_day(early: Market) -> None:
    walk = early.filed()
    until = fees.pay_deadline(early.case(walk))
    assert until is not None
    with at(until.due_at):
        clockwork.run_due()
    assert early.case(walk).outcome == "cancelled_unpaid"
    assert early.bill(walk).state == BillState.VOID
