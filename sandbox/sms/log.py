"""The gateways' memory: each message accepted once per reference, each request counted, through any kill -9."""

import json
import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.world import World

FIRST_MESSAGE_ID = 7_000_000_000
NOTHING = {"received": 0, "accepted": 0, "duplicates": 0}


@dataclass(frozen=True)
class Order:
    """One request to send, as the protocol's adapter understood it."""

    gateway: str
    protocol: str
    reference: str | None
    recipients: tuple[str, ...]
    sender: str
    body: str
    callback: str | None = None


def message_id(row: sqlite3.Row) -> int:
    return FIRST_MESSAGE_ID + int(row["id"])


def parts_of(body: str) -> int:
    """How many SMS it is sent as: UCS-2 as soon as one sign is not ASCII (near enough to the GSM alphabet here)."""
    units, single, several = (len(body), 160, 153) if body.isascii() else (len(body.encode("utf-16-be")) // 2, 70, 67)
    return 1 if units <= single else -(-units // several)


class SmsLog:
    def __init__(self, world: "World") -> None:
        self._world = world
        self._store = world.store
        self._file = world.options.data / "sms.log"

    def accept(self, order: Order, lie: str | None = None) -> tuple[sqlite3.Row, bool]:
        """Keep the order; the row of its first message, and whether it had been accepted before."""
        now = self._world.clock.now()
        with self._store.transaction() as connection:
            first = self._first(connection, order)
            outcome = "duplicate" if first else "accepted"
            connection.execute(
                "INSERT INTO sms_attempt (gateway, reference, outcome, at) VALUES (?, ?, ?, ?)",
                (order.gateway, order.reference, outcome, now.isoformat()),
            )
            if first:
                return first, True
            rows = [self._insert(connection, order, recipient, now, lie) for recipient in order.recipients]
        self._append(order, rows[0], now)
        return rows[0], False

    @staticmethod
    def _first(connection: sqlite3.Connection, order: Order) -> sqlite3.Row | None:
        found: sqlite3.Row | None = connection.execute(
            "SELECT * FROM sms WHERE gateway = ? AND reference = ? ORDER BY id LIMIT 1",
            (order.gateway, order.reference),
        ).fetchone()
        return found

    def _insert(
        self, connection: sqlite3.Connection, order: Order, recipient: str, now: datetime, lie: str | None
    ) -> sqlite3.Row:
        """The message and its receipts to come, in one transaction: neither is lost without the other."""
        values = (order.gateway, order.protocol, order.reference, recipient, order.sender, order.body)
        new = connection.execute(
            "INSERT INTO sms (gateway, protocol, reference, recipient, sender, body, accepted_at, callback)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, now.isoformat(), order.callback),
        ).lastrowid
        for status, seconds in self._plan(lie):
            at = now + timedelta(seconds=seconds)
            connection.execute(
                "INSERT INTO receipt (sms_id, status, at, due, lie) VALUES (?, ?, ?, ?, ?)",
                (new, status, now.isoformat(), at.timestamp(), lie),
            )
        row: sqlite3.Row = connection.execute("SELECT * FROM sms WHERE id = ?", (new,)).fetchone()
        return row

    def _plan(self, lie: str | None) -> list[tuple[str, float]]:
        """Which receipts come after how many seconds of the demo clock."""
        wait = self._world.options.receipt_seconds
        day = 86_400.0
        plans = {
            "never": [],
            "twice": [("sent", 0.0), ("sent", 0.0), ("delivered", wait), ("delivered", wait)],
            "reversed": [("delivered", 0.0), ("sent", wait)],
            "day_late": [("sent", day), ("delivered", day)],
            "early": [("sent", 0.0), ("delivered", 0.0)],
            "failed": [("sent", 0.0), ("failed", wait)],
        }
        return plans.get(lie or "", [("sent", 0.0), ("delivered", wait)])

    def refuse(self, gateway: str, reference: str | None, outcome: str) -> None:
        """A request came and no message was accepted."""
        self._store.run(
            "INSERT INTO sms_attempt (gateway, reference, outcome, at) VALUES (?, ?, ?, ?)",
            gateway, reference, outcome, self._world.clock.now().isoformat(),
        )  # fmt: skip

    def _append(self, order: Order, row: sqlite3.Row, now: datetime) -> None:
        line = {"at": now.isoformat(), "id": message_id(row), "gateway": order.gateway, "reference": order.reference,
                "recipients": order.recipients}  # fmt: skip
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def sent(self, to: str = "", gateway: str = "", reference: str = "") -> list[dict[str, Any]]:
        """Accepted messages, newest first; an empty argument means all."""
        rows = self._store.rows(
            "SELECT * FROM sms WHERE ? IN ('', recipient) AND ? IN ('', gateway) AND ? IN ('', reference)"
            " ORDER BY id DESC",
            to, gateway, reference,
        )  # fmt: skip
        return [self._as_json(row) for row in rows]

    @staticmethod
    def _as_json(row: sqlite3.Row) -> dict[str, Any]:
        names = ("gateway", "protocol", "reference", "recipient", "sender", "body", "accepted_at")
        return {"id": message_id(row), "parts": parts_of(row["body"]), **{name: row[name] for name in names}}

    def counts(self) -> dict[str, Any]:
        """For each reference: requests received, messages accepted, by which gateways."""
        references: dict[str, dict[str, Any]] = {}
        for row in self._store.rows("SELECT gateway, reference, outcome FROM sms_attempt ORDER BY id"):
            entry = references.setdefault(str(row["reference"]), dict(NOTHING, gateways=[]))
            entry["received"] += 1
            entry["accepted"] += row["outcome"] == "accepted"
            entry["duplicates"] += row["outcome"] == "duplicate"
            if row["outcome"] == "accepted":
                entry["gateways"].append(row["gateway"])
        totals = {name: sum(entry[name] for entry in references.values()) for name in NOTHING}
        return {**totals, "references": references}

    def counts_by_recipient(self) -> dict[str, int]:
        rows = self._store.rows("SELECT recipient, count(*) AS n FROM sms GROUP BY recipient ORDER BY max(id) DESC")
        return {row["recipient"]: row["n"] for row in rows}

    def newest(self, recipient: str) -> int:
        row = self._store.row("SELECT max(id) AS newest FROM sms WHERE recipient = ?", recipient)
        return int(row["newest"] or 0) if row else 0
