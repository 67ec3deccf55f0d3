"""Demo keys and the settings that go with them: what `make run` writes to run.env and the tests use.

Every secret here begins with "demo" where its form allows, and production refuses such values.
"""

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ground import authority

PRIVATE = 0o600


@dataclass(frozen=True)
class Addresses:
    """Where the parts of one running portal answer."""

    public_url: str
    sandbox_url: str
    smtp_url: str
    database_url: str
    owner_url: str
    redis_url: str


def write_private(path: Path, text: str) -> None:
    """Replace `path` at once and never leave it readable to others, not even for a moment."""
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def make_keys(data: Path) -> Path:
    """Make what is missing in `data`/keys and return that folder; what is there stays: data are sealed with it."""
    folder = data / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    makers = {
        "data.keys": lambda: f"demo1 {_key()}\n",
        "lookup.key": lambda: f"{_key()}\n",
        "secret.key": lambda: "demo" + secrets.token_urlsafe(48),
        "payments.token": lambda: "demo" + secrets.token_urlsafe(24),
        "receipts.token": lambda: "demo" + secrets.token_urlsafe(24),
        "metrics.token": lambda: "demo" + secrets.token_urlsafe(24),
        "oidc.pem": _private_key,
        "staff-oidc.pem": _private_key,
    }
    for name, make in makers.items():
        if not (folder / name).is_file():
            write_private(folder / name, make())
    _make_authority(folder)
    return folder


def _make_authority(folder: Path) -> None:
    """A key without its chain signs nothing, so both are made anew; papers signed before stay trusted."""
    key, chain = folder / authority.KEY, folder / authority.CHAIN
    if not (key.is_file() and chain.is_file()):
        made = authority.make(chain.read_text("ascii") if chain.is_file() else "")
        for path, text in zip((key, chain), made, strict=True):
            write_private(path, text)


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode("ascii")


def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode("ascii")


def settings(data: Path, addresses: Addresses, profile: Path) -> dict[str, str]:
    """Every setting of a portal that stands on embedded parts and the sandbox."""
    data = data.resolve()
    keys = make_keys(data)
    sandbox = addresses.sandbox_url
    return {
        "PORTAL_ENV": "development",
        "DATA_DIR": str(data),
        "SECRET_KEY": (keys / "secret.key").read_text("ascii"),
        "DATA_KEYS_FILE": str(keys / "data.keys"),
        "LOOKUP_KEY_FILE": str(keys / "lookup.key"),
        "METRICS_TOKEN": (keys / "metrics.token").read_text("ascii"),
        "PUBLIC_URL": addresses.public_url,
        "DATABASE_URL": addresses.database_url,
        "DATABASE_OWNER_URL": addresses.owner_url,
        "REDIS_URL": addresses.redis_url,
        "STORAGE_URL": f"file://{data / 'files'}",
        "CERTIFICATE_KEY_FILE": str(keys / authority.KEY),
        "CERTIFICATE_CHAIN_FILE": str(keys / authority.CHAIN),
        "PORTAL_PROFILE": str(profile.resolve()),
        "LOG_FORMAT": "text",
        "SANDBOX_URL": sandbox,
        "DEMO_CLOCK_FILE": str(data / "clock"),
        **_sign_in(sandbox, keys),
        **_payments(sandbox, (keys / "payments.token").read_text("ascii")),
        **_messages(sandbox, addresses.smtp_url, (keys / "receipts.token").read_text("ascii")),
    }


def _sign_in(sandbox: str, keys: Path) -> dict[str, str]:
    return {
        "OIDC_ISSUER": f"{sandbox}/id",
        "OIDC_CLIENT_ID": "portal",
        "OIDC_PRIVATE_KEY_FILE": str(keys / "oidc.pem"),
        "OIDC_ID_COUNTRY": "SA",
        "OIDC_ACR_VALUES": "urn:sandbox:level:high",
        "STAFF_OIDC_ISSUER": f"{sandbox}/staff",
        "STAFF_OIDC_CLIENT_ID": "portal-desk",
        "STAFF_OIDC_PRIVATE_KEY_FILE": str(keys / "staff-oidc.pem"),
    }


def _payments(sandbox: str, webhook_secret: str) -> dict[str, str]:
    return {
        "PAYMENT_GATEWAY": "moyasar",
        "PAYMENT_GATEWAY_URL": f"{sandbox}/bank",
        "PAYMENT_SECRET_KEY": "demo-bank-key",
        "PAYMENT_WEBHOOK_SECRET": webhook_secret,
    }


def _messages(sandbox: str, smtp_url: str, receipt_token: str) -> dict[str, str]:
    return {
        "SMS_GATEWAY": "taqnyat",
        "SMS_GATEWAY_URL": f"{sandbox}/sms",
        "SMS_GATEWAY_TOKEN": "demo-sms-token",
        "SMS_SENDER": "Bawaba",
        "SMS_GATEWAY_2": "unifonic",
        "SMS_GATEWAY_URL_2": f"{sandbox}/sms2",
        "SMS_GATEWAY_USER_2": "demo-app-sid",
        "SMS_GATEWAY_TOKEN_2": "demo-sms-token-2",
        "SMS_SENDER_2": "Bawaba",
        "SMS_RECEIPT_TOKEN": receipt_token,
        "SMTP_URL": smtp_url,
        "MAIL_FROM": "portal@example.test",
    }


def as_env_file(values: dict[str, str]) -> str:
    """One NAME=value line each; values hold no line breaks."""
    return "".join(f"{name}={value}\n" for name, value in values.items())


def read_env_file(path: Path) -> dict[str, str]:
    """What `as_env_file` wrote."""
    lines = path.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
