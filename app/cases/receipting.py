"""The receipt of a payment: its paper, and the link by SMS and e-mail."""

from collections.abc import Iterable
from typing import Any

from flask import current_app

from app.calendars.printed import date_text, instant_text
from app.cases.context import agency_of, service_of
from app.cases.models import Case
from app.cases.notices import announce
from app.documents.orders import order as order_document
from app.kit.numbers import amount
from app.kit.words import LANGUAGES, WORDS
from app.payments import receipts
from app.payments.models import Bill, Money, Receipt


def give(case: Case, bill: Bill, money: Money) -> Receipt:
    """Issue the receipt of money that settled the bill, order its paper and tell the person."""
    receipt = receipts.issue(bill, money, agency_of(case).zone)
    snapshot = receipt_snapshot(case, bill, money, receipt, case.language)
    order_document("receipt", case.id, receipt.number, snapshot, case.language, code=receipt.code)
    announce(
        case,
        "paid",
        key=f"receipt:{receipt.id}",
        amount=amount(money.amount, money.currency, case.language),
        receipt=receipt.number,
        receipt_link=link_of(receipt),
    )
    return receipt


def link_of(receipt: Receipt) -> str:
    """The short address that opens nothing but this receipt."""
    return f"{current_app.config['SETTINGS'].public_url.rstrip('/')}/r/{receipt.code}"


def method_text(money: Money, language: str) -> str:
    """Cash, terminal, or which card by its last four digits."""
    if money.last4:
        return WORDS.text(language, "payments.methods.card_ending", brand=_brand(money, language), last4=money.last4)
    return WORDS.text(language, f"payments.methods.{money.method if money.method in KNOWN else 'card'}")


KNOWN = ("cash", "terminal", "card")
BRANDS = ("mada", "visa", "master", "amex")


def _brand(money: Money, language: str) -> str:
    return WORDS.text(language, f"payments.brands.{money.brand if money.brand in BRANDS else 'card'}")


def line_rows(bill: Bill, language: str) -> list[tuple[str, str]]:
    return rows_of(bill.lines, bill.currency, language)


def rows_of(lines: Iterable[dict[str, Any]], currency: str, language: str) -> list[tuple[str, str]]:
    """(label, amount) of each line; how many, where it is more than one."""
    found = []
    for line in lines:
        label = line["label"][language]
        if line["count"] > 1:
            each = amount(line["each"], currency, language)
            label = WORDS.text(language, "payments.lines.times", label=label, count=line["count"], each=each)
        found.append((label, amount(line["minor"], currency, language)))
    return found


def receipt_snapshot(case: Case, bill: Bill, money: Money, receipt: Receipt, language: str) -> Any:
    """Without the payer's name: whoever holds the link may open the paper."""
    agency, service = agency_of(case), service_of(case)
    return {
        "agency": dict(agency.name),
        "agency_id": agency.id,
        "service": service.title_in_messages(language),
        "service_names": {each: service.title_in_messages(each) for each in LANGUAGES},
        "number": case.number,
        "receipt": receipt.number,
        "filed_on": money.paid_at.astimezone(agency.zone).date().isoformat(),
        "date": date_text(agency, money.paid_at, language),
        "paid_at": instant_text(agency, money.paid_at, language),
        "method": method_text(money, language),
        "reference": money.gateway_ref,
        "lines": line_rows(bill, language),
        "total": amount(money.amount, money.currency, language),
    }
