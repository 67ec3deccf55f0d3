"""The language of a request. Arabic by default; addresses below /en are English.

The prefix becomes part of SCRIPT_NAME, so that `url_for` keeps a visitor in the language without a view knowing it.
"""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from flask import g, has_request_context, request

from app.identity.addresses import parts_of
from app.kit.words import WORDS

ENVIRON_KEY = "portal.language"
WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class LanguagePrefix:
    """WSGI middleware: takes a leading /en off the path."""

    def __init__(self, app: WSGI) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ[ENVIRON_KEY] = "en"
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
        return self.app(environ, start_response)


def lang() -> str:
    """The language of the request, "ar" or "en"; outside one Arabic."""
    return str(request.environ.get(ENVIRON_KEY, "ar")) if has_request_context() else "ar"


@cache
def spoken(language: str) -> dict[str, Any]:
    """What templates speak a language with. Bound once: a page asks for a hundred words."""
    return {
        "lang": language,
        "dir": "rtl" if language == "ar" else "ltr",
        "t": partial(WORDS.text, language),
        "plural": partial(WORDS.plural, language),
    }


def t(key: str, /, **params: object) -> str:
    return WORDS.text(lang(), key, **params)


def plural(name: str, count: int, /, **params: object) -> str:
    return WORDS.plural(lang(), name, count, **params)


def other_language_url() -> str:
    """The same page in the other language (GET addresses only make sense); from the page of an error the first page."""
    if "failed" in g:
        return "/" if lang() == "en" else "/en"
    path = _readable_address()
    return path if lang() == "en" else f"/en{path}"


def _readable_address() -> str:
    """This page's own address; of the answer to a form whose address only takes forms, that of the page it was on."""
    if request.method in ("GET", "HEAD") or request.url_rule is None or "GET" in (request.url_rule.methods or ()):
        return f"{request.path}?{request.query_string.decode('latin-1')}" if request.query_string else request.path
    page = parts_of(request.referrer or "")
    if page.netloc != request.host or not page.path.startswith("/"):
        return "/"
    path = page.path.removeprefix("/en") if page.path == "/en" or page.path.startswith("/en/") else page.path
    return f"/{path.lstrip('/')}" + (f"?{page.query}" if page.query else "")
