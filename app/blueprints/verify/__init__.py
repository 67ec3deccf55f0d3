"""Checking a printed code: what the portal says to a stranger with a paper in the hand. Endpoints are named `verify.*`.

Shows no name and no identity number. Not for guards: a signed-in one who scans a pass is taken to the gate's own page.
"""

from app.blueprints.verify.routes import blueprint

__all__ = ["blueprint"]
