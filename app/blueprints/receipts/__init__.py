"""A receipt for whoever holds its link: number, date, amount, service and state, and the paper. No name, no sign-in."""

from app.blueprints.receipts.routes import blueprint

__all__ = ["blueprint"]
