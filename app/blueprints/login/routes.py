"""Citizens' door: /login, /auth/callback, /logout, and the provider's calls."""

import uuid

from flask import Blueprint, Response, jsonify, redirect, request, url_for

from app.blueprints.login import own_sessions
from app.blueprints.login.kept import kept_page
from app.blueprints.login.pages import again_seconds, ended, left, not_begun, refusal, service_named
from app.extensions import limiter, transaction
from app.identity import access, signin
from app.identity.access import current_actor
from app.identity.addresses import safe_next
from app.identity.logout import end_by_token
from app.identity.provider import public_keys
from app.identity.refusals import SignInRefused
from app.web.language import lang
from app.web.pages import page

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
@access.public
def start() -> Response:
    back_to = safe_next(request.args.get("next"), "")
    again = again_seconds()
    if current_actor() is not None and again is None:
        return redirect(back_to or url_for("account.index"), 303)  # type: ignore[return-value]
    return page("login/start.html", next=back_to, again=again, service=service_named(back_to))


@blueprint.post("/login")
@access.public
@limiter.limit("60/minute")
def begin() -> Response:
    back_to = safe_next(request.form.get("next"), "")
    try:
        address = signin.begin("citizen", language=lang(), back_to=back_to, max_age=again_seconds())
    except SignInRefused as refused:
        signin.note_refusal("citizen", refused)
        return not_begun("login", refused, back_to)
    return redirect(address, 303)  # type: ignore[return-value]


@blueprint.get("/auth/callback")
@access.public
@limiter.limit("120/minute")
def callback() -> Response:
    return ended("login", signin.finish("citizen", request.args), url_for("account.index"))


@blueprint.get("/login/refused")
@access.public
def refused() -> Response:
    return refusal("login", request.args.get("why", ""), safe_next(request.args.get("next"), ""))


@blueprint.post("/logout")
@access.public
def logout() -> Response:
    return left(signin.leave("citizen", lang()) or url_for("login.signed_out", only="portal"))


@blueprint.get("/signed-out")
@access.public
def signed_out() -> Response:
    return page("login/signed_out.html", portal_only=request.args.get("only") == "portal")


@blueprint.get("/sessions")
@access.citizen
def sessions() -> Response:
    return own_sessions.show("login")


@blueprint.post("/sessions")
@access.citizen
def end_session() -> Response:
    return own_sessions.end("login")


@blueprint.get("/kept/<uuid:form_id>")
@access.citizen
def kept(form_id: uuid.UUID) -> Response:
    return kept_page(form_id)


@blueprint.post("/auth/backchannel-logout")
@access.webhook
@limiter.limit("600/minute")
def backchannel() -> Response:
    try:
        with transaction():
            end_by_token(request.form.get("logout_token"))
    except SignInRefused as refused:
        answer = jsonify(error="invalid_request")
        answer.status_code = 503 if refused.page == "away" else 400
        return answer
    return Response(status=200)


@blueprint.get("/.well-known/jwks.json")
@access.public
def jwks() -> Response:
    answer = jsonify(public_keys())
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer
