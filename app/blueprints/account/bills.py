"""A person's bills: what is due, what was paid with its receipt, what is void."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.blueprints.account import blueprint
from app.cases import fees
from app.cases.context import registry
from app.cases.models import Case
from app.extensions import db
from app.identity import access
from app.identity.access import signed_in_actor
from app.payments import receipts
from app.payments.bills import bills_of
from app.payments.models import Bill
from app.payments.states import BillState
from app.web.language import lang, t
from app.web.moments import date_of
from app.web.pages import page

TONES = {BillState.OPEN: ("warn", "clock"), BillState.PAID: ("ok", "ok"), BillState.VOID: ("", "no")}


@blueprint.get("/bills")
@access.citizen
def bills() -> ResponseReturnValue:
    person_id = signed_in_actor().person_id
    assert person_id is not None
    found = bills_of(person_id)
    numbers = select(Case.id, Case).where(Case.id.in_([bill.case_id for bill in found]))
    cases = {row[0]: row[1] for row in db.session.execute(numbers).unique()}
    return page("account/bills.html", rows=[_row(bill, cases[bill.case_id]) for bill in found])


def _row(bill: Bill, case: Case) -> dict[str, Any]:
    receipt = receipts.receipt_of_bill(bill.id) if bill.state == BillState.PAID else None
    service = registry()[bill.service].text(lang(), "title") if bill.service in registry() else bill.service
    return {
        "number": case.number,
        "href": url_for("pay.show", bill_id=bill.id),
        "service": service,
        "issued": date_of(bill.created_at, bill.agency),
        "amount": fees.amount_of(bill, lang()),
        "state": t(f"payments.bills.states.{bill.state}"),
        "look": TONES[BillState(bill.state)],
        "receipt": receipt.number if receipt else "",
        "receipt_url": url_for("receipts.show", code=receipt.code) if receipt else "",
    }
