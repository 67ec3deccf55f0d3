"""The staff sign-in: one button per demo person; real providers ask for a password and a second factor here."""

from flask import g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from sandbox.oidc.endpoints import provider_blueprint, refuse, signed_in
from sandbox.oidc.provider import Attempt
from sandbox.pages import browser, page
from sandbox.world import world

blueprint = provider_blueprint("staff")


def _attempt(key: str) -> Attempt:
    attempt = world().providers["staff"].attempts.get(key)
    if attempt is None or attempt.browser != browser():
        raise NotFound
    g.wished_language = attempt.language
    return attempt


@blueprint.errorhandler(NotFound)
def gone(_: NotFound) -> ResponseReturnValue:
    return page("error.html", 404, reason="attempt")


@blueprint.get("/sign-in/<attempt>")
def sign_in(attempt: str) -> ResponseReturnValue:
    _attempt(attempt)
    return page("staff.html", attempt=attempt, people=world().people.staff)


@blueprint.post("/sign-in/<attempt>")
def choose(attempt: str) -> ResponseReturnValue:
    begun = _attempt(attempt)
    person = world().people.employee(request.form.get("person", ""))
    if person is None:
        return page("staff.html", 422, attempt=attempt, people=world().people.staff)
    return signed_in(world().providers["staff"], attempt, begun, person)


@blueprint.post("/sign-in/<attempt>/cancel")
def cancel(attempt: str) -> ResponseReturnValue:
    begun = _attempt(attempt)
    world().providers["staff"].attempts.take(attempt)
    return refuse(begun, "access_denied", "cancelled")
