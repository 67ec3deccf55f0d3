"""The desk of officers: the queue of open cases, and one page per case on which everything is read and decided.

Which cases somebody sees and which steps are his is decided in app/cases (queries, policy), never here.
"""

from app.blueprints.desk import case_routes, overview_routes, performance_routes, queue_routes, request_routes
from app.blueprints.desk.frame import blueprint

__all__ = ["blueprint", "case_routes", "overview_routes", "performance_routes", "queue_routes", "request_routes"]
