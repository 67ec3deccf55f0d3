"""What must survive a kill -9 of the sandbox: accepted messages, receipts still to send, mail, faults, clients."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS client (
    provider TEXT, client_id TEXT, data TEXT NOT NULL, PRIMARY KEY (provider, client_id));
CREATE TABLE IF NOT EXISTS fault (component TEXT PRIMARY KEY, kind TEXT NOT NULL, remaining INTEGER);
CREATE TABLE IF NOT EXISTS sms (
    id INTEGER PRIMARY KEY, gateway TEXT NOT NULL, protocol TEXT NOT NULL, reference TEXT, recipient TEXT NOT NULL,
    sender TEXT NOT NULL, body TEXT NOT NULL, accepted_at TEXT NOT NULL, callback TEXT,
    UNIQUE (gateway, reference, recipient));
CREATE INDEX IF NOT EXISTS sms_recipient ON sms (recipient);
CREATE TABLE IF NOT EXISTS sms_attempt (
    id INTEGER PRIMARY KEY, gateway TEXT NOT NULL, reference TEXT, outcome TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS receipt (
    id INTEGER PRIMARY KEY, sms_id INTEGER NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL, due REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, answer TEXT, lie TEXT);
CREATE INDEX IF NOT EXISTS receipt_due ON receipt (due) WHERE answer IS NULL;
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY, sender TEXT NOT NULL, recipients TEXT NOT NULL, received_at TEXT NOT NULL,
    raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS bank_invoice (
    id TEXT PRIMARY KEY, amount INTEGER NOT NULL, currency TEXT NOT NULL, description TEXT NOT NULL,
    callback_url TEXT NOT NULL, success_url TEXT NOT NULL, back_url TEXT NOT NULL, metadata TEXT NOT NULL,
    status TEXT NOT NULL, created_at TEXT NOT NULL, expired_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS bank_invoice_created ON bank_invoice (created_at);
CREATE INDEX IF NOT EXISTS bank_invoice_attempt ON bank_invoice (json_extract(metadata, '$.attempt'));
CREATE TABLE IF NOT EXISTS bank_payment (
    id TEXT PRIMARY KEY, invoice_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    status TEXT NOT NULL, created_at TEXT NOT NULL, refunded INTEGER NOT NULL, brand TEXT NOT NULL,
    last4 TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS bank_payment_invoice ON bank_payment (invoice_id);
CREATE TABLE IF NOT EXISTS bank_event (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL, invoice_id TEXT NOT NULL, payment_id TEXT NOT NULL, kind TEXT NOT NULL,
    at TEXT NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, answer TEXT, lie TEXT);
CREATE INDEX IF NOT EXISTS bank_event_due ON bank_event (due) WHERE answer IS NULL;
"""
EMPTIED_BY_RESET = (
    "fault", "sms", "sms_attempt", "receipt", "mail", "bank_invoice", "bank_payment", "bank_event",
)  # fmt: skip


class Store:
    """One SQLite connection for all threads: the load is a demonstration's, and one lock is easy to trust."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; other threads wait."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def run(self, sql: str, *values: Any) -> int:
        """Execute and commit one statement; the id of the inserted row, if any."""
        with self._lock:
            return self._connection.execute(sql, values).lastrowid or 0

    def reset(self) -> None:
        """Empty everything a test leaves behind; registered clients stay."""
        with self.transaction() as connection:
            for table in EMPTIED_BY_RESET:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  (names from the list above)
