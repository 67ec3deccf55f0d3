"""What this room says to the application: language, headers, assets, errors, and the names templates may use."""

from flask import Flask

from app.cases.queries import unread_of
from app.identity import sessions
from app.identity.models import WebSession
from app.web import assets, banner, drawn_once, drawn_rows, errors, frame, headers, language, moments


def init_app(app: Flask) -> None:
    app.wsgi_app = language.LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.globals.update(
        t=language.t,
        plural=language.plural,
        csp_nonce=headers.csp_nonce,
        unread_messages=frame.unread_messages,
        gaps_of_frame=frame.gaps_of_frame,
        banner=banner.banner,
        is_demo=banner.is_demo,
        drawn_once=drawn_once.drawn_once,
        drawn_rows=drawn_rows.drawn_rows,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["drawn"] = drawn_once.Pieces()
    sessions.read_along("unread", unread_of(WebSession.person_id))
    app.context_processor(lambda: language.spoken(language.lang()))
    assets.register(app)
    headers.register(app)
    errors.register(app)
    moments.register(app)
