"""What this room says to the application: language, headers, assets, errors, and the names templates may use."""

from typing import Any

from flask import Flask, g

from app.cases.queries import unread_count
from app.identity.access import current_actor
from app.web import assets, errors, headers, language, moments


def init_app(app: Flask) -> None:
    app.wsgi_app = language.LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.globals.update(
        t=language.t,
        plural=language.plural,
        csp_nonce=headers.csp_nonce,
        other_language_url=language.other_language_url,
        unread_messages=unread_messages,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_language)
    assets.register(app)
    headers.register(app)
    errors.register(app)
    moments.register(app)


def _language() -> dict[str, Any]:
    chosen = language.lang()
    return {"lang": chosen, "dir": "rtl" if chosen == "ar" else "ltr"}


def unread_messages() -> int:
    """Unread messages of the signed-in citizen, counted once a request."""
    if "unread" not in g:
        actor = None if g.get("database_away") else current_actor()
        g.unread = unread_count(actor.person_id) if actor and actor.kind == "citizen" and actor.person_id else 0
    return int(g.unread)
