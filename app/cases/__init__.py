"""One request of one person, and every rule about it. Not for pages (app.web), nor for outside calls (app.notify)."""

from flask import Flask


def init_app(app: Flask) -> None:
    from app.cases.commands import register

    register(app)
