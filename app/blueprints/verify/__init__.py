"""Checking a printed code: what the portal says to a stranger with a paper in the hand. Endpoints are named `verify.*`.

Shows no name and no identity number. Not for guards: the QR code of a pass leads to the gate's own page.
"""

from app.blueprints.verify.routes import blueprint

__all__ = ["blueprint"]
