"""What the room says to the application: sessions are rows, views are guarded, Flask-Login knows the user."""

from flask import Flask, Request
from flask_login import LoginManager, UserMixin

from app.identity import access, commands, csrf, provider
from app.identity.actors import Actor
from app.identity.browser import RowSessions, current_actor


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The actor as Flask-Login wants to see a user."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.name = actor.name

    def get_id(self) -> str:
        return str(self.actor.session_id)


def _load_user(request: Request) -> SignedIn | None:
    actor = current_actor()
    return SignedIn(actor) if actor else None


def init_app(app: Flask) -> None:
    app.session_interface = RowSessions()
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(_load_user)
    # Not init_app: that would watch for a «remember me» cookie, which the portal does not have, on every answer.
    app.login_manager = manager  # type: ignore[attr-defined]
    provider.register(app)
    csrf.register(app)
    access.register(app)
    commands.register(app)
