"""The front door of the portal: search, the quick inquiry, the four stages, services, agencies, announcements.

Also gives every layout its contact channels. Not for pages of one service (catalogue) or lasting texts (info).
"""

from flask import Flask

from app.blueprints.home.routes import blueprint
from app.web import contacts

__all__ = ["blueprint", "init_app"]


def init_app(app: Flask) -> None:
    app.jinja_env.globals["contacts"] = contacts.contacts
