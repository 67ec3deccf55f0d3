"""Everything a token must prove before a word of it is believed (what Authlib's own check leaves out included).

Each check raises SignInRefused with our word for what was wrong; the provider's own text goes nowhere.
"""

import base64
import hashlib
import hmac
import json
import math
from typing import Any, NoReturn

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import CompactSignature

from app.calendars.clock import now
from app.identity.provider import Provider
from app.identity.refusals import SignInRefused

SKEW = 60
ID_TOKEN_AGE = 600
LOGOUT_TOKEN_AGE = 180
MOST_TOKEN = 64 * 1024
ID_TYPES = frozenset({None, "JWT", "jwt"})
LOGOUT_TYPES = frozenset({None, "JWT", "jwt", "logout+jwt"})
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
KEY_TYPES = {"R": "RSA", "P": "RSA", "E": "EC"}
HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


class Registry(jws.JWSRegistry):
    """Header parameters we do not know are ignored, as the standard wants; certificate chains make headers long."""

    max_header_length = 16 * 1024


def verified(provider: Provider, token: object, types: frozenset[str | None]) -> dict[str, Any]:
    """The claims of a token whose signature is by one of the provider's keys with an algorithm of ours."""
    if not isinstance(token, str) or len(token) > MOST_TOKEN or not token.isascii():
        raise SignInRefused("token_form")
    header = _header(token)
    if header.get("alg") not in provider.algorithms:
        raise SignInRefused("token_algorithm")
    if header.get("typ") not in types or "crit" in header or "b64" in header:
        raise SignInRefused("token_type")
    # A new key may stand under an old id, so a bad signature earns one more reading of the keys, seldom enough.
    payload = _payload(token, header, provider.keys()) or _payload(token, header, provider.keys(again=True))
    if payload is None:
        raise SignInRefused("token_signature")
    return _object(payload)


def _extract(token: str) -> CompactSignature:
    return jws.extract_compact(token.encode(), registry=Registry(strict_check_header=False))


def _header(token: str) -> dict[str, Any]:
    try:
        header = _extract(token).headers()
    except (JoseError, ValueError, TypeError, RecursionError, AttributeError):
        raise SignInRefused("token_form") from None
    if not isinstance(header, dict) or not all(isinstance(header.get(name, ""), str) for name in ("alg", "kid", "typ")):
        raise SignInRefused("token_form")
    return header


def _payload(token: str, header: dict[str, Any], keys: list[Key]) -> bytes | None:
    algorithm, kid = header["alg"], header.get("kid")
    registry = Registry(algorithms=[algorithm], strict_check_header=False)
    for key in keys:
        fits = key.key_type == KEY_TYPES.get(algorithm[0]) and key.alg in (None, algorithm) and kid in (None, key.kid)
        if not fits:
            continue
        try:
            return jws.deserialize_compact(token.encode(), key, registry=registry).payload
        except (JoseError, ValueError, TypeError):
            continue
    return None


def _object(payload: bytes) -> dict[str, Any]:
    try:
        claims = json.loads(payload, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise SignInRefused("token_payload") from None
    if not isinstance(claims, dict):
        raise SignInRefused("token_payload")
    return claims


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _moment(claims: dict[str, Any], name: str) -> float | None:
    """A time claim in seconds; decimals are met in the wild. Words, truth values and infinities are not times."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignInRefused(f"token_{name}")
    try:
        moment = float(value)
    except OverflowError:
        raise SignInRefused(f"token_{name}") from None
    if not math.isfinite(moment):
        raise SignInRefused(f"token_{name}")
    return moment


def _must(claim: bool, cause: str) -> None:
    if not claim:
        raise SignInRefused(cause)


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def text_of(value: object, most: int = 255) -> str | None:
    """A claim as text: a string as it is, None for anything that is not one, empty, too long or with controls."""
    if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
        return None
    return value


def _is_for(provider: Provider, claims: dict[str, Any]) -> bool:
    return claims.get("aud") in (provider.client_id, [provider.client_id])


def _check_common(provider: Provider, claims: dict[str, Any], age: int) -> None:
    """Issuer, audience, time: the same for every token that is for us."""
    _must(claims.get("iss") == provider.issuer, "token_iss")
    _must(_is_for(provider, claims), "token_aud")
    moment = now().timestamp()
    expires, issued, begins = (_moment(claims, name) for name in ("exp", "iat", "nbf"))
    _must(issued is not None and moment - age - SKEW <= issued <= moment + SKEW, "token_iat")
    _must(begins is None or begins <= moment + SKEW, "token_nbf")
    _must(expires is None or expires > moment - SKEW, "token_exp")


def check_id_token(
    provider: Provider, token: object, *, nonce: str, access_token: str, max_age: int | None
) -> dict[str, Any]:
    """The claims of an ID token that was issued to us, now, for this attempt, at the level asked."""
    claims = verified(provider, token, ID_TYPES)
    _check_common(provider, claims, ID_TOKEN_AGE)
    _must(claims.get("exp") is not None, "token_exp")
    _must("azp" not in claims or claims["azp"] == provider.client_id, "token_azp")
    _must(text_of(claims.get("sub")) is not None, "token_sub")
    _must(_same(claims.get("nonce"), nonce), "token_nonce")
    # A logout token signed by the same key is no proof of a sign-in.
    _must("events" not in claims, "token_type")
    _must("at_hash" not in claims or _same(claims["at_hash"], _half_hash(access_token, str(token))), "token_at_hash")
    _must(not provider.acr_values or claims.get("acr") in provider.acr_values, "token_acr")
    _check_auth_time(claims, max_age)
    return claims


def _half_hash(access_token: str, token: str) -> str:
    digest = HASHES[_header(token)["alg"][-3:]](access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode("ascii")


def _check_auth_time(claims: dict[str, Any], max_age: int | None) -> None:
    at, moment = _moment(claims, "auth_time"), now().timestamp()
    _must(at is None or at <= moment + SKEW, "token_auth_time")
    if max_age is not None:
        _must(at is not None and moment - at <= max_age + SKEW, "token_auth_time")


def check_logout_token(provider: Provider, token: object) -> dict[str, Any]:
    """The claims of a logout token for us; its jti is still to be found unused."""
    claims = verified(provider, token, LOGOUT_TYPES)
    _check_common(provider, claims, LOGOUT_TOKEN_AGE)
    _must("nonce" not in claims, "logout_nonce")
    events = claims.get("events")
    _must(isinstance(events, dict) and isinstance(events.get(LOGOUT_EVENT), dict), "logout_event")
    _must(text_of(claims.get("jti")) is not None, "logout_jti")
    _must(any(text_of(claims.get(name)) for name in ("sub", "sid")), "logout_subject")
    _must(all(name not in claims or text_of(claims[name]) for name in ("sub", "sid")), "logout_subject")
    return claims


def is_addressed(provider: Provider, token: object) -> bool:
    """Does it claim to be this issuer's, for us? Unverified: only to choose the provider whose keys then decide."""
    if not isinstance(token, str) or len(token) > MOST_TOKEN or not token.isascii():
        return False
    try:
        claims = json.loads(_extract(token).payload or b"")
    except (JoseError, ValueError, TypeError, RecursionError, AttributeError):
        return False
    return isinstance(claims, dict) and claims.get("iss") == provider.issuer and _is_for(provider, claims)
