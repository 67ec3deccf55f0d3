"""Calls to a sign-in provider: short, bounded, and to the provider's own host.

Authlib's session sets no time limit, follows redirects (a 307 from the token endpoint would carry code and verifier to
another host) and reads answers of any size.
"""

import time
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests import RequestException, Response
from urllib3.exceptions import HTTPError

from app.identity.refusals import ProviderAway, SignInRefused

CONNECT_SECONDS = 3.0
SILENT_SECONDS = 4.0
WHOLE_SECONDS = 8.0
MOST_BYTES = 256 * 1024


class Unbearable(RequestException):
    """An answer that is a redirect, too big or too slow."""


class BoundedSession(OAuth2Session):  # type: ignore[misc]  # Authlib has no types
    """Authlib's session within our limits."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        began = time.monotonic()
        kwargs.update(timeout=(CONNECT_SECONDS, SILENT_SECONDS), allow_redirects=False, stream=True)
        kwargs.setdefault("headers", {})
        kwargs["headers"] = {"User-Agent": "portal-sign-in/1", **(kwargs["headers"] or {})}
        response: Response = super().request(method, url, *args, **kwargs)
        try:
            if 300 <= response.status_code < 400:
                raise Unbearable("redirect refused")
            # What requests would have read by itself, without its limits.
            response._content = _read(response, began + WHOLE_SECONDS)
        finally:
            response.close()
        return response


def _read(response: Response, until: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while chunk := _next_chunk(response):
        parts.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise Unbearable("answer too big")
        if time.monotonic() > until:
            raise Unbearable("answer too slow")
    return b"".join(parts)


def _next_chunk(response: Response) -> bytes:
    try:
        return bytes(response.raw.read1(16 * 1024, decode_content=True))
    except (HTTPError, OSError, ValueError) as broken:
        raise Unbearable("answer broken off") from broken


def json_object(response: Response) -> dict[str, Any]:
    """The JSON object of a 2xx answer; raises ProviderAway for a server error and SignInRefused for other answers."""
    if response.status_code >= 500:
        raise ProviderAway(f"status_{response.status_code}")
    if not 200 <= response.status_code < 300:
        raise SignInRefused(f"status_{response.status_code}")
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        raise ProviderAway("no_json") from None
    if not isinstance(answer, dict):
        raise ProviderAway("no_json_object")
    return answer


def call(session: BoundedSession, method: str, url: str, **kwargs: Any) -> Response:
    """One request; everything that can go wrong on the way is ProviderAway."""
    try:
        return session.request(method, url, **kwargs)
    except (RequestException, HTTPError, OSError, ValueError) as trouble:
        raise ProviderAway(type(trouble).__name__.lower()) from trouble
    except OAuthError as refused:
        raise SignInRefused("token_refused") from refused


def is_at(url: object, issuer: str) -> bool:
    """Is this an address of the issuer's own host, no less protected than the issuer's? Nothing else is ever called."""
    if not isinstance(url, str):
        return False
    try:
        there, home = urlsplit(url), urlsplit(issuer)
        same_host = there.hostname is not None and there.hostname == home.hostname
        return same_host and there.scheme in ("https", home.scheme) and there.username is None and not there.fragment
    except ValueError:
        return False
