"""The cashier: opens a till, takes fees for bills, hands back what was released, counts and closes."""

from app.blueprints.cashier.routes import blueprint

__all__ = ["blueprint"]
