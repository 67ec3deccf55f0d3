"""The pages in which a sign-in ends, shared by both doors."""

from flask import Response, current_app, redirect, request, url_for

from app.identity.addresses import safe_next
from app.identity.refusals import SignInRefused
from app.identity.signin import Outcome
from app.web.language import lang
from app.web.pages import page

STATUS = {"refused": 400, "missing_claims": 400, "away": 503}
LONGEST_AGAIN = 3600


def refusal(door: str, why: str, back_to: str) -> Response:
    """Why nobody was signed in, in our own words; never the provider's."""
    why = why if why in STATUS else "refused"
    answer = page("login/refused.html", status=STATUS[why], why=why, door=door, next=back_to, robots="noindex")
    if why == "away":
        answer.headers["Retry-After"] = "60"
    return answer


def ended(door: str, outcome: Outcome, home: str) -> Response:
    """Where a callback leads: the page that was wanted, or the refusal, in the language in which all began.

    Never a page at the callback itself: its address holds the provider's words, and has no language of its own.
    """
    if outcome.refused is None:
        return redirect(safe_next(outcome.address, home), 303)  # type: ignore[return-value]
    address = url_for(f"{door}.refused", why=outcome.refused, next=safe_next(outcome.address, "") or None)
    prefix = "/en" if outcome.language == "en" and lang() != "en" else ""
    return redirect(prefix + address, 303)  # type: ignore[return-value]


def left(address: str) -> Response:
    """Onwards after signing out, with nothing of the person kept in the browser's storage."""
    answer = redirect(address, 303)
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer  # type: ignore[return-value]


def not_begun(door: str, refused: SignInRefused, back_to: str) -> Response:
    return refusal(door, refused.page, back_to)


def again_seconds() -> int | None:
    """How fresh the sign-in must be when a step asked for it; only ever makes a sign-in stricter."""
    asked = request.values.get("again", "")
    return min(int(asked), LONGEST_AGAIN) if asked.isascii() and asked.isdigit() and len(asked) <= 6 else None


def service_named(address: str) -> str | None:
    """The title of the service to which a path leads back, if it is one."""
    parts = address.removeprefix(request.script_root).split("/")
    services = current_app.extensions["services"]
    if len(parts) > 2 and parts[1] == "services" and parts[2] in services:
        return str(services[parts[2]].text(lang(), "title"))
    return None
