"""What stands around every page and differs from person to person: the gaps of its frame (app/web/drawn_once.py)."""

from typing import Any

from flask import g

from app.identity import csrf
from app.identity.browser import current_browser
from app.web.language import other_language_url, t


def gaps_of_frame(title: object, description: object, has_errors: object, kind: str) -> dict[str, Any]:
    """The gaps that all frames share. `kind` of who is signed in; where it is empty no session is read."""
    actor = current_browser().actor if kind else None
    return {
        "title": title,
        "prefix": f"{t('errors.form.prefix')} " if has_errors else "",
        "description": description or t("interface.brand.description"),
        "other": other_language_url(),
        "name": actor.name if actor else "",
        "token": csrf.csrf_token() if actor else "",
    }


def unread_messages() -> int:
    """Unread messages of the signed-in citizen, counted when his session was read."""
    found = None if g.get("database_away") else current_browser().found
    return int(found.along["unread"] or 0) if found and found.kind == "citizen" else 0
