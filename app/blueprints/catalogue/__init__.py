"""The catalogue and the card of each service: find and understand. Endpoints are named `services.*`.

What is said here comes from the declarations alone; filing begins in the `apply` blueprint.
"""

from flask import Flask

from app.blueprints.catalogue.routes import blueprint
from app.blueprints.catalogue.search import Catalogue

__all__ = ["blueprint", "init_app"]


def init_app(app: Flask) -> None:
    app.extensions["catalogue"] = Catalogue(app.extensions["services"], app.extensions["profile"])
