"""What a dishonest or broken provider would put into an ID token; each lie is one that a careful client refuses."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox.oidc.keys import new_key
from sandbox.oidc.provider import Provider

Claims = dict[str, Any]
STRANGER = "https://stranger.example"
OTHER_NUMBER = "1000000990"


def _without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def _with(**changes: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, **changes}


def _earlier(*names: str, seconds: int) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, **{name: claims[name] - seconds for name in names}}


CLAIM_LIES: dict[str, Callable[[Claims], Claims]] = {
    "wrong_aud": _with(aud="another-client"),
    "extra_aud": lambda claims: {**claims, "aud": [claims["aud"], "another-client"]},
    "empty_aud": _with(aud=[]),
    "wrong_nonce": _with(nonce="not-the-nonce-you-sent"),
    "no_nonce": _without("nonce"),
    "wrong_iss": _with(iss=STRANGER),
    "expired": _earlier("exp", "iat", seconds=3600),
    "from_future": _earlier("exp", "iat", seconds=-3600),
    "stale": _earlier("iat", seconds=86_400),
    "no_sub": _without("sub"),
    "wrong_at_hash": _with(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "low_acr": _with(acr="urn:sandbox:level:low"),
    "no_acr": _without("acr"),
    "old_auth_time": _earlier("auth_time", seconds=86_400),
    "no_auth_time": _without("auth_time"),
    "no_national_id": _without("national_id"),
    "no_name": lambda claims: {key: value for key, value in claims.items() if not key.startswith("name")},
    "other_national_id": _with(national_id=OTHER_NUMBER),
}
USERINFO_LIES: dict[str, Callable[[Claims], Claims]] = {
    "userinfo_other_sub": _with(sub="somebody-else"),
    "userinfo_other_national_id": _with(national_id=OTHER_NUMBER),
    # What the ID token leaves out must not come back in by the side door.
    "no_national_id": CLAIM_LIES["no_national_id"],
    "no_name": CLAIM_LIES["no_name"],
}
CALLBACK_LIES: dict[str, dict[str, str | None]] = {
    "callback_no_iss": {"iss": None},
    "callback_other_iss": {"iss": STRANGER},
    "callback_other_state": {"state": "a-state-you-never-sent"},
}


def sign(provider: Provider, header: dict[str, Any], claims: Claims, lie: str | None) -> str:
    """The compact token, told with this lie (None: the truth)."""
    claims = CLAIM_LIES[lie](claims) if lie in CLAIM_LIES else claims
    key = provider.keys.signing
    if lie == "unknown_key":
        key = new_key()
        header = {**header, "kid": key.kid}
    if lie == "wrong_typ":
        header = {**header, "typ": "at+jwt"}
    if lie == "alg_none":
        return f"{_part({**header, 'alg': 'none'})}.{_part(claims)}."
    if lie == "alg_rs512":
        any_use = RSAKey.import_key(key.as_pem(private=True))
        return jwt.encode({**header, "alg": "RS512"}, claims, any_use, algorithms=["RS512"])
    if lie == "alg_hs256":
        return _signed_with_public_key(provider, f"{_part({**header, 'alg': 'HS256'})}.{_part(claims)}")
    token = jwt.encode(header, claims, key, algorithms=["RS256"])
    if lie == "bad_signature":
        head, body, signature = token.split(".")
        return f"{head}.{body}.{signature[:-8]}{'A' * 8 if signature[-8:] != 'A' * 8 else 'B' * 8}"
    return token


def _signed_with_public_key(provider: Provider, text: str) -> str:
    """The old confusion attack: the public key, which everybody has, used as a shared secret."""
    secret = provider.keys.signing.as_pem(private=False)
    return f"{text}.{_encoded(hmac.digest(secret, text.encode('ascii'), 'sha256'))}"


def _part(content: dict[str, Any]) -> str:
    return _encoded(json.dumps(content).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
