"""The sandbox's bank over real HTTP inside the test's process, its clock the portal's, its call-backs sent by hand."""

import threading
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from sandbox.bank import shapes
from sandbox.bank.ledger import Ledger
from sandbox.options import Options
from sandbox.server import _QuietHandler, create_app, make_world

KEY, SECRET = "demo-bank-key", "demo-webhook-secret"


class Bank:
    """`pay` is what a person does on the hosted page; `tell` delivers the call-backs that are waiting."""

    def __init__(self, data: Path, clock_file: Path | None = None) -> None:
        data.mkdir(parents=True, exist_ok=True)
        options = Options(data=data, url="http://127.0.0.1:1", bank_secret=SECRET, gateway_keys={"bank": KEY},
                          clock_file=clock_file or data / "clock")  # fmt: skip
        self.world = make_world(options)
        application = create_app(self.world)
        self.server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_QuietHandler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.world.options = Options(**{**options.__dict__, "url": self.url})
        self.ledger = Ledger(self.world)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def invoices(self) -> list[Any]:
        return self.world.store.rows("SELECT * FROM bank_invoice ORDER BY created_at, id")

    def pay(self, ref: str, way: str = "success") -> str:
        return self.ledger.pay(ref, way)

    def events(self) -> list[dict[str, Any]]:
        """Every call-back that is due, as it goes over the wire."""
        found = []
        for row in self.world.store.rows("SELECT * FROM bank_event WHERE due <= ?", self.world.clock.now().timestamp()):
            invoice, payment = self.ledger.find(row["invoice_id"]), self.ledger.payment(row["payment_id"])
            assert invoice is not None
            assert payment is not None
            secret = "not-the-secret" if row["lie"] else SECRET
            found.append(shapes.event(row, shapes.payment(payment, invoice), secret))
        return found

    def tell(self, app: Flask) -> list[int]:
        """Deliver them; the portal's answers."""
        client = app.test_client()
        return [client.post("/hooks/payments", json=event).status_code for event in self.events()]

    def taken(self) -> int:
        """What the bank says was paid, in minor units, whatever became of it."""
        row = self.world.store.row("SELECT coalesce(sum(amount), 0) AS sum FROM bank_payment WHERE status <> 'failed'")
        assert row is not None
        return int(row["sum"])
