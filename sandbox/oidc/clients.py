"""The programs a provider knows, and how they prove who they are at its back door."""

import base64
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import requests
from flask import Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from sandbox.store import Store

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["RS256", "ES256"]
KEYS_AGE = 600.0


class InvalidClient(Exception):
    """The caller did not prove to be a registered client."""


@dataclass(frozen=True)
class Client:
    client_id: str
    redirect_uris: tuple[str, ...]
    client_secret: str = field(default="", repr=False)
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str = ""
    jwks_uri: str = ""
    jwks_file: str = ""
    require_par: bool = False

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Client":
        """Unknown fields are left aside, as dynamic registration does."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        for name in ("redirect_uris", "post_logout_redirect_uris"):
            known[name] = tuple(str(uri) for uri in known.get(name, ()))
        return cls(**known)


class ClientBook:
    """Clients given at start, and those registered while running, which outlive a restart."""

    def __init__(self, provider: str, store: Store, given: list[dict[str, Any]]) -> None:
        self._provider = provider
        self._store = store
        self._given = {data["client_id"]: Client.from_json(data) for data in given}
        self._keys: dict[str, tuple[float, KeySet]] = {}

    def find(self, client_id: str) -> Client | None:
        row = self._store.row("SELECT data FROM client WHERE provider = ? AND client_id = ?", self._provider, client_id)
        return Client.from_json(json.loads(row["data"])) if row else self._given.get(client_id)

    def all(self) -> list[Client]:
        rows = self._store.rows("SELECT data FROM client WHERE provider = ?", self._provider)
        registered = [Client.from_json(json.loads(row["data"])) for row in rows]
        return list({**self._given, **{client.client_id: client for client in registered}}.values())

    def register(self, data: dict[str, Any]) -> Client:
        client = Client.from_json(data)
        self._store.run("REPLACE INTO client VALUES (?, ?, ?)", self._provider, client.client_id, json.dumps(data))
        self._keys.pop(client.client_id, None)
        return client

    def authenticate(self, request: Request, audiences: list[str], now: float) -> Client:
        """By client_secret_basic, client_secret_post or private_key_jwt. Raises InvalidClient."""
        if request.form.get("client_assertion_type") == ASSERTION:
            return self._by_assertion(request.form.get("client_assertion", ""), audiences, now)
        posted = (request.form.get("client_id", ""), request.form.get("client_secret", ""))
        client_id, secret = _basic(request) or posted
        client = self.find(client_id)
        if client is None or not client.client_secret or secret != client.client_secret:
            raise InvalidClient(client_id)
        return client

    def _by_assertion(self, assertion: str, audiences: list[str], now: float) -> Client:
        try:
            claimed = json.loads(_padded(assertion.split(".")[1]))
            client = self.find(str(claimed["iss"]))
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise InvalidClient("unreadable assertion") from error
        if client is None:
            raise InvalidClient("unknown issuer of the assertion")
        claims = self._verified(client, assertion)
        heard = claims["aud"] if isinstance(claims.get("aud"), list) else [claims.get("aud")]
        # The portal may write its assertions by the demo clock or by the machine's: the earlier of both is lenient.
        if claims.get("sub") != client.client_id or not any(each in audiences for each in heard):
            raise InvalidClient("assertion for somebody else")
        if not isinstance(claims.get("exp"), int | float) or claims["exp"] < min(now, time.time()) - 5:
            raise InvalidClient("assertion has expired")
        return client

    def _verified(self, client: Client, assertion: str) -> dict[str, Any]:
        """A key may have been changed since we last looked, so one failure makes us look again."""
        for fresh in (False, True):
            try:
                return jwt.decode(assertion, self._key_set(client, fresh), algorithms=ALGORITHMS).claims
            except (JoseError, ValueError):
                continue
        raise InvalidClient("assertion is not signed by the client's key")

    def _key_set(self, client: Client, fresh: bool) -> KeySet:
        until, keys = self._keys.get(client.client_id, (0.0, None))
        if keys is None or fresh or until < time.monotonic():
            keys = _read_keys(client)
            self._keys[client.client_id] = (time.monotonic() + KEYS_AGE, keys)
        return keys


def _read_keys(client: Client) -> KeySet:
    if client.jwks_file:
        content = Path(client.jwks_file).read_bytes()
        if content.lstrip().startswith(b"{"):
            return KeySet.import_key_set(json.loads(content))
        key = RSAKey.import_key(content) if b"EC PRIVATE" not in content else ECKey.import_key(content)
        return KeySet([key])
    try:
        answer = requests.get(client.jwks_uri, timeout=5, allow_redirects=False)
        answer.raise_for_status()
        return KeySet.import_key_set(answer.json())
    except (requests.RequestException, ValueError) as error:
        raise InvalidClient(f"no keys at {client.jwks_uri}") from error


def _basic(request: Request) -> tuple[str, str] | None:
    """RFC 6749 2.3.1: both halves are form-encoded before they are joined."""
    authorization = request.authorization
    if authorization is None or authorization.type != "basic":
        return None
    return unquote_plus(authorization.username or ""), unquote_plus(authorization.password or "")


def _padded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
