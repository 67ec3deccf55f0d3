"""A till, a bill at the counter, and the report of a day, in words."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from flask import request, url_for
from sqlalchemy import select

from app.cases import fees, receipting, refunding
from app.cases.context import agency_of, profile, service_of
from app.cases.models import Case
from app.extensions import db
from app.identity.actors import Actor
from app.identity.models import Staff
from app.kit.numbers import amount
from app.kit.roles import Role
from app.payments import receipts, tills
from app.payments.models import Bill
from app.payments.return_models import CashDay, CashEntry, Refund
from app.payments.states import COUNTER, RefundState
from app.web.language import lang, t
from app.web.moments import clock_words, day_of, day_words


class Till:
    """The cashier's own open till, if there is one."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        assert actor.staff_id is not None
        self.day = tills.running(actor.staff_id)
        self.agencies = [
            (each.id, each.name[lang()])
            for each in profile().agencies.values()
            if any(grant.role == Role.CASHIER and grant.agency in (None, each.id) for grant in actor.grants)
        ]
        self.entries = entry_rows(tills.entries(self.day.id)) if self.day else []

    @property
    def heading(self) -> str:
        assert self.day is not None
        date = day_words(self.day.on_day, self.day.agency)
        return t("payments.cashier.till_of", agency=profile().agency(self.day.agency).name[lang()], date=date)

    @property
    def to_pay_out(self) -> list[dict[str, Any]]:
        """What two officers have released and somebody comes for."""
        if self.day is None:
            return []
        return [refund_row(each) for each in _released(self.day, self.actor)]

    @property
    def change(self) -> str:
        """What is handed back to whoever gave more than the bill."""
        minor = request.args.get("change", 0, type=int)
        return amount(minor, self.day.currency, lang()) if self.day and 0 < minor < 10**9 else ""

    @property
    def receipt_url(self) -> str:
        code = request.args.get("receipt", "")
        return url_for("receipts.show", code=code) if code.isalnum() and code.isascii() else ""


def _released(day: CashDay, actor: Actor) -> list[Refund]:
    waiting = [each for each in refunding.queue(actor, Role.CASHIER, size=100) if each.agency == day.agency]
    return [each for each in waiting if each.state == RefundState.CONFIRMED and each.money.gateway == COUNTER]


def refund_row(refund: Refund) -> dict[str, Any]:
    case = db.session.get(Case, refund.case_id) if refund.case_id else None
    return {
        "id": refund.id,
        "number": case.number if case else "",
        "amount": amount(refund.amount, refund.currency, lang()),
    }


def entry_rows(entries: Iterable[CashEntry]) -> list[dict[str, Any]]:
    rows = list(entries)
    back = {entry.money_id for entry in rows if entry.amount < 0}
    cases = _cases_of([entry.money.bill_id for entry in rows if entry.money.bill_id])
    found = []
    for entry in rows:
        case, receipt = cases.get(entry.money.bill_id), receipts.receipt_of_money(entry.money_id)
        found.append(
            {
                "id": entry.money_id,
                "number": case.number if case else "",
                "receipt": receipt.number if receipt else "",
                "receipt_url": url_for("receipts.show", code=receipt.code) if receipt else "",
                "method": t(f"payments.methods.{entry.method}"),
                "amount": amount(entry.amount, entry.money.currency, lang()),
                "at": clock_words(entry.at, case.agency) if case else "",
                "may_reverse": entry.amount > 0 and entry.money_id not in back and _waits(case),
            }
        )
    return found


def _waits(case: Case | None) -> bool:
    """Whether the case still stands where money is taken: nothing has been issued for it yet."""
    return case is not None and fees.pay_step(case) is not None


def _cases_of(bill_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID | None, Case]:
    query = select(Bill.id, Case).join(Case, Case.id == Bill.case_id).where(Bill.id.in_(bill_ids))
    return {row[0]: row[1] for row in db.session.execute(query).unique()}


class Counter:
    """One bill as a cashier sees it: number, service, amount, until when. No name, no answers."""

    def __init__(self, bill: Bill, case: Case, actor: Actor) -> None:
        self.bill, self.case = bill, case
        assert actor.staff_id is not None
        self.day = tills.running(actor.staff_id)
        self.amount = fees.amount_of(bill, lang())
        until = fees.pay_deadline(case)
        facts = [
            ("request", case.number),
            ("service", service_of(case).title_in_messages(lang())),
            ("agency", agency_of(case).name[lang()]),
        ]
        self.rows: list[dict[str, Any]] = [
            {"label": t(f"payments.receipt.{key}"), "value": value} for key, value in facts
        ]
        if until:
            self.rows.append({"label": t("payments.cashier.until"), "value": day_of(until.last_on, case.agency)})
        self.rows += [{"label": label, "value": value} for label, value in receipting.line_rows(bill, lang())]
        self.rows.append({"label": t("payment.total"), "value": self.amount, "total": True})


class Report:
    """A till with its sums; the difference once it is closed."""

    def __init__(self, day: CashDay) -> None:
        self.day = day
        self.staff = db.session.get_one(Staff, day.staff_id)
        self.date = day_words(day.on_day, day.agency)
        self.place = place_of(day)
        self.entries = entry_rows(tills.entries(day.id))
        sums = tills.sums(day.id)
        facts = [
            ("cash", sums.cash),
            ("terminal", sums.terminal),
            ("taken", sums.taken),
            ("given_back", sums.given_back),
        ]
        self.rows: list[dict[str, Any]] = [
            {"label": t(f"payments.cashier.{key}"), "value": self._text(minor)} for key, minor in facts
        ]
        if day.closed_at is not None:
            self.rows += [
                {"label": t("payments.cashier.expected"), "value": self._text(day.expected or 0)},
                {"label": t("payments.cashier.counted"), "value": self._text(day.counted or 0)},
                {"label": t("payments.cashier.difference"), "value": difference_text(day), "total": True},
            ]

    @property
    def difference(self) -> int:
        return (self.day.counted or 0) - (self.day.expected or 0)

    def _text(self, minor: int) -> str:
        return amount(minor, self.day.currency, lang())


def place_of(day: CashDay) -> str:
    """Whose money lies in the till, and at which office it stands."""
    office, agency = profile().offices.get(day.office), profile().agency(day.agency).name[lang()]
    return f"{agency}{t('interface.files.comma')}{office.name[lang()]}" if office else agency


def difference_text(day: CashDay) -> str:
    """In words: a sign before a figure changes sides between the two directions of writing."""
    minor = (day.counted or 0) - (day.expected or 0)
    if not minor:
        return t("payments.cashier.none")
    word = "payments.cashier.short" if minor < 0 else "payments.cashier.over"
    return t(word, amount=amount(abs(minor), day.currency, lang()))


def days(rows: Sequence[CashDay]) -> list[dict[str, Any]]:
    """Tills in a list: whose, which day, and by how much the count differed."""
    names = dict(
        db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_([day.staff_id for day in rows]))).all()
    )
    return [
        {
            "id": day.id,
            "date": day_of(day.on_day, day.agency),
            "cashier": names.get(day.staff_id, ""),
            "place": place_of(day),
            "is_open": day.closed_at is None,
            "difference": difference_text(day),
            "differs": day.closed_at is not None and day.counted != day.expected,
        }
        for day in rows
    ]
