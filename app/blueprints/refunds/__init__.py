"""The refund queue: money that is not ours, released by two officers who are never the same person."""

from app.blueprints.refunds.routes import blueprint

__all__ = ["blueprint"]
