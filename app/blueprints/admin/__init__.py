"""The administrator's pages: accounts of staff, their roles and sessions."""

from app.blueprints.admin.routes import blueprint

__all__ = ["blueprint"]
