"""Call-backs on their way to the portal, by the demo clock; a portal that is away is tried again, later each time."""

import logging
import sqlite3
import threading
from typing import Any

import requests

from sandbox.bank import shapes
from sandbox.bank.ledger import Ledger
from sandbox.world import World

log = logging.getLogger("sandbox.bank")
STEP = 0.5
TRIES = 6


class BankPostman(threading.Thread):
    def __init__(self, world: World) -> None:
        super().__init__(name="bank", daemon=True)
        self._world = world
        self._done, self._bell = threading.Event(), threading.Event()
        self._session = requests.Session()

    def run(self) -> None:
        while not self._done.is_set():
            self._bell.wait(STEP)
            self._bell.clear()
            now = self._world.clock.now().timestamp()
            due = "SELECT * FROM bank_event WHERE answer IS NULL AND due <= ? ORDER BY due, n LIMIT 50"
            for row in self._world.store.rows(due, now):
                self.deliver(row)

    def wake(self) -> None:
        """Something new is due."""
        self._bell.set()

    def stop(self) -> None:
        """Ask it to end and wait a moment; what is under way is posted again after the next start."""
        self._done.set()
        self._bell.set()
        self.join(2)

    def deliver(self, row: sqlite3.Row) -> None:
        answer, tries = self._post(row), row["tries"] + 1
        if (answer in {"", "429"} or answer.startswith("5")) and tries < TRIES:
            due = self._world.clock.now().timestamp() + 2.0**tries
            self._world.store.run("UPDATE bank_event SET tries = ?, due = ? WHERE n = ?", tries, due, row["n"])
            return
        self._world.store.run(
            "UPDATE bank_event SET tries = ?, answer = ? WHERE n = ?", tries, answer or "unreachable", row["n"]
        )

    def _post(self, row: sqlite3.Row) -> str:
        """The status the portal answered with, or nothing."""
        ledger, options = Ledger(self._world), self._world.options
        invoice, payment = ledger.find(row["invoice_id"]), ledger.payment(row["payment_id"])
        if invoice is None or payment is None:
            return "gone"
        secret = "not-the-secret" if row["lie"] else options.bank_secret
        body: dict[str, Any] = shapes.event(row, shapes.payment(payment, invoice), secret)
        address = f"{options.portal_url}/hooks/payments"
        try:
            return str(self._session.post(address, json=body, timeout=5, allow_redirects=False).status_code)
        except requests.RequestException as error:
            log.info("call-back not delivered: %s", type(error).__name__)
            return ""
