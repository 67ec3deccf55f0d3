"""Moyasar: invoices with a hosted page, basic authentication with the key as user name, amounts in minor units."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from app.payments.gateways.base import (
    Charge,
    Event,
    GatewayAway,
    GatewayRefused,
    Invoice,
    MalformedEvent,
    Order,
    PaymentGateway,
)

PAID = {"paid", "captured", "refunded"}
OPEN = {"initiated", "on_hold"}
MOST_PAGES = 1000


class Moyasar(PaymentGateway):
    kind = "moyasar"

    def create(self, order: Order) -> Invoice:
        body: dict[str, Any] = {
            "amount": order.amount,
            "currency": order.currency,
            "description": order.description,
            "success_url": order.return_url,
            "back_url": order.return_url,
            "callback_url": order.callback_url,
            "metadata": {"attempt": order.reference, "language": order.language},
        }
        if order.until is not None:
            body["expired_at"] = order.until.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return _invoice(self._needed(self.call("POST", "/v1/invoices", json=body)))

    def find(self, ref: str) -> Invoice | None:
        found = self.call("GET", f"/v1/invoices/{_plain(ref)}")
        return None if found is None else _invoice(found)

    def search(self, reference: str) -> Invoice | None:
        found = self._needed(self.call("GET", "/v1/invoices", params={"metadata[attempt]": reference}))
        invoices = map(_invoice, _listed(found))
        # Whether the gateway narrows by metadata or not: only the one that carries our reference is ours.
        return next((each for each in invoices if each.reference == reference), None)

    def cancel(self, ref: str) -> None:
        self._needed(self.call("PUT", f"/v1/invoices/{_plain(ref)}/cancel"))

    def refund(self, charge_ref: str, amount: int) -> None:
        path = f"/v1/payments/{_plain(charge_ref)}"
        if _charge(self._needed(self.call("GET", path))).refunded >= amount:
            return
        self._needed(self.call("POST", f"{path}/refund", json={"amount": amount}))

    def statement(self, since: datetime) -> Iterator[Invoice]:
        first = since.astimezone(UTC).isoformat().replace("+00:00", "Z")
        for page in range(1, MOST_PAGES):
            found = self._needed(self.call("GET", "/v1/invoices", params={"created[gt]": first, "page": page}))
            yield from map(_invoice, _listed(found))
            if not _more(found):
                return

    @classmethod
    def read_event(cls, body: bytes) -> Event:
        try:
            found = json.loads(body)
            data = found["data"]
            metadata = data.get("metadata") or {}
            words = (found["id"], found["type"], found.get("secret_token", ""))
            places = (data.get("invoice_id") or "", metadata.get("attempt") or "")
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as wrong:
            raise MalformedEvent("not an event") from wrong
        if not all(isinstance(each, str) for each in (*words, *places)) or not words[0]:
            raise MalformedEvent("a field is not text")
        if any("\x00" in each or not each.isprintable() for each in (*words, *places)):
            raise MalformedEvent("a field is not plain")
        return Event(words[0][:80], words[1][:40], words[2][:200], places[0][:80], places[1][:80])

    @staticmethod
    def _needed(found: Mapping[str, Any] | None) -> Mapping[str, Any]:
        if found is None:
            raise GatewayRefused("not_found")
        return found


def _plain(ref: str) -> str:
    """An id of the gateway inside an address: letters, digits and hyphens, so that it cannot lead elsewhere."""
    if not ref or not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in ref):
        raise GatewayRefused("bad_reference")
    return ref


def _listed(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in found.get("invoices") or () if isinstance(each, dict)]


def _more(found: Mapping[str, Any]) -> bool:
    meta = found.get("meta") or {}
    return bool(meta.get("next_page"))


def _invoice(found: Mapping[str, Any]) -> Invoice:
    """Raises GatewayAway for an answer that lacks what decides."""
    try:
        status = str(found["status"])
        return Invoice(
            ref=str(found["id"]),
            reference=str((found.get("metadata") or {}).get("attempt") or ""),
            amount=int(found["amount"]),
            currency=str(found["currency"]),
            is_open=status in OPEN,
            status=status,
            url=str(found.get("url") or ""),
            charges=tuple(_charge(each) for each in found.get("payments") or ()),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise GatewayAway("unreadable", taken=None) from wrong


def _charge(found: Mapping[str, Any]) -> Charge:
    source = found.get("source") or {}
    paid_at = datetime.fromisoformat(str(found.get("captured_at") or found["created_at"]))
    return Charge(
        ref=str(found["id"]),
        is_paid=str(found["status"]) in PAID,
        amount=int(found["amount"]),
        currency=str(found["currency"]),
        paid_at=paid_at if paid_at.tzinfo else paid_at.replace(tzinfo=UTC),
        refunded=int(found.get("refunded") or 0),
        method=str(source.get("type") or "card")[:20],
        brand=str(source.get("company") or "")[:20],
        last4="".join(letter for letter in str(source.get("number") or "") if letter.isdigit())[-4:],
    )
