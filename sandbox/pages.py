"""How every page of the sandbox is drawn: language, words, nonce, security headers, the browser's own mark."""

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, render_template, request
from hijridate import Gregorian
from markupsafe import Markup

from sandbox.clock import ZONE
from sandbox.words import LANGUAGES
from sandbox.world import world

BROWSER = "sandbox_browser"
LANGUAGE = "sandbox_language"


def add_pages(app: Flask) -> None:
    app.before_request(_refuse_foreign_posts)
    app.after_request(_finish)
    app.jinja_env.globals.update(t=t, ltr=ltr, day=day, language=language, nonce=nonce, other_language=other_language)
    app.jinja_env.filters["instant"] = datetime.fromisoformat
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def page(template: str, status: int = 200, **context: Any) -> Response:
    return make_response(render_template(template, **context), status)


def wants_json() -> bool:
    """Tests and scripts ask with JSON or for JSON; browsers post forms."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def posted() -> dict[str, str]:
    """The fields of a form or of a JSON object, as text; anything else is empty."""
    if not request.is_json:
        return request.form.to_dict()
    data = request.get_json(silent=True)
    fields = data.items() if isinstance(data, dict) else ()
    return {str(name): str(value) for name, value in fields if value is not None}


def language() -> str:
    """Chosen on this page, else wished by the client that sent the person here, else chosen before; Arabic else."""
    wished = request.args.get("lang") or g.get("wished_language") or request.cookies.get(LANGUAGE, "")
    return wished if wished in LANGUAGES else "ar"


def other_language() -> str:
    """This page's address in the other language."""
    return f"{request.path}?lang={'en' if language() == 'ar' else 'ar'}"


def t(key: str, **values: object) -> str:
    return world().words.text(language(), key, **values)


def ltr(text: object) -> Markup:
    """A number, code or address that keeps its order inside Arabic text."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def day(instant: datetime) -> str:
    """Hijri first, then the Gregorian day in brackets, then the time, as the agencies' zone sees it."""
    here = instant.astimezone(ZONE)
    hijri = Gregorian.fromdate(here.date()).to_hijri()
    return t(
        "dates.day",
        day=hijri.day, month=t(f"dates.hijri.m{hijri.month}"), year=hijri.year,
        gday=here.day, gmonth=t(f"dates.gregorian.m{here.month}"), gyear=here.year, time=f"{here:%H:%M}",
    )  # fmt: skip


def nonce() -> str:
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return str(g.nonce)


def browser() -> str:
    """The mark of this browser; given with the first answer, so that nobody else can finish what it began."""
    if "browser" not in g:
        g.browser = request.cookies.get(BROWSER) or secrets.token_urlsafe(24)
    return str(g.browser)


def _refuse_foreign_posts() -> Response | None:
    """Another site's page must not press our buttons; programs send no such header and may."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        return Response(status=403)
    return None


def _finish(answer: Response) -> Response:
    """Set after every answer, so that no page can forget it."""
    if "browser" in g and request.cookies.get(BROWSER) != g.browser:
        answer.set_cookie(BROWSER, g.browser, httponly=True, samesite="Lax")
    if request.args.get("lang") in LANGUAGES:
        answer.set_cookie(LANGUAGE, request.args["lang"], httponly=True, samesite="Lax")
    answer.headers.setdefault("Content-Security-Policy", _policy())
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "static":
        answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _policy() -> str:
    # Chromium applies form-action to the redirects after a form too: the way back to the clients must be named.
    clients = [client for provider in world().providers.values() for client in provider.clients.all()]
    given = [uri for client in clients for uri in client.redirect_uris]
    uris = [urlsplit(uri) for uri in (*given, world().options.portal_url)]
    back = sorted({f"{uri.scheme}://{uri.netloc}" for uri in uris})
    return (
        f"default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'; "
        f"script-src 'nonce-{nonce()}'; base-uri 'none'; frame-ancestors 'self'; form-action 'self' {' '.join(back)}"
    )
