"""A sign-in provider over real HTTP that tells whatever lie a test asks for, and none otherwise.

Written apart from the portal's own code and from the sandbox, so that all three can disagree.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT = "portal"
SECRET = "a-secret-of-the-test"
FAHD = {
    "sub": "fahd-1",
    "national_id": "1000000008",
    "name": "فهد بن عبدالله السالم",
    "name_en": "Fahd Alsalem",
    "phone_number": "+966512345678",
    "email": "fahd@example.com",
}
TEXT = "text-of-the-provider"
Change = Callable[[Any], Any]


def _as_it_is(value: Any) -> Any:
    return value


@dataclass
class Lies:
    """What to change before it leaves the house. Each takes the honest thing and returns what is sent."""

    document: Change = _as_it_is
    jwks: Change = _as_it_is
    callback: Change = _as_it_is
    header: Change = _as_it_is
    claims: Change = _as_it_is
    id_token: Change = _as_it_is
    token: Change = _as_it_is
    userinfo: Change = _as_it_is
    pushed: Change = _as_it_is
    signing_key: Any = None


@dataclass
class DishonestProvider:
    issuer: str = ""
    lies: Lies = field(default_factory=Lies)
    person: dict[str, Any] = field(default_factory=lambda: dict(FAHD))
    key: RSAKey = field(default_factory=lambda: _key("first"))
    sid: str = "sid-1"
    client_id: str = CLIENT
    offers_par: bool = False
    asked: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    token_form: dict[str, str] = field(default_factory=dict)
    _pushed: dict[str, dict[str, str]] = field(default_factory=dict)

    def reset(self) -> None:
        fresh = DishonestProvider(issuer=self.issuer, key=self.key)
        self.__dict__.update(fresh.__dict__)

    def honest_claims(self, access_token: str = "") -> dict[str, Any]:
        now = int(time.time())
        digest = hashlib.sha256(access_token.encode()).digest()[:16]
        return {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked.get("nonce"),
            "auth_time": now - 5,
            "sid": self.sid,
            "acr": "high",
            "at_hash": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            **self.person,
        }

    def sign(self, claims: dict[str, Any], header: dict[str, Any] | None = None, key: Any = None) -> str:
        header = header or {"alg": "RS256", "kid": self.key.kid, "typ": "JWT"}
        if isinstance(key, bytes):
            return _hs256(claims, header, key)
        return jwt.encode(header, claims, key or self.key, algorithms=[header["alg"]], default_type=None)

    def logout_token(self, **changes: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_hex(8),
            "sub": self.person["sub"],
            "sid": self.sid,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            **changes,
        }
        header = {"alg": "RS256", "kid": self.key.kid, "typ": "logout+jwt"}
        return self.sign({name: value for name, value in claims.items() if value is not None}, header)

    def id_token(self, access_token: str) -> str:
        claims = self.lies.claims(self.honest_claims(access_token))
        header = self.lies.header({"alg": "RS256", "kid": self.key.kid, "typ": "JWT"})
        return str(self.lies.id_token(self.sign(claims, header, self.lies.signing_key)))

    def application(self) -> Flask:
        app = Flask("dishonest")
        for path, view in {
            "/.well-known/openid-configuration": self._document,
            "/jwks": self._jwks,
            "/authorize": self._authorize,
            "/par": self._par,
            "/token": self._token,
            "/userinfo": self._userinfo,
        }.items():
            app.add_url_rule(path, path, view, methods=["GET", "POST"])
        app.before_request(lambda: self.requests.append(request.path))
        return app

    def _document(self) -> Any:
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/end",
            "authorization_response_iss_parameter_supported": True,
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        }
        if self.offers_par:
            document["pushed_authorization_request_endpoint"] = f"{self.issuer}/par"
        return _answer(self.lies.document(document))

    def _jwks(self) -> Any:
        return _answer(self.lies.jwks({"keys": [self.key.as_dict(private=False, use="sig", alg="RS256")]}))

    def _par(self) -> Any:
        handle = f"urn:{secrets.token_hex(8)}"
        self._pushed[handle] = request.form.to_dict()
        answer = _answer(self.lies.pushed({"request_uri": handle, "expires_in": 60}))
        answer.status_code = 201 if answer.status_code == 200 else answer.status_code
        return answer

    def _authorize(self) -> Any:
        asked = request.args.to_dict()
        self.asked = self._pushed.get(asked.get("request_uri", ""), asked)
        answer = self.lies.callback({"code": "a-code", "state": self.asked["state"], "iss": self.issuer})
        query = "&".join(f"{name}={value}" for name, value in answer.items() if value is not None)
        return redirect(f"{self.asked['redirect_uri']}?{query}", 303)

    def _token(self) -> Any:
        self.token_form = request.form.to_dict()
        verifier = self.token_form.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if self.asked.get("code_challenge_method") != "S256" or challenge != self.asked.get("code_challenge"):
            return jsonify(error="invalid_grant", error_description=TEXT), 400
        access_token = "an-access-token"
        id_token = self.id_token(access_token)
        return _answer(
            self.lies.token(
                {
                    "access_token": access_token,
                    "token_type": "Bearer",
                    "expires_in": 60,
                    "id_token": id_token,
                }
            )
        )

    def _userinfo(self) -> Any:
        return _answer(self.lies.userinfo(dict(self.person)))


def _answer(value: Any) -> Response:
    return value if isinstance(value, Response) else jsonify(value)


def _key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": kid})


def another_key(kid: str = "first") -> RSAKey:
    """A key the provider never published, under the name of the one it did."""
    return _key(kid)


def _hs256(claims: dict[str, Any], header: dict[str, Any], secret: bytes) -> str:
    """By hand: no library signs with a public key as its secret, which is just what an attacker does."""
    parts = [_base64(json.dumps(part).encode()) for part in (header, claims)]
    return ".".join([*parts, _base64(hmac.digest(secret, ".".join(parts).encode(), "sha256"))])


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def running() -> Iterator[DishonestProvider]:
    """The provider on a free port until the block ends."""
    provider = DishonestProvider()
    server = make_server("127.0.0.1", 0, provider.application(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
