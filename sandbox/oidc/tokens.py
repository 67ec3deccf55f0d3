"""ID tokens and logout tokens, honest unless a fault asks for a lie."""

import base64
import hashlib
import secrets
from typing import Any

from joserfc import jwt

from sandbox.oidc import lies
from sandbox.oidc.provider import Grant, Provider, Session

ID_TOKEN_SECONDS = 300
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def claims_of(provider: Provider, session: Session) -> dict[str, Any]:
    """What the provider knows of the person; given with any scope, since the portal reads what it needs."""
    known = {name: value for name, value in session.person.claims.items() if value not in (None, "")}
    return {"sub": session.person.sub, **known}


def id_token(provider: Provider, grant: Grant, access_token: str, now: int, lie: str | None = None) -> str:
    session = grant.session
    claims: dict[str, Any] = {
        "iss": provider.issuer,
        "aud": grant.attempt.client_id,
        "azp": grant.attempt.client_id,
        "iat": now,
        "exp": now + ID_TOKEN_SECONDS,
        "auth_time": session.auth_time,
        "nonce": grant.attempt.nonce,
        "acr": grant.attempt.acr or session.acr,
        "amr": ["mfa"],
        "sid": session.sid,
        "at_hash": at_hash(access_token),
        **claims_of(provider, session),
    }
    header = {"alg": "RS256", "kid": provider.keys.signing.kid, "typ": "JWT"}
    return lies.sign(provider, header, claims, lie)


def at_hash(access_token: str) -> str:
    half = hashlib.sha256(access_token.encode("ascii")).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode("ascii")


def logout_token(provider: Provider, session: Session, client_id: str, now: int) -> str:
    header = {"alg": "RS256", "kid": provider.keys.signing.kid, "typ": "logout+jwt"}
    claims = {
        "iss": provider.issuer,
        "aud": client_id,
        "iat": now,
        "exp": now + 120,
        "jti": secrets.token_urlsafe(16),
        "sub": session.person.sub,
        "sid": session.sid,
        "events": {LOGOUT_EVENT: {}},
    }
    return jwt.encode(header, claims, provider.keys.signing, algorithms=["RS256"])
