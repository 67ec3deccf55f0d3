"""How this sandbox was started: command line first, then the environment that `make run` shares with the portal."""

import argparse
import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class OptionsError(Exception):
    """One sentence that says why the sandbox does not start."""


@dataclass(frozen=True)
class Options:
    data: Path
    url: str
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 0
    portal_url: str = "http://127.0.0.1:8000"
    clock_file: Path = Path("clock")
    prompt_seconds: int = 120
    receipt_seconds: float = 1.0
    receipt_token: str = field(default="", repr=False)
    bank_secret: str = field(default="", repr=False)
    gateway_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    clients: tuple[dict[str, Any], ...] = ()


def parser() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(prog="python -m sandbox", description="The outside world for development.")
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=8001, help="0 takes a free one, written to DATA/address")
    arguments.add_argument("--smtp-port", type=int, default=0)
    arguments.add_argument("--data", type=Path, default=Path("var/sandbox"), help="keys, messages and mail lie here")
    arguments.add_argument("--url", default="", help="address browsers use; else SANDBOX_URL, else host and port")
    arguments.add_argument("--portal-url", default="", help="else PUBLIC_URL")
    arguments.add_argument("--clock-file", type=Path, help="else DEMO_CLOCK_FILE, else DATA/clock")
    arguments.add_argument("--prompt-seconds", type=int, default=120, help="how long a number may be chosen")
    arguments.add_argument("--receipt-seconds", type=float, default=1.0, help="between sent and delivered")
    arguments.add_argument("--client", action="append", default=[], metavar="JSON", help="one more client")
    return arguments


def read(arguments: Sequence[str] | None, environment: Mapping[str, str] = os.environ) -> tuple[Options, socket.socket]:
    """The options and the listening socket, bound here because its port may stand in every address."""
    if environment.get("PORTAL_ENV") == "production":
        raise OptionsError("The sandbox never runs in production: PORTAL_ENV=production is set")
    given = parser().parse_args(arguments)
    listener = _listen(given.host, given.port)
    url = (
        given.url
        or (given.port and environment.get("SANDBOX_URL"))
        or f"http://{given.host}:{listener.getsockname()[1]}"
    )
    given.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Options(
        data=given.data,
        url=url.rstrip("/"),
        smtp_host=given.host,
        smtp_port=given.smtp_port,
        portal_url=(given.portal_url or environment.get("PUBLIC_URL") or Options.portal_url).rstrip("/"),
        clock_file=given.clock_file or Path(environment.get("DEMO_CLOCK_FILE") or given.data / "clock"),
        prompt_seconds=given.prompt_seconds,
        receipt_seconds=given.receipt_seconds,
        receipt_token=environment.get("SMS_RECEIPT_TOKEN", ""),
        bank_secret=environment.get("PAYMENT_WEBHOOK_SECRET", "").split(",")[0].strip(),
        gateway_keys=_gateway_keys(environment),
        clients=(*_portal_clients(environment, given.portal_url), *map(_client, given.client)),
    ), listener


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise OptionsError(f"Port {port} of {host} is not free: {error.strerror}") from error
    listener.listen(128)
    return listener


def _client(text: str) -> dict[str, Any]:
    try:
        client = json.loads(text)
    except ValueError as error:
        raise OptionsError(f"--client is not JSON: {error}") from error
    if not isinstance(client, dict) or not {"provider", "client_id", "redirect_uris"} <= client.keys():
        raise OptionsError("--client needs provider, client_id and redirect_uris")
    return client


def _gateway_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """What each gateway expects as proof; without a setting any proof will do."""
    names = {
        "sms": "SMS_GATEWAY_TOKEN", "sms.user": "SMS_GATEWAY_USER",
        "bank": "PAYMENT_SECRET_KEY",
        "sms2": "SMS_GATEWAY_TOKEN_2", "sms2.user": "SMS_GATEWAY_USER_2",
    }  # fmt: skip
    return {gateway: environment[name] for gateway, name in names.items() if environment.get(name)}


def _portal_clients(environment: Mapping[str, str], portal_url: str) -> list[dict[str, Any]]:
    """The portal as both providers know it, from the settings it runs with."""
    portal = (portal_url or environment.get("PUBLIC_URL") or Options.portal_url).rstrip("/")
    prefixes = {"id": ("OIDC", "portal", "/auth/callback"), "staff": ("STAFF_OIDC", "portal-desk", "/desk/callback")}
    return [
        {
            "provider": provider,
            "client_id": environment.get(f"{prefix}_CLIENT_ID") or client_id,
            "client_secret": environment.get(f"{prefix}_CLIENT_SECRET", ""),
            "redirect_uris": [f"{portal}{callback}"],
            "post_logout_redirect_uris": [f"{portal}{path}" for path in ("/signed-out", "/desk/login", "/")],
            "backchannel_logout_uri": f"{portal}/auth/backchannel-logout",
            "jwks_uri": f"{portal}/.well-known/jwks.json",
        }
        for provider, (prefix, client_id, callback) in prefixes.items()
    ]
