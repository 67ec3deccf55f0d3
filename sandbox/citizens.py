"""The national sign-in: the identity number, the two-digit number, and waiting for the telephone."""

from flask import g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from sandbox.matching import Busy, Prompt, State
from sandbox.oidc.endpoints import provider_blueprint, refuse, signed_in
from sandbox.oidc.provider import Attempt, Provider
from sandbox.pages import browser, page, t
from sandbox.people import Person
from sandbox.world import world

blueprint = provider_blueprint("id")
REFRESH_SECONDS = "10"


def _provider() -> Provider:
    return world().providers["id"]


def _attempt(key: str) -> Attempt:
    """The sign-in this browser began; for any other browser it does not exist."""
    attempt = _provider().attempts.get(key)
    if attempt is None or attempt.browser != browser():
        raise NotFound
    g.wished_language = attempt.language
    return attempt


@blueprint.errorhandler(NotFound)
def gone(_: NotFound) -> ResponseReturnValue:
    return page("error.html", 404, reason="attempt")


@blueprint.get("/sign-in/<attempt>")
def sign_in(attempt: str) -> ResponseReturnValue:
    begun = _attempt(attempt)
    return _form(attempt, begun.login_hint)


def _form(key: str, typed: str, error: str = "", status: int = 200) -> ResponseReturnValue:
    return page("citizen_number.html", status, attempt=key, typed=typed, error=error, people=world().people.citizens)


@blueprint.post("/sign-in/<attempt>")
def start(attempt: str) -> ResponseReturnValue:
    """The number was typed: offer a new one on the person's telephone."""
    begun = _attempt(attempt)
    typed = request.form.get("national_id", "").strip()
    person = world().people.by_number(typed)
    if person is None:
        return _form(attempt, typed, "sign_in.unknown" if typed else "sign_in.missing", 422)
    return _prompt(attempt, begun, person)


def _prompt(key: str, begun: Attempt, person: Person) -> ResponseReturnValue:
    try:
        world().prompts.start(person.key, key)
    except Busy:
        return _form(key, str(person.claims["national_id"]), "number_matching.busy", 409)
    _provider().attempts.put(begun.by(person), key)
    return redirect(url_for(".wait", attempt=key), 303)


@blueprint.get("/sign-in/<attempt>/wait")
def wait(attempt: str) -> ResponseReturnValue:
    begun = _attempt(attempt)
    prompt = world().prompts.of(attempt)
    if prompt is None:
        return redirect(url_for(".sign_in", attempt=attempt))
    if prompt.state is State.APPROVED:
        return _approved(attempt, begun)
    return _waiting(attempt, begun, prompt)


def _waiting(key: str, begun: Attempt, prompt: Prompt, too_early: bool = False) -> ResponseReturnValue:
    person = world().people.citizen(begun.person)
    answer = page("citizen_wait.html", attempt=key, prompt=prompt, person=person, too_early=too_early)
    if prompt.state is State.WAITING and not too_early:
        answer.headers["Refresh"] = REFRESH_SECONDS
    return answer


def _approved(key: str, begun: Attempt) -> ResponseReturnValue:
    person = world().people.citizen(world().prompts.consume(key) or "")
    if person is None:
        raise NotFound
    return signed_in(_provider(), key, begun, person)


@blueprint.get("/sign-in/<attempt>/state.json")
def state(attempt: str) -> ResponseReturnValue:
    """What the waiting page polls; it says only that something changed."""
    _attempt(attempt)
    prompt = world().prompts.of(attempt)
    return jsonify(mark=prompt.state if prompt else "none")


@blueprint.post("/sign-in/<attempt>/done")
def done(attempt: str) -> ResponseReturnValue:
    begun = _attempt(attempt)
    prompt = world().prompts.of(attempt)
    if prompt and prompt.state is State.APPROVED:
        return _approved(attempt, begun)
    if prompt and prompt.state is State.WAITING:
        return _waiting(attempt, begun, prompt, too_early=True)
    return redirect(url_for(".wait", attempt=attempt), 303)


@blueprint.post("/sign-in/<attempt>/again")
def again(attempt: str) -> ResponseReturnValue:
    """A new number for the same person, in the same browser."""
    begun = _attempt(attempt)
    person = world().people.citizen(begun.person)
    if person is None:
        return redirect(url_for(".sign_in", attempt=attempt), 303)
    return _prompt(attempt, begun, person)


@blueprint.post("/sign-in/<attempt>/cancel")
def cancel(attempt: str) -> ResponseReturnValue:
    begun = _attempt(attempt)
    world().prompts.cancel(attempt)
    _provider().attempts.take(attempt)
    return refuse(begun, "access_denied", t("number_matching.declined"))
