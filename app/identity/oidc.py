"""The code flow: begin a sign-in, finish it. No database here: what must be kept, the caller puts into the session row.

Authlib makes the address, proves who we are and fetches the tokens; every check of what comes back is tokens.py's.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.integrations.base_client import OAuthError
from requests import RequestException, Response
from urllib3.exceptions import HTTPError

from app.identity.outgoing import call, json_object
from app.identity.provider import Provider
from app.identity.refusals import ProviderAway, SignInRefused
from app.identity.tokens import check_id_token, text_of, verified

JWT_ANSWER = frozenset({None, "JWT", "jwt", "userinfo+jwt"})


@dataclass(frozen=True)
class Verified:
    """What the provider vouches for. `claims` are those of the ID token, completed by userinfo."""

    issuer: str
    sub: str
    sid: str | None
    acr: str | None
    auth_time: datetime | None
    id_token: str
    claims: Mapping[str, Any]


def begin(provider: Provider, *, language: str, back_to: str, max_age: int | None) -> tuple[str, dict[str, Any]]:
    """The address to send the browser to, and what to keep until it is back."""
    document = provider.document()
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    asked: dict[str, Any] = {"nonce": kept["nonce"], "ui_locales": language}
    if provider.acr_values:
        asked["acr_values"] = " ".join(provider.acr_values)
    if max_age is not None:
        asked["max_age"] = max_age
    address, _ = provider.session().create_authorization_url(
        document["authorization_endpoint"], state=kept["state"], code_verifier=kept["verifier"], **asked
    )
    pushed = document.get("pushed_authorization_request_endpoint")
    if pushed:
        address = _push(provider, document["authorization_endpoint"], pushed, address)
    return address, {**kept, "next": back_to, "max_age": max_age}


def _push(provider: Provider, authorization_endpoint: str, endpoint: str, address: str) -> str:
    """Hand the request over behind the browser's back (RFC 9126); the browser carries only its handle."""
    session = provider.session()
    answer = json_object(
        call(
            session,
            "POST",
            endpoint,
            data=dict(parse_qsl(urlsplit(address).query)),
            auth=session.client_auth(session.token_endpoint_auth_method),
        )
    )
    handle = text_of(answer.get("request_uri"), most=1_000)
    if handle is None:
        raise SignInRefused("par_answer")
    joint = "&" if urlsplit(authorization_endpoint).query else "?"
    return f"{authorization_endpoint}{joint}{urlencode({'client_id': provider.client_id, 'request_uri': handle})}"


def finish(provider: Provider, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Verified:
    """Who signed in, by the answer that came with a state of ours. Raises SignInRefused or ProviderAway."""
    document = provider.document()
    _check_issuer(provider, document, answer)
    if answer.get("error"):
        raise SignInRefused("provider_error")
    code = text_of(answer.get("code"), most=4_000)
    if code is None:
        raise SignInRefused("callback_code")
    tokens = _fetch(provider, document["token_endpoint"], code, kept["verifier"])
    access_token = _access_token(tokens)
    claims = check_id_token(
        provider, tokens.get("id_token"), nonce=kept["nonce"], access_token=access_token, max_age=kept["max_age"]
    )
    more = _userinfo(provider, document, access_token, claims)
    return Verified(
        issuer=provider.issuer,
        sub=claims["sub"],
        sid=text_of(claims.get("sid")),
        acr=text_of(claims.get("acr")),
        auth_time=_instant(claims.get("auth_time")),
        id_token=tokens["id_token"],
        claims={**more, **claims},
    )


def _check_issuer(provider: Provider, document: Mapping[str, Any], answer: Mapping[str, str]) -> None:
    """RFC 9207: the answer says whose it is; a provider that announced to say so must."""
    issuer = answer.get("iss")
    if issuer is None and document.get("authorization_response_iss_parameter_supported") is True:
        raise SignInRefused("callback_iss_missing")
    if issuer is not None and issuer != provider.issuer:
        raise SignInRefused("callback_iss")


def _fetch(provider: Provider, endpoint: str, code: str, verifier: str) -> dict[str, Any]:
    session = provider.session()
    try:
        return dict(session.fetch_token(endpoint, grant_type="authorization_code", code=code, code_verifier=verifier))
    except (RequestException, HTTPError, OSError) as trouble:
        raise ProviderAway("token_endpoint") from trouble
    except OAuthError:
        raise SignInRefused("token_refused") from None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise ProviderAway("token_answer") from None


def _access_token(tokens: Mapping[str, Any]) -> str:
    token, kind = text_of(tokens.get("access_token"), most=16_000), tokens.get("token_type")
    if token is None or not token.isascii() or " " in token or not isinstance(kind, str) or kind.lower() != "bearer":
        raise SignInRefused("token_answer")
    return token


def _userinfo(
    provider: Provider, document: Mapping[str, Any], access_token: str, claims: Mapping[str, Any]
) -> dict[str, Any]:
    """Further claims about the very same subject; empty where the provider has no such address."""
    endpoint = document.get("userinfo_endpoint")
    if not endpoint:
        return {}
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json, application/jwt"}
    response = call(provider.session(), "GET", endpoint, headers=headers, withhold_token=True)
    more = _read_userinfo(provider, response)
    if more.get("sub") != claims["sub"]:
        raise SignInRefused("userinfo_sub")
    both = "national_id" in more and "national_id" in claims
    if both and str(more["national_id"]) != str(claims["national_id"]):
        raise SignInRefused("userinfo_national_id")
    return more


def _read_userinfo(provider: Provider, response: Response) -> dict[str, Any]:
    if response.status_code == 200 and response.headers.get("Content-Type", "").startswith("application/jwt"):
        claims = verified(provider, response.text.strip(), JWT_ANSWER)
        if claims.get("iss") != provider.issuer or claims.get("aud") not in (provider.client_id, [provider.client_id]):
            raise SignInRefused("userinfo_for_others")
        return claims
    return json_object(response)


def _instant(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise SignInRefused("token_auth_time") from None


def end_session_address(provider: Provider, id_token: str, language: str) -> str | None:
    """Where the browser ends its session at the provider too; None where there is no such place, or none is known."""
    try:
        endpoint = provider.document().get("end_session_endpoint")
    except SignInRefused:
        return None
    if not endpoint:
        return None
    asked = {"client_id": provider.client_id, "post_logout_redirect_uri": provider.signed_out_url}
    asked |= {"ui_locales": language, "id_token_hint": id_token}
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"
