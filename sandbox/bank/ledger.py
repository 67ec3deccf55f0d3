"""What the bank knows: invoices, payments made on them, and call-backs still to send. Survives a restart."""

import json
import secrets
import sqlite3
import uuid
from typing import Any

from sandbox.world import World

# How a payment may go, as chosen on the hosted page.
WAYS = (
    "success", "decline", "abandon", "twice", "late", "never", "bad_signature", "wrong_amount", "wrong_currency",
    "charged_twice",
)  # fmt: skip
DAY = 86400.0
OPEN = "initiated"


class NotPayable(Exception):
    """The invoice is paid, cancelled or expired."""


class Ledger:
    def __init__(self, world: World) -> None:
        self._world, self._store = world, world.store

    def open(self, order: dict[str, Any]) -> sqlite3.Row:
        """A new invoice."""
        ref, at = str(uuid.uuid4()), self._now()
        self._store.run(
            "INSERT INTO bank_invoice VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ref, order["amount"], order["currency"], str(order.get("description", ""))[:255],
            str(order.get("callback_url") or ""), str(order.get("success_url") or ""), str(order.get("back_url") or ""),
            json.dumps(order.get("metadata") or {}), OPEN, at, str(order.get("expired_at") or ""),
        )  # fmt: skip
        found = self.find(ref)
        assert found is not None
        return found

    def find(self, ref: str) -> sqlite3.Row | None:
        self._expire()
        return self._store.row("SELECT * FROM bank_invoice WHERE id = ?", ref)

    def listed(self, *, since: str = "", reference: str = "", page: int = 1, size: int = 100) -> list[sqlite3.Row]:
        """Invoices in the order they were made; one more than `size` when there is a next page."""
        self._expire()
        return self._store.rows(
            "SELECT * FROM bank_invoice WHERE created_at > ? AND (? = '' OR json_extract(metadata, '$.attempt') = ?)"
            " ORDER BY created_at, id LIMIT ? OFFSET ?",
            since, reference, reference, size + 1, (page - 1) * size,
        )  # fmt: skip

    def payments(self, ref: str) -> list[sqlite3.Row]:
        return self._store.rows("SELECT * FROM bank_payment WHERE invoice_id = ? ORDER BY created_at, id", ref)

    def payment(self, ref: str) -> sqlite3.Row | None:
        return self._store.row("SELECT * FROM bank_payment WHERE id = ?", ref)

    def pay(self, ref: str, way: str) -> str:
        """What happens when the person presses; the status of the payment. Raises NotPayable."""
        invoice = self.find(ref)
        if invoice is None or invoice["status"] != OPEN:
            raise NotPayable
        amount, currency = invoice["amount"], invoice["currency"]
        if way == "wrong_amount":
            amount = max(1, amount // 2)
        if way == "wrong_currency":
            currency = "USD"
        status = "failed" if way == "decline" else "paid"
        with self._store.transaction() as connection:
            for _ in range(2 if way == "charged_twice" else 1):
                payment = self._charge(connection, ref, amount, currency, status)
                self._tell(connection, ref, payment, f"payment_{status}", way)
            if status == "paid":
                connection.execute("UPDATE bank_invoice SET status = 'paid' WHERE id = ?", (ref,))
        return status

    def _charge(self, connection: sqlite3.Connection, ref: str, amount: int, currency: str, status: str) -> str:
        payment = str(uuid.uuid4())
        last4 = f"{secrets.randbelow(10000):04d}"
        connection.execute(
            "INSERT INTO bank_payment VALUES (?, ?, ?, ?, ?, ?, 0, 'mada', ?)",
            (payment, ref, amount, currency, status, self._now(), last4),
        )
        return payment

    def _tell(self, connection: sqlite3.Connection, invoice: str, payment: str, kind: str, way: str) -> None:
        """Call-backs of a payment: none, one, the same one twice, or one that comes a day late."""
        if way == "never":
            return
        due = self._world.clock.now().timestamp() + (DAY if way == "late" else 0.0)
        event, lie = str(uuid.uuid4()), "bad_signature" if way == "bad_signature" else None
        for _ in range(2 if way == "twice" else 1):
            connection.execute(
                "INSERT INTO bank_event (id, invoice_id, payment_id, kind, at, due, lie) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (event, invoice, payment, kind, self._now(), due, lie),
            )

    def cancel(self, ref: str) -> sqlite3.Row | None:
        """Raises NotPayable when it is paid already."""
        invoice = self.find(ref)
        if invoice is not None and invoice["status"] not in (OPEN, "canceled", "expired"):
            raise NotPayable
        self._store.run("UPDATE bank_invoice SET status = 'canceled' WHERE id = ? AND status = ?", ref, OPEN)
        return self.find(ref)

    def refund(self, payment: str, amount: int) -> sqlite3.Row | None:
        """Raises NotPayable when there is nothing left to give back."""
        found = self.payment(payment)
        if found is None:
            return None
        if found["status"] not in ("paid", "refunded") or found["refunded"] + amount > found["amount"]:
            raise NotPayable
        self._store.run(
            "UPDATE bank_payment SET refunded = refunded + ?, status = 'refunded' WHERE id = ?", amount, payment
        )
        with self._store.transaction() as connection:
            self._tell(connection, found["invoice_id"], payment, "payment_refunded", "success")
        return self.payment(payment)

    def _expire(self) -> None:
        self._store.run(
            "UPDATE bank_invoice SET status = 'expired' WHERE status = ? AND expired_at <> ''"
            " AND julianday(expired_at) <= julianday(?)",
            OPEN, self._now(),
        )  # fmt: skip

    def _now(self) -> str:
        return self._world.clock.now().isoformat()
