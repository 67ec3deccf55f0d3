"""Staff's door: /desk/login, /desk/callback, /desk/logout."""

import uuid

from flask import Blueprint, Response, redirect, request, url_for

from app.blueprints.login import own_sessions
from app.blueprints.login.kept import kept_page
from app.blueprints.login.pages import again_seconds, ended, left, not_begun, refusal
from app.extensions import limiter
from app.identity import access, signin
from app.identity.access import current_actor
from app.identity.addresses import safe_next
from app.identity.refusals import SignInRefused
from app.web.language import lang
from app.web.pages import page

blueprint = Blueprint("desk_login", __name__, url_prefix="/desk")


@blueprint.get("/login")
@access.public
def start() -> Response:
    back_to = _wanted(request.args.get("next"))
    again = again_seconds()
    if current_actor() is not None and again is None:
        return redirect(back_to, 303)  # type: ignore[return-value]
    return page("login/staff.html", next=back_to, again=again)


@blueprint.post("/login")
@access.public
@limiter.limit("60/minute")
def begin() -> Response:
    back_to = _wanted(request.form.get("next"))
    try:
        address = signin.begin("staff", language=lang(), back_to=back_to, max_age=again_seconds())
    except SignInRefused as refused:
        signin.note_refusal("staff", refused)
        return not_begun("desk_login", refused, back_to)
    return redirect(address, 303)  # type: ignore[return-value]


def _wanted(path: str | None) -> str:
    """The page that was asked for; not the queue, which is not for every role: home knows where whose work begins.

    Said here, where the language of the address is known: the callback has none.
    """
    wanted = safe_next(path, "")
    return url_for("desk.home") if wanted in ("", url_for("desk.queue")) else wanted


@blueprint.get("/callback")
@access.public
@limiter.limit("120/minute")
def callback() -> Response:
    return ended("desk_login", signin.finish("staff", request.args), url_for("desk.home"))


@blueprint.get("/login/refused")
@access.public
def refused() -> Response:
    return refusal("desk_login", request.args.get("why", ""), safe_next(request.args.get("next"), ""))


@blueprint.post("/logout")
@access.public
def logout() -> Response:
    return left(signin.leave("staff", lang()) or url_for("desk_login.start"))


@blueprint.get("/sessions")
@access.staff()
def sessions() -> Response:
    return own_sessions.show("desk_login")


@blueprint.post("/sessions")
@access.staff()
def end_session() -> Response:
    return own_sessions.end("desk_login")


@blueprint.get("/kept/<uuid:form_id>")
@access.staff()
def kept(form_id: uuid.UUID) -> Response:
    return kept_page(form_id)
