"""Paying a bill: what it is for, the way to the hosted page and back. Nothing said on the way back makes it paid."""

from app.blueprints.pay.routes import blueprint

__all__ = ["blueprint"]
