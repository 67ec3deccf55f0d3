"""What this room says to the application: language, headers, assets, errors, and the names templates may use."""

from flask import Flask, g

from app.cases.queries import unread_of
from app.identity import sessions
from app.identity.browser import current_browser
from app.identity.models import WebSession
from app.web import assets, banner, drawn_once, errors, headers, language, moments


def init_app(app: Flask) -> None:
    app.wsgi_app = language.LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.globals.update(
        t=language.t,
        plural=language.plural,
        csp_nonce=headers.csp_nonce,
        other_language_url=language.other_language_url,
        unread_messages=unread_messages,
        banner=banner.banner,
        is_demo=banner.is_demo,
        drawn_once=drawn_once.drawn_once,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["drawn"] = drawn_once.Pieces()
    sessions.read_along("unread", unread_of(WebSession.person_id))
    app.context_processor(lambda: language.spoken(language.lang()))
    assets.register(app)
    headers.register(app)
    errors.register(app)
    moments.register(app)


def unread_messages() -> int:
    """Unread messages of the signed-in citizen, counted when his session was read."""
    found = None if g.get("database_away") else current_browser().found
    return int(found.along["unread"] or 0) if found and found.kind == "citizen" else 0
