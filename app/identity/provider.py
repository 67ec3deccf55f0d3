"""A sign-in provider as configured, and what it says of itself: discovery document and signing keys.

Both are kept ten minutes: without an age limit a withdrawn key would be trusted until the next restart.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from authlib.oauth2.rfc7523 import PrivateKeyJWT
from flask import Flask, current_app
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, RSAKey

from app.calendars.clock import now
from app.identity.outgoing import BoundedSession, call, is_at, json_object
from app.identity.refusals import ProviderAway, SignInRefused
from config import Settings

AGE_LIMIT = 600.0
REREAD_AFTER = 30.0
ASSERTION_SECONDS = 120
LEAST_RSA_BITS = 2048
PUBLIC_PARTS = ("kty", "n", "e", "crv", "x", "y", "kid", "use", "alg")
CALLED = ("token_endpoint", "jwks_uri")
CALLED_IF_OFFERED = ("userinfo_endpoint", "pushed_authorization_request_endpoint")
VISITED = ("authorization_endpoint",)
VISITED_IF_OFFERED = ("end_session_endpoint",)


@dataclass
class Kept:
    """Something read from the provider, and when (monotonic seconds)."""

    value: Any = None
    read_at: float = float("-inf")

    def is_fresh(self, limit: float = AGE_LIMIT) -> bool:
        return time.monotonic() - self.read_at < limit


@dataclass
class Provider:
    """One issuer and our registration there. `kind` is whose sign-in it is: citizen or staff."""

    kind: str
    issuer: str
    client_id: str
    client_secret: str
    private_key: RSAKey | ECKey | None
    scopes: str
    algorithms: tuple[str, ...]
    acr_values: tuple[str, ...]
    callback_url: str
    signed_out_url: str
    _document: Kept = field(default_factory=Kept)
    _keys: Kept = field(default_factory=Kept)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def document(self) -> dict[str, Any]:
        """The discovery document; raises ProviderAway, and SignInRefused when it is not this issuer's own."""
        return dict(self._fresh(self._document, self._read_document))

    def keys(self, *, again: bool = False) -> list[Key]:
        """The signing keys. `again` reads them anew, at most every half minute (a key put under an old id)."""
        limit = REREAD_AFTER if again else AGE_LIMIT
        return list(self._fresh(self._keys, self._read_keys, limit))

    def _fresh(self, kept: Kept, read: Callable[[], Any], limit: float = AGE_LIMIT) -> Any:
        if not kept.is_fresh(limit):
            value = read()
            with self._lock:
                kept.value, kept.read_at = value, time.monotonic()
        return kept.value

    def _read_document(self) -> dict[str, Any]:
        url = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
        document = json_object(call(self.session(), "GET", url, withhold_token=True))
        if document.get("issuer") != self.issuer:
            raise SignInRefused("discovery_issuer_differs")
        offered = [name for name in (*CALLED_IF_OFFERED, *VISITED_IF_OFFERED) if document.get(name) is not None]
        for name in (*CALLED, *VISITED, *offered):
            if not is_at(document.get(name), self.issuer):
                raise SignInRefused(f"discovery_{name}")
        return document

    def _read_keys(self) -> list[Key]:
        answer = json_object(call(self.session(), "GET", self.document()["jwks_uri"], withhold_token=True))
        listed = answer.get("keys")
        if not isinstance(listed, list):
            raise ProviderAway("no_keys")
        return [key for key in map(_signing_key, listed[:50]) if key is not None]

    def session(self, token: dict[str, Any] | None = None) -> BoundedSession:
        """A fresh client session. Not shared: an assertion is good once, so each call signs its own."""
        method = "private_key_jwt" if self.private_key is not None else self._secret_method()
        session = BoundedSession(
            client_id=self.client_id,
            client_secret=self.private_key or self.client_secret or None,
            token_endpoint_auth_method=method,
            scope=self.scopes,
            redirect_uri=self.callback_url,
            code_challenge_method="S256",
            token=token,
        )
        # Proxies and .netrc of the machine have no say in where a sign-in goes.
        session.trust_env = False
        if self.private_key is not None:
            session.register_client_auth_method(self._assertion(self.private_key))
        return session

    def _secret_method(self) -> str:
        if not self.client_secret:
            return "none"
        offered = (self._document.value or {}).get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"

    def _assertion(self, key: RSAKey | ECKey) -> PrivateKeyJWT:
        issued = int(now().timestamp())
        # The issuer as audience, not the endpoint: newer advice, against an assertion replayed at another endpoint.
        return PrivateKeyJWT(
            token_endpoint=self.issuer,
            alg="RS256" if isinstance(key, RSAKey) else "ES256",
            headers={"kid": key.kid},
            claims={"iat": issued, "exp": issued + ASSERTION_SECONDS},
        )


def _signing_key(data: object) -> Key | None:
    """A public key for signatures, or None for what is not one (other uses, secrets, nonsense)."""
    if not isinstance(data, dict) or data.get("kty") not in ("RSA", "EC") or data.get("use", "sig") != "sig":
        return None
    try:
        key = JWKRegistry.import_key({name: data[name] for name in PUBLIC_PARTS if name in data})
        is_strong = data["kty"] == "EC" or key.public_key.key_size >= LEAST_RSA_BITS  # type: ignore[union-attr]
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return key if is_strong else None


def private_key(path: Path | None) -> RSAKey | ECKey | None:
    if path is None:
        return None
    pem = path.read_bytes()
    key: RSAKey | ECKey
    try:
        key = RSAKey.import_key(pem)
    except (JoseError, ValueError, TypeError):
        key = ECKey.import_key(pem)
    key.ensure_kid()
    return key


def from_settings(settings: Settings) -> dict[str, Provider]:
    """Both providers, `citizen` and `staff`."""
    home, algorithms = settings.public_url.rstrip("/"), _words(settings.oidc_algorithms)
    citizen = Provider(
        "citizen",
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        private_key(settings.oidc_private_key_file),
        settings.oidc_scopes,
        algorithms,
        _words(settings.oidc_acr_values),
        f"{home}/auth/callback",
        f"{home}/signed-out",
    )
    return {"citizen": citizen, "staff": _of_staff(settings, home, algorithms)}


def _of_staff(settings: Settings, home: str, algorithms: tuple[str, ...]) -> Provider:
    return Provider(
        "staff",
        settings.staff_oidc_issuer,
        settings.staff_oidc_client_id,
        settings.staff_oidc_client_secret,
        private_key(settings.staff_oidc_private_key_file),
        "openid profile email",
        algorithms,
        (),
        f"{home}/desk/callback",
        f"{home}/desk/login",
    )


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.replace(",", " ").split())


def register(app: Flask) -> None:
    app.extensions["sign_in"] = from_settings(app.config["SETTINGS"])


def provider(kind: str) -> Provider:
    found: Provider = current_app.extensions["sign_in"][kind]
    return found


def public_keys() -> dict[str, Any]:
    """Our own keys, for providers that check our assertions."""
    keys = [each.private_key for each in current_app.extensions["sign_in"].values() if each.private_key is not None]
    by_kid = {key.kid: {**key.as_dict(private=False), "use": "sig", "kid": key.kid} for key in keys}
    return {"keys": list(by_kid.values())}
