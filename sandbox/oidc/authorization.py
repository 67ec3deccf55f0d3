"""What a client may ask at the authorisation endpoint, and the errors it gets back."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from sandbox.oidc.provider import Attempt, Provider

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
REQUEST_URI = "urn:ietf:params:oauth:request_uri:"


class UntrustedRequest(Exception):
    """Client or return address is unknown: the error may only be shown here, never sent anywhere."""


class Refusal(Exception):
    """An error for the client, at its return address."""

    def __init__(self, attempt: Attempt, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.attempt = attempt
        self.error = error
        self.description = description


def pushed(provider: Provider, asked: Mapping[str, str]) -> Mapping[str, str]:
    """The request itself, or the one that was pushed before under its request_uri."""
    address = asked.get("request_uri", "")
    if not address:
        return asked
    kept = provider.pushed.take(address.removeprefix(REQUEST_URI)) if address.startswith(REQUEST_URI) else None
    if kept is None or kept.get("client_id") != asked.get("client_id"):
        raise UntrustedRequest("request_uri")
    return kept


def read(provider: Provider, asked: Mapping[str, str], browser: str) -> Attempt:
    """The sign-in a client asks for. Raises UntrustedRequest or Refusal."""
    client = provider.clients.find(asked.get("client_id", ""))
    if client is None:
        raise UntrustedRequest("client_id")
    if asked.get("redirect_uri") not in client.redirect_uris:
        raise UntrustedRequest("redirect_uri")
    if client.require_par and "request_uri" in asked:
        raise UntrustedRequest("request_uri")
    locales = asked.get("ui_locales", "").split()
    attempt = Attempt(
        client_id=client.client_id,
        redirect_uri=asked["redirect_uri"],
        scope=asked.get("scope", ""),
        challenge=asked.get("code_challenge", ""),
        browser=browser,
        state=asked.get("state"),
        nonce=asked.get("nonce"),
        acr=asked.get("acr_values", "").split(" ")[0],
        prompt=asked.get("prompt", ""),
        language=next((each for each in locales if each in ("ar", "en")), "ar"),
        login_hint=asked.get("login_hint", ""),
    )
    _check(attempt, asked)
    return Attempt(**{**attempt.__dict__, "max_age": int(asked["max_age"])}) if asked.get("max_age") else attempt


def _check(attempt: Attempt, asked: Mapping[str, str]) -> None:
    if asked.get("request"):
        raise Refusal(attempt, "request_not_supported", "request objects are not supported")
    if asked.get("response_type") != "code":
        raise Refusal(attempt, "unsupported_response_type", "only response_type=code")
    if "openid" not in attempt.scope.split():
        raise Refusal(attempt, "invalid_scope", "scope must hold openid")
    if asked.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(attempt.challenge):
        raise Refusal(attempt, "invalid_request", "PKCE with S256 is required")
    if not attempt.state or not attempt.nonce:
        raise Refusal(attempt, "invalid_request", "state and nonce are required")
    if asked.get("max_age") and not re.fullmatch(r"[0-9]{1,9}", asked["max_age"]):
        raise Refusal(attempt, "invalid_request", "max_age must be a number of seconds")


def callback(attempt: Attempt, **answer: str | None) -> str:
    """The return address with the answer; RFC 9207 wants our issuer in it."""
    query = urlencode({name: value for name, value in answer.items() if value is not None})
    return f"{attempt.redirect_uri}{'&' if '?' in attempt.redirect_uri else '?'}{query}"
