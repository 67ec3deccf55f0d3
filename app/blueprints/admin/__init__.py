"""Pages for administrators and auditors: accounts of staff, their roles and sessions; the audit."""

from app.blueprints.admin import audit_routes
from app.blueprints.admin.routes import blueprint

__all__ = ["audit_routes", "blueprint"]
