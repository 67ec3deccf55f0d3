"""Settings of the portal: read from the environment once, checked at start, never printed.

A wrong setting stops the start with one clear line (SettingsError). In production the sandbox, demo secrets and plain
http addresses are refused.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class SettingsError(Exception):
    """One sentence that says which setting is wrong and what it should be."""


@dataclass(frozen=True)
class Settings:
    portal_env: str = "development"
    data_dir: Path = Path("var")
    secret_key: str = field(default="", repr=False)
    data_keys_file: Path | None = None
    lookup_key_file: Path | None = None
    trusted_proxies: int = 0
    metrics_token: str = field(default="", repr=False)
    public_url: str = "http://127.0.0.1:8000"
    database_url: str = field(default="", repr=False)
    database_owner_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    storage_url: str = ""
    s3_endpoint_url: str = ""
    clamav_address: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_private_key_file: Path | None = None
    oidc_acr_values: str = ""
    oidc_scopes: str = "openid profile phone email"
    oidc_algorithms: str = "RS256 ES256"
    oidc_id_country: str = "SA"
    staff_oidc_issuer: str = ""
    staff_oidc_client_id: str = ""
    staff_oidc_client_secret: str = field(default="", repr=False)
    staff_oidc_private_key_file: Path | None = None
    sms_gateway: str = ""
    sms_gateway_url: str = ""
    sms_gateway_user: str = ""
    sms_gateway_token: str = field(default="", repr=False)
    sms_sender: str = ""
    sms_gateway_2: str = ""
    sms_gateway_url_2: str = ""
    sms_gateway_user_2: str = ""
    sms_gateway_token_2: str = field(default="", repr=False)
    sms_sender_2: str = ""
    sms_receipt_token: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    payment_gateway: str = ""
    payment_gateway_url: str = ""
    payment_page_url: str = ""
    payment_secret_key: str = field(default="", repr=False)
    payment_webhook_secret: str = field(default="", repr=False)
    certificate_key_file: Path | None = None
    certificate_chain_file: Path | None = None
    map_tiles_url: str = ""
    portal_profile: Path | None = None
    sentry_dsn: str = field(default="", repr=False)
    log_format: str = "text"
    sandbox_url: str = ""
    demo_clock_file: Path | None = None
    message_lease_seconds: int = 90
    sweep_seconds: int = 15
    gateway_timeout_seconds: int = 8
    rate_limits: str = "on"
    filings_a_day: int = 20
    # Certificates sent as files to be checked: from one address, and from all together.
    file_checks_an_hour: int = 180
    file_checks_an_hour_in_all: int = 1200
    # What one clerk may do at the counter within a day.
    counter_lookups_a_day: int = 200
    counter_misses_a_day: int = 30
    counter_persons_a_day: int = 20
    counter_filings_a_day: int = 60

    @property
    def production(self) -> bool:
        return self.portal_env == "production"

    @property
    def demo(self) -> bool:
        return bool(self.sandbox_url)

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def payment_page_hosts(self) -> tuple[str, ...]:
        """Origins of the hosted payment pages, the gateway's own unless PAYMENT_PAGE_URL names others."""
        given = [each.strip() for each in self.payment_page_url.split(",") if each.strip()]
        addresses = given or ([self.payment_gateway_url] if self.payment_gateway_url else [])
        return tuple(f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses))

    @property
    def payment_webhook_secrets(self) -> tuple[str, ...]:
        """The secret of call-backs; two while one takes over from the other."""
        return tuple(each.strip() for each in self.payment_webhook_secret.split(",") if each.strip())

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings that CONTRACT names (upper-case field names); raises SettingsError."""
        environment = _environment() if environment is None else environment
        values: dict[str, Any] = {}
        for each in fields(cls):
            raw = environment.get(each.name.upper(), "").strip()
            if raw:
                values[each.name] = _convert(each.name.upper(), raw, each.type)
        settings = cls(**values)
        check(settings)
        return settings


def _environment() -> Mapping[str, str]:
    """The process's; in development, when it names no database, with what `make run` wrote to DATA_DIR/run.env."""
    written = Path(os.environ.get("DATA_DIR") or "var") / "run.env"
    development = os.environ.get("PORTAL_ENV", "development") == "development"
    if "DATABASE_URL" in os.environ or not development or not written.is_file():
        return os.environ
    lines = (line.partition("=") for line in written.read_text("utf-8").splitlines())
    return {**{name: value for name, _, value in lines}, **os.environ}


def _convert(name: str, raw: str, kind: object) -> object:
    if kind is int:
        try:
            return int(raw)
        except ValueError:
            raise SettingsError(f"{name} must be a whole number, not {raw!r}") from None
    if kind in (Path, Path | None):
        return Path(raw)
    return raw


def check(settings: Settings) -> None:
    """Raise SettingsError for the first setting that cannot work."""
    if settings.portal_env not in ("development", "test", "production"):
        raise SettingsError("PORTAL_ENV must be development, test or production")
    if not settings.database_url:
        raise SettingsError("DATABASE_URL is missing (make run starts an embedded database and sets it)")
    if len(settings.secret_key) < 32:
        raise SettingsError("SECRET_KEY must have at least 32 characters")
    for name in ("data_keys_file", "lookup_key_file"):
        path = getattr(settings, name)
        if path is None or not path.is_file():
            raise SettingsError(f"{name.upper()} must name a readable file")
    _check_certificates(settings)
    if settings.log_format not in ("text", "json"):
        raise SettingsError("LOG_FORMAT must be text or json")
    _check_limits(settings)
    _check_messages(settings)
    _check_payments(settings)
    if settings.production:
        _check_production(settings)


def _check_certificates(settings: Settings) -> None:
    """Both or none. The key may be readable to the worker alone, so only the chain is looked into, by its own room."""
    names = ("certificate_key_file", "certificate_chain_file")
    given = [name for name in names if getattr(settings, name) is not None]
    if len(given) == 1:
        other = next(name for name in names if name not in given)
        raise SettingsError(f"{other.upper()} is missing: {given[0].upper()} is of no use without it")
    for name in given:
        if not getattr(settings, name).is_file():
            raise SettingsError(f"{name.upper()} must name a file")


def _check_limits(settings: Settings) -> None:
    if not 1 <= settings.file_checks_an_hour <= settings.file_checks_an_hour_in_all:
        raise SettingsError("FILE_CHECKS_AN_HOUR must be at least 1 and at most FILE_CHECKS_AN_HOUR_IN_ALL")


def _check_messages(settings: Settings) -> None:
    for name in ("sms_gateway", "sms_gateway_2"):
        if getattr(settings, name) not in ("", "taqnyat", "unifonic"):
            raise SettingsError(f"{name.upper()} must be taqnyat or unifonic")
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme not in ("smtp", "smtps", "smtp+starttls"):
        raise SettingsError("SMTP_URL must begin with smtp://, smtp+starttls:// or smtps://")


def _check_payments(settings: Settings) -> None:
    """Without a gateway nothing can be paid; with one everything it needs is there."""
    if settings.payment_gateway not in ("", "moyasar"):
        raise SettingsError("PAYMENT_GATEWAY must be moyasar")
    names = ("payment_gateway_url", "payment_secret_key", "payment_webhook_secret")
    if settings.payment_gateway and (missing := next((name for name in names if not getattr(settings, name)), None)):
        raise SettingsError(f"{missing.upper()} is required with PAYMENT_GATEWAY")
    if len(settings.payment_webhook_secrets) > 2:
        raise SettingsError("PAYMENT_WEBHOOK_SECRET holds one secret, or two during rotation")


REQUIRED = (
    "oidc_issuer",
    "oidc_client_id",
    "staff_oidc_issuer",
    "staff_oidc_client_id",
    "sms_gateway",
    "sms_gateway_url",
    "sms_gateway_token",
    "sms_receipt_token",
    "smtp_url",
    "mail_from",
    "redis_url",
    "storage_url",
    "metrics_token",
    "portal_profile",
)
OVER_HTTPS = (
    "public_url",
    "oidc_issuer",
    "staff_oidc_issuer",
    "sms_gateway_url",
    "sms_gateway_url_2",
    "payment_gateway_url",
    "payment_page_url",
)
SECRETS = (
    "secret_key",
    "oidc_client_secret",
    "staff_oidc_client_secret",
    "sms_gateway_token",
    "sms_gateway_token_2",
    "sms_receipt_token",
    "metrics_token",
    "payment_secret_key",
    "payment_webhook_secret",
)


def _check_production(settings: Settings) -> None:
    if settings.sandbox_url or settings.demo_clock_file:
        raise SettingsError("SANDBOX_URL and DEMO_CLOCK_FILE cannot be used in production")
    values = {name: str(getattr(settings, name) or "") for name in (*REQUIRED, *OVER_HTTPS, *SECRETS)}
    if missing := next((name for name in REQUIRED if not values[name]), None):
        raise SettingsError(f"{missing.upper()} is required in production")
    if plain := next((name for name in OVER_HTTPS if values[name] and urlsplit(values[name]).scheme != "https"), None):
        raise SettingsError(f"{plain.upper()} must begin with https:// in production")
    if demo := next((name for name in SECRETS if values[name].startswith("demo")), None):
        raise SettingsError(f"{demo.upper()} is a demo value; set a secret of your own")
    for door in ("oidc", "staff_oidc"):
        if not (getattr(settings, f"{door}_client_secret") or getattr(settings, f"{door}_private_key_file")):
            name = door.upper()
            raise SettingsError(f"{name}_CLIENT_SECRET or {name}_PRIVATE_KEY_FILE is required in production")
    _check_not_demo(settings)


def _check_not_demo(settings: Settings) -> None:
    """What a demonstration may do without: a profile and keys of its own, and limits."""
    if settings.portal_profile is None or settings.portal_profile.name == "demo.toml":
        raise SettingsError("PORTAL_PROFILE names the demonstration; name the profile of your agencies")
    if settings.rate_limits == "off":
        raise SettingsError("RATE_LIMITS cannot be off in production")
    lines = settings.data_keys_file.read_text("ascii").splitlines() if settings.data_keys_file else []
    if any(line.strip().startswith("demo") for line in lines):
        raise SettingsError("DATA_KEYS_FILE holds a demo key; make a key of your own")
