"""One request of one person, and every rule about it. Not for pages (app.web), nor for outside calls (app.notify)."""

from flask import Flask


def init_app(app: Flask) -> None:
    from app.cases import arrivals, commands  # noqa: F401  arrivals listens to sign-ins from its import on
    from app.cases.certificates import check_settings

    check_settings(app.config["SETTINGS"], app.extensions["services"])
    commands.register(app)
