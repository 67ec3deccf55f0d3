"""Delivery receipts on their way to the portal, by the demo clock; they survive a restart."""

import logging
import sqlite3
import threading
from typing import Any

import requests

from sandbox.sms.log import message_id
from sandbox.world import World

log = logging.getLogger("sandbox.receipts")
STEP = 0.1
TRIES = 6
UNIFONIC = {"sent": "Sent", "delivered": "Delivered", "failed": "Failed"}
DUE = (
    "SELECT receipt.id AS receipt_id, receipt.status, receipt.at, receipt.tries, receipt.lie, sms.*"
    " FROM receipt JOIN sms ON sms.id = receipt.sms_id WHERE receipt.answer IS NULL"
)


class Postman(threading.Thread):
    """Posts what is due, in the order of its due time; a portal that is away is tried again, later each time."""

    def __init__(self, world: World) -> None:
        super().__init__(name="receipts", daemon=True)
        self._world = world
        self._done = threading.Event()
        self._session = requests.Session()
        self._hands = threading.Lock()

    def run(self) -> None:
        while not self._done.wait(STEP):
            with self._hands:
                now = self._world.clock.now().timestamp()
                for row in self._world.store.rows(f"{DUE} AND due <= ? ORDER BY due, receipt.id LIMIT 50", now):
                    self.deliver(row)

    def stop(self) -> None:
        """Ask it to end and wait a moment; what is under way is posted again after the next start."""
        self._done.set()
        self.join(2)

    def flush(self, sms_id: int) -> None:
        """Deliver this message's receipts now, before the gateway has even answered the send."""
        with self._hands:
            for row in self._world.store.rows(f"{DUE} AND sms.id = ? ORDER BY receipt.id", sms_id):
                self.deliver(row)

    def deliver(self, row: sqlite3.Row) -> None:
        answer = self._post(row)
        tries = row["tries"] + 1
        again = answer in {"", "429"} or answer.startswith("5")
        if again and tries < TRIES:
            due = self._world.clock.now().timestamp() + 2.0**tries
            self._world.store.run("UPDATE receipt SET tries = ?, due = ? WHERE id = ?", tries, due, row["receipt_id"])
            return
        self._world.store.run(
            "UPDATE receipt SET tries = ?, answer = ? WHERE id = ?", tries, answer or "unreachable", row["receipt_id"]
        )

    def _post(self, row: sqlite3.Row) -> str:
        """The status the portal answered with, or nothing."""
        options = self._world.options
        address = row["callback"] or f"{options.portal_url}/hooks/sms/receipts/{row['protocol']}"
        token = "not-the-token" if row["lie"] == "wrong_token" else options.receipt_token
        body = _unifonic(row) if row["protocol"] == "unifonic" else _taqnyat(row)
        try:
            answer = self._session.post(
                address, **body, headers={"Authorization": f"Bearer {token}"}, timeout=5, allow_redirects=False
            )
        except requests.RequestException as error:
            log.info("receipt not delivered: %s", type(error).__name__)
            return ""
        return str(answer.status_code)


def _known(row: sqlite3.Row) -> tuple[int, str]:
    """Number and reference; of a message that never was, when the receipt is to be unknown."""
    if row["lie"] == "unknown":
        return 6_000_000_000 + row["id"], "00000000-0000-4000-8000-000000000000"
    return message_id(row), str(row["reference"] or "")


def _taqnyat(row: sqlite3.Row) -> dict[str, Any]:
    number, reference = _known(row)
    return {
        "json": {
            "messageId": number,
            "reference": reference,
            "recipient": row["recipient"],
            "status": row["status"],
            "time": row["at"],
        }
    }


def _unifonic(row: sqlite3.Row) -> dict[str, Any]:
    number, reference = _known(row)
    return {
        "data": {
            "MessageID": str(number),
            "CorrelationID": reference,
            "Recipient": row["recipient"],
            "Status": UNIFONIC[row["status"]],
            "DLRTime": row["at"],
        }
    }
