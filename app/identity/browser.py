"""The browser's side of a session: two cookies, and Flask's `session` as a view of the row.

The cookie holds a random reference and nothing else. Which of the two cookies counts is decided by the path, so that
somebody who is both citizen and officer can be signed in as both and never as the wrong one.
"""

import re
from collections.abc import Iterator
from typing import Any, cast

from flask import Flask, Request, Response, current_app, g, has_request_context, request, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import update

from app.calendars.clock import now
from app.extensions import db
from app.identity import sessions
from app.identity.actors import Actor
from app.identity.models import WebSession

STAFF_PATHS = re.compile(r"/(desk|gate|counter|partner|admin)(/|$)")
REFERENCE = re.compile(r"[A-Za-z0-9_-]{20,64}")


def kind_of(path: str) -> str:
    """Whose pages these are (the path without a language prefix)."""
    return "staff" if STAFF_PATHS.match(path) else "citizen"


def cookie_name(app: Flask, name: str) -> str:
    """`__Host-` binds the cookie to this very host, which browsers allow over https alone."""
    return f"__Host-{name}" if app.config["SETTINGS"].secure_cookies else name


def set_cookie(app: Flask, response: Response, name: str, value: str) -> None:
    # The path is "/" also below /en: the session is one for both languages.
    response.set_cookie(
        cookie_name(app, name),
        value,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=app.config["SETTINGS"].secure_cookies,
    )


def drop_cookie(app: Flask, response: Response, name: str) -> None:
    response.delete_cookie(
        cookie_name(app, name), path="/", httponly=True, samesite="Lax", secure=app.config["SETTINGS"].secure_cookies
    )


class BrowserSession(SessionMixin):
    """Flask's `session`. The row is read when somebody first asks, so that static files cost no query."""

    def __init__(self, kind: str, reference: str | None, language: str) -> None:
        self.kind = kind
        self.reference = reference
        self.language = language
        self.modified = False
        self.new_reference: str | None = None
        self.dropped = False
        self._found: sessions.Found | None = None
        self._read = False

    @property
    def found(self) -> sessions.Found | None:
        """The row behind the cookie, dead or alive."""
        self.look()
        return self._found

    def look(self) -> None:
        """Read the row, unless that has been done."""
        if not self._read:
            self._found = sessions.find(self.kind, self.reference, self.language) if self.reference else None
            self._read = True

    @property
    def actor(self) -> Actor | None:
        return self.found.actor if self.found else None

    def give(self, reference: str | None) -> None:
        """From the next request on the browser has this reference; None leaves the one it has."""
        if reference is not None:
            self.new_reference = self.reference = reference
            self._read = self.dropped = self.modified = False

    def forget(self) -> None:
        """The browser loses its cookie."""
        self.reference = self.new_reference = self._found = None
        self._read, self.dropped, self.modified = True, True, False

    def due_for_touch(self) -> bool:
        return self.actor is not None and now() - cast(sessions.Found, self.found).last_seen_at >= sessions.TOUCH_AFTER

    @property
    def _data(self) -> dict[str, Any]:
        return self.found.data if self.found and self.found.alive else {}

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if not (self.found and self.found.alive):
            # A row for every visitor would let anybody fill the table; only beginning a sign-in makes one.
            raise RuntimeError("a visitor without a session row has nothing to keep data in")
        self._data[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._data[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


class RowSessions(SessionInterface):
    """Opens and saves BrowserSession."""

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        kind = kind_of(request.path)
        reference = request.cookies.get(cookie_name(app, kind), "")
        return BrowserSession(
            kind, reference if REFERENCE.fullmatch(reference) else None, request.environ.get("portal.language", "ar")
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        browser = cast(BrowserSession, session)
        if browser.modified and browser.found is not None:
            db.session.execute(update(WebSession).where(WebSession.id == browser.found.id).values(data=dict(browser)))
            db.session.commit()
        if browser.new_reference:
            set_cookie(app, response, browser.kind, browser.new_reference)
        elif browser.dropped:
            drop_cookie(app, response, browser.kind)


def staff_at_this_browser() -> Actor | None:
    """The officer who is signed in here, also on pages of the public. For limits alone: nothing is opened by it."""
    if "staff_here" not in g:
        reference = request.cookies.get(cookie_name(current_app, "staff"), "")
        known = REFERENCE.fullmatch(reference)
        found = sessions.find("staff", reference, request.environ.get("portal.language", "ar")) if known else None
        g.staff_here = found.actor if found else None
    here: Actor | None = g.staff_here
    return here


def current_browser() -> BrowserSession:
    return cast(BrowserSession, session)


def current_actor() -> Actor | None:
    """Who sent this request, as far as its pages are concerned; None for a visitor."""
    return current_browser().actor if has_request_context() else None
