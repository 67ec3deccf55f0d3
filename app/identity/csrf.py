"""Is this POST meant by the person who sends it? Origin and Sec-Fetch-Site first, then a token bound to the session.

The HX-Request header is no proof: it only says what to answer.
"""

import hmac
import secrets

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from app.identity.addresses import parts_of
from app.identity.browser import cookie_name, current_browser, set_cookie
from app.kit.errors import Refused

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
# Stands where a token will stand; a private code point, which no text that is accepted holds.
MARK = "\ue002"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CrossSite(Refused):
    """The request came from a page of somebody else."""

    text_key = "login.cross_site.text"
    status = 400


class StaleForm(Refused):
    """The form is ours, but its token is not: another sign-in since, or a cookie that was lost."""

    text_key = "login.stale_form.text"
    status = 400


def origin_of(address: str) -> str:
    parts = parts_of(address)
    return f"{parts.scheme}://{parts.netloc}"


def own_origins() -> set[str]:
    settings = current_app.config["SETTINGS"]
    origins = {origin_of(settings.public_url)}
    # In development the portal is opened under whatever name the machine has.
    return origins if settings.production else origins | {origin_of(request.host_url)}


def check_origin() -> None:
    """Refuse a request that a browser says comes from elsewhere; raises CrossSite."""
    origin = request.headers.get("Origin")
    if origin is not None and origin not in own_origins():
        raise CrossSite
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise CrossSite


def check_token() -> None:
    """Refuse a request without the token of this session (or of this visitor); raises StaleForm."""
    if not is_token_good():
        raise StaleForm


def is_token_good() -> bool:
    given = request.headers.get(HEADER) or request.form.get(FIELD) or ""
    return any(hmac.compare_digest(given.encode(), token.encode()) for token in _accepted())


def _accepted() -> list[str]:
    found = current_browser().found
    if found is not None and found.actor is not None:
        return [_token(found.csrf_secret)]
    visitor = request.cookies.get(cookie_name(current_app, "visitor"))
    accepted = [_token(visitor.encode())] if visitor else []
    # A form drawn before the session ran out still shows that this browser asked for it.
    return [*accepted, _token(found.csrf_secret)] if found is not None and found.owner is not None else accepted


def _token(secret: bytes) -> str:
    """Worked out once a request: a page has a form in its menu, in its warning and in itself."""
    known: dict[bytes, str] = g.setdefault("csrf_tokens", {})
    if secret not in known:
        key = current_app.config["SETTINGS"].secret_key.encode()
        known[secret] = hmac.digest(key, b"csrf:" + secret, "sha256").hex()
    return known[secret]


def csrf_token() -> str:
    """The token for forms of this page. A visitor who has none gets a cookie to bind it to."""
    found = current_browser().found
    if found is not None and found.actor is not None:
        return _token(found.csrf_secret)
    if "visitor" not in g:
        g.visitor = request.cookies.get(cookie_name(current_app, "visitor"))
        if not g.visitor:
            g.visitor = g.new_visitor = secrets.token_urlsafe(32)
    return _token(g.visitor.encode())


def csrf_field() -> Markup:
    """The hidden field of a form; a mark in its place while a piece is drawn that is kept for everybody."""
    if mark := g.get("token_mark"):
        return Markup(mark)  # noqa: S704 - one character of our own
    return Markup(f'<input type="hidden" name="{FIELD}" value="{csrf_token()}">')  # noqa: S704 - hexadecimal digits


def register(app: Flask) -> None:
    app.jinja_env.globals.update(csrf_token=csrf_token, csrf_field=csrf_field)

    @app.after_request
    def give_visitor_cookie(response: Response) -> Response:
        if "new_visitor" in g:
            set_cookie(app, response, "visitor", g.new_visitor)
        return response
