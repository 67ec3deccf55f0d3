"""The front page: what there is, and the demo people to try it with."""

from flask import Blueprint, Response, jsonify, redirect, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound

from sandbox.fonts import find_font
from sandbox.pages import page, wants_json
from sandbox.world import world

blueprint = Blueprint("index", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    return page("index.html", people=world().people, portal=world().options.portal_url, active=world().faults.active())


@blueprint.get("/healthz")
def health() -> ResponseReturnValue:
    return jsonify(ok=True)


@blueprint.post("/reset")
def reset() -> ResponseReturnValue:
    """Forget messages, mail, faults and sign-ins; clock, keys and clients stay."""
    world().reset()
    return jsonify(ok=True) if wants_json() else redirect(url_for(".index"), 303)


@blueprint.get("/fonts/<weight>")
def font(weight: str) -> ResponseReturnValue:
    """The portal's own typeface when it is installed; without it the system draws."""
    file = find_font(weight)
    if file is None:
        return Response(status=404)
    answer = send_from_directory(file.parent, file.name, mimetype="font/ttf")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@blueprint.app_errorhandler(NotFound)
def not_found(_: NotFound) -> ResponseReturnValue:
    return page("error.html", 404, reason="not_found")


@blueprint.app_errorhandler(HTTPException)
def other_error(error: HTTPException) -> ResponseReturnValue:
    return page("error.html", error.code or 500, reason="other")
