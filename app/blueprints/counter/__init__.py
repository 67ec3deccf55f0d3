"""The counter: a clerk finds a client who stands there, files for him, opens a request with his code, hands over.

What may be shown and done is decided in app/cases/counter; each page says for whom it is.
"""

from app.blueprints.counter import case_routes, day_routes, filing_routes, keeping
from app.blueprints.counter.frame import blueprint

__all__ = ["blueprint", "case_routes", "day_routes", "filing_routes", "keeping"]
