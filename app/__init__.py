"""The portal: one engine, and services that are declarations (docs/design.md)."""

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import extensions
from app.calendars import clock
from app.kit import profile as profiles
from app.kit.registry import Registry
from app.vault import vault
from app.web import bodies, logs, templating
from config import Settings, SettingsError

ROOMS = ("identity", "notify", "documents", "appointments", "payments", "cases", "jobs")
LIMITS = {"MAX_CONTENT_LENGTH": 32 * 1024 * 1024, "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024, "MAX_FORM_PARTS": 600}


class Portal(Flask):
    """Nothing here is asynchronous, so nobody asks it of every view and every hook of a request."""

    request_class = bodies.PortalRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.from_environment()
    logs.configure(settings)
    app = Portal(__name__, static_folder=None)
    app.jinja_environment = templating.Templates
    app.config.from_mapping(LIMITS, SETTINGS=settings, SECRET_KEY=settings.secret_key, **_of_extensions(settings))
    vault.load(_required(settings.data_keys_file), _required(settings.lookup_key_file))
    clock.configure(None if settings.production else settings.demo_clock_file)
    profile = app.extensions["profile"] = profiles.load(settings.portal_profile or profiles.DEMO)
    extensions.init_app(app)
    app.extensions["services"] = Registry.discover(
        "app.blueprints.services", profile, lambda agency: clock.today(profile.agency(agency).zone)
    )
    for room in ROOMS:
        _init(app, importlib.import_module(f"app.{room}"))
    _init(app, importlib.import_module("app.web.setup"))
    _register_blueprints(app)
    templating.init_app(app)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def _of_extensions(settings: Settings) -> dict[str, object]:
    address = database_address(settings.database_url)
    pool = {"pool_size": 8, "max_overflow": 8, "pool_recycle": 900, "hide_parameters": True}
    reading = {**pool, "url": address, "isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    return {
        "SQLALCHEMY_DATABASE_URI": address,
        "SQLALCHEMY_BINDS": {extensions.READING: reading},
        "SQLALCHEMY_ENGINE_OPTIONS": pool,
        "RATELIMIT_STORAGE_URI": settings.redis_url.replace("unix://", "redis+unix://", 1) or "memory://",
        "RATELIMIT_ENABLED": settings.rate_limits != "off",
        "RATELIMIT_STRATEGY": "fixed-window",
    }


def database_address(url: str) -> str:
    """Any PostgreSQL address, spoken to through psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _required(value: Path | None) -> Path:
    if value is None:
        raise SettingsError("a required setting is missing")
    return value


def _init(app: Flask, module: ModuleType) -> None:
    """A room that has something to say to the application does so in its own `init_app`."""
    if hasattr(module, "init_app"):
        module.init_app(app)


def _register_blueprints(app: Flask) -> None:
    """Every package of app/blueprints offers one `blueprint`; adding a folder is enough."""
    from app import blueprints

    for found in sorted(pkgutil.iter_modules(blueprints.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"app.blueprints.{found.name}")
        if hasattr(module, "blueprint"):
            app.register_blueprint(module.blueprint)
        _init(app, module)
