from flask import Blueprint, Response

from app.blueprints.home.announcements import announcements as announced
from app.identity import access
from app.web.pages import page

blueprint = Blueprint("info", __name__)


@blueprint.get("/about")
@access.public
def about() -> Response:
    return page("info/about.html")


@blueprint.get("/accessibility")
@access.public
def accessibility() -> Response:
    return page("info/accessibility.html")


@blueprint.get("/privacy")
@access.public
def privacy() -> Response:
    return page("info/privacy.html")


@blueprint.get("/announcements")
@access.public
def announcements() -> Response:
    return page("info/announcements.html", announcements=announced())
