"""One provider: its name and keys, the clients it knows, and everything under way in it."""

from dataclasses import dataclass, replace
from typing import Any

from sandbox.oidc.clients import ClientBook
from sandbox.oidc.keys import KeyRing
from sandbox.options import Options
from sandbox.people import Person
from sandbox.shelf import Shelf
from sandbox.store import Store

ATTEMPT_SECONDS = 900
CODE_SECONDS = 60
TOKEN_SECONDS = 300
SESSION_SECONDS = 3600
REQUEST_SECONDS = 90


@dataclass(frozen=True)
class Attempt:
    """One begun sign-in: what the client asked for, and the browser that asked."""

    client_id: str
    redirect_uri: str
    scope: str
    challenge: str
    browser: str
    state: str | None = None
    nonce: str | None = None
    acr: str = ""
    max_age: int | None = None
    prompt: str = ""
    language: str = "ar"
    login_hint: str = ""
    person: str = ""

    def by(self, person: Person) -> "Attempt":
        return replace(self, person=person.key)


@dataclass(frozen=True)
class Session:
    """A person signed in at the provider in one browser, and the clients he went to from it."""

    sid: str
    browser: str
    person: Person
    auth_time: int
    acr: str
    clients: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Grant:
    """What a code or an access token stands for."""

    attempt: Attempt
    session: Session


class Provider:
    def __init__(self, name: str, options: Options, store: Store) -> None:
        self.name = name
        self.issuer = f"{options.url}/{name}"
        self.keys = KeyRing(options.data / f"{name}-keys.json")
        self.clients = ClientBook(name, store, [client for client in options.clients if client["provider"] == name])
        self.forget()

    def forget(self) -> None:
        """Drop everything under way."""
        self.attempts: Shelf[Attempt] = Shelf(ATTEMPT_SECONDS)
        self.pushed: Shelf[dict[str, str]] = Shelf(REQUEST_SECONDS)
        self.codes: Shelf[Grant] = Shelf(CODE_SECONDS)
        self.spent: Shelf[str] = Shelf(TOKEN_SECONDS)
        self.tokens: Shelf[Grant] = Shelf(TOKEN_SECONDS)
        self.sessions: Shelf[Session] = Shelf(SESSION_SECONDS)

    def session_in(self, browser: str) -> Session | None:
        return next((session for _, session in self.sessions.items() if session.browser == browser), None)

    def metadata(self) -> dict[str, Any]:
        issuer = self.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "pushed_authorization_request_endpoint": f"{issuer}/par",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "end_session_endpoint": f"{issuer}/end-session",
            "jwks_uri": f"{issuer}/jwks.json",
            "registration_endpoint": f"{issuer}/clients",
            **CAPABILITIES,
        }


CLAIMS = [
    "sub", "national_id", "id_country", "id_type", "name", "name_ar", "name_en", "birthdate", "birthdate_hijri",
    "gender", "nationality", "phone_number", "email", "email_verified", "acr", "auth_time",
]  # fmt: skip
CAPABILITIES: dict[str, Any] = {
    "response_types_supported": ["code"],
    "response_modes_supported": ["query"],
    "grant_types_supported": ["authorization_code"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "client_secret_post"],
    "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
    "code_challenge_methods_supported": ["S256"],
    "scopes_supported": ["openid", "profile", "phone", "email"],
    "claims_supported": CLAIMS,
    "ui_locales_supported": ["ar", "en"],
    "prompt_values_supported": ["none", "login"],
    "authorization_response_iss_parameter_supported": True,
    "backchannel_logout_supported": True,
    "backchannel_logout_session_supported": True,
    "request_parameter_supported": False,
    "require_pushed_authorization_requests": False,
}
