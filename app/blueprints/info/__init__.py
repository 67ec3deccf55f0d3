"""Lasting texts about the portal (what it is, accessibility, privacy) and all announcements. No data of people."""

from app.blueprints.info.routes import blueprint

__all__ = ["blueprint"]
