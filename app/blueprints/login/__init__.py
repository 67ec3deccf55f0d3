"""Citizens sign in and out: our own pages around the national provider, and what the provider calls.

Staff have their own door (desk_login). How a sign-in is checked stands in app/identity.
"""

from flask import Flask

from app.blueprints.login.forms_again import show_cross_site, show_stale
from app.blueprints.login.routes import blueprint
from app.identity.csrf import CrossSite, StaleForm

__all__ = ["blueprint", "init_app"]


def init_app(app: Flask) -> None:
    app.register_error_handler(StaleForm, show_stale)
    app.register_error_handler(CrossSite, show_cross_site)
