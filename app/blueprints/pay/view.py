"""One bill as its payer sees it."""

from typing import Any

from flask import url_for

from app.cases import fees, not_returned, receipting
from app.cases.context import agency_of, service_of
from app.cases.models import Case
from app.extensions import db
from app.payments import attempts, receipts
from app.payments.models import Attempt, Bill
from app.payments.states import UNDER_WAY, BillState
from app.web.language import lang, t
from app.web.moments import day_of, moment_of

# Looks that only wait: the gateway's answer takes a moment. After so many the person is told how it stands.
FIRST_LOOKS, MOST_LOOKS = 3, 6


class BillView:
    """Built for one request; reads only."""

    def __init__(self, bill: Bill, looks: int) -> None:
        self.bill, self.looks = bill, max(0, looks)
        self.case = db.session.get_one(Case, bill.case_id)
        self.service, self.agency = service_of(self.case), agency_of(self.case)
        self.attempt: Attempt | None = attempts.newest_attempt(bill.id)
        self.receipt = receipts.receipt_of_bill(bill.id) if bill.state == BillState.PAID else None
        self.kept = not_returned.of_receipt(self.case, self.receipt, lang()) if self.receipt else None
        until = fees.pay_deadline(self.case)
        self.until = day_of(until.last_on, self.agency.id) if until else ""

    @property
    def is_open(self) -> bool:
        return self.bill.state == BillState.OPEN and not fees.is_late(self.case)

    @property
    def template(self) -> str:
        if self.receipt is not None:
            return "pay/paid.html"
        return "pay/show.html" if self.is_open else "pay/closed.html"

    @property
    def is_waiting(self) -> bool:
        """Back from the hosted page, and nothing is known yet."""
        under_way = self.attempt is not None and self.attempt.state in UNDER_WAY
        if self.bill.state != BillState.OPEN or not under_way or not 0 < self.looks <= MOST_LOOKS:
            return False
        return self.looks <= FIRST_LOOKS or not self.is_declined

    @property
    def is_declined(self) -> bool:
        return self.attempt is not None and self.attempt.declined > 0

    @property
    def next_look(self) -> str:
        return url_for("pay.show", bill_id=self.bill.id, back=self.looks + 1)

    @property
    def failure(self) -> str | None:
        """What is said of the last trip, above the bill."""
        if not self.looks or self.attempt is None:
            return None
        if self.is_declined:
            return t("payment.failed")
        return t("payments.pay.abandoned")

    @property
    def lines(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = [
            {"label": label, "value": value} for label, value in receipting.line_rows(self.bill, lang())
        ]
        rows.append({"label": t("payments.pay.vat"), "value": t("payments.pay.vat_value")})
        return [*rows, {"label": t("payment.total"), "value": self.amount, "total": True}]

    @property
    def amount(self) -> str:
        return fees.amount_of(self.bill, lang())

    @property
    def receipt_rows(self) -> list[dict[str, Any]]:
        """What a receipt says to whom it belongs: with his name."""
        assert self.receipt is not None
        money = self.receipt.money
        facts = (
            ("number", self.receipt.number),
            ("request", self.case.number),
            ("service", self.service.text(lang(), "title")),
            ("payer", self.case.applicant.name(lang())),
            ("paid_at", moment_of(money.paid_at, self.case.agency)),
            ("method", receipting.method_text(money, lang())),
            ("reference", money.gateway_ref),
        )
        rows = [{"label": t(f"payments.receipt.{name}"), "value": value} for name, value in facts]
        return rows + self.lines[:-2] + [{"label": t("payments.receipt.total"), "value": self.amount, "total": True}]


def of(bill: Bill, looks: int) -> BillView:
    return BillView(bill, looks)
