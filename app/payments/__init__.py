"""Money for a request: bills, trips to the payment gateway, what arrived, receipts, refunds, the cashier's day.

The gateway's own answer, asked for by us, is the only thing that makes a bill paid; the books keep every amount that
arrived once, whatever it was for. Not for the case that is paid for: this room knows its id and takes no step of it
(app/cases/billing.py does), and not for messages or papers about money.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    from app.payments import models, return_models  # noqa: F401  the tables belong to the schema even if nothing has been billed yet
