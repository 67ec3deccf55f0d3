"""Pages for administrators, editors and auditors: accounts of staff and their sessions, announcements, the audit."""

from app.blueprints.admin import announcement_routes, audit_routes
from app.blueprints.admin.routes import blueprint

__all__ = ["announcement_routes", "audit_routes", "blueprint"]
