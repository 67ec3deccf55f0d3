"""The addresses of a provider, the same for citizens and for staff; attached to each provider's blueprint."""

import base64
import hashlib
import secrets
import time
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.faults import SLOW, hang, hang_up, unavailable
from sandbox.oidc import authorization, lies, tokens
from sandbox.oidc.clients import InvalidClient
from sandbox.oidc.logout import add_logout
from sandbox.oidc.provider import TOKEN_SECONDS, Attempt, Grant, Provider, Session
from sandbox.pages import browser, page
from sandbox.people import Person
from sandbox.world import world

BROKEN_TOKEN_ANSWERS = ("token_500", "token_redirect", "token_garbage", "token_huge", "token_slow")


def current() -> Provider:
    return world().providers[request.blueprint or ""]


def provider_blueprint(name: str) -> Blueprint:
    """A blueprint that speaks OpenID under /`name`; its pages are to add the endpoint `sign_in`."""
    blueprint = Blueprint(name, __name__, url_prefix=f"/{name}")
    blueprint.before_request(_misbehave)
    blueprint.add_url_rule("/.well-known/openid-configuration", view_func=discovery)
    blueprint.add_url_rule("/jwks.json", view_func=jwks)
    blueprint.add_url_rule("/authorize", view_func=authorize, methods=["GET", "POST"])
    blueprint.add_url_rule("/par", view_func=push, methods=["POST"])
    blueprint.add_url_rule("/token", view_func=token, methods=["POST"])
    blueprint.add_url_rule("/userinfo", view_func=userinfo, methods=["GET", "POST"])
    blueprint.add_url_rule("/clients", view_func=register, methods=["POST"])
    blueprint.add_url_rule("/keys", view_func=rotate, methods=["POST"])
    add_logout(blueprint)
    return blueprint


def _misbehave() -> Response | None:
    """A provider that is away is away on all its addresses; the sandbox's own switches are not part of it."""
    if request.endpoint in {f"{request.blueprint}.register", f"{request.blueprint}.rotate"}:
        return None
    fault = world().faults.take(request.blueprint or "", "away", "hang", "cut", "slow")
    if fault == "slow":
        time.sleep(SLOW)
    answers = {"away": unavailable, "hang": hang, "cut": hang_up}
    return answers[fault]() if fault in answers else None


def discovery() -> ResponseReturnValue:
    metadata = current().metadata()
    if world().faults.take(current().name, "discovery_issuer"):
        metadata["issuer"] = lies.STRANGER
    return jsonify(metadata)


def jwks() -> ResponseReturnValue:
    if world().faults.take(current().name, "jwks_500"):
        return unavailable(500)
    return jsonify(current().keys.published())


def push() -> ResponseReturnValue:
    """Pushed authorisation requests (RFC 9126)."""
    provider = current()
    try:
        client = provider.clients.authenticate(request, _audiences(provider), _now())
    except InvalidClient:
        return _error("invalid_client", 401)
    asked = {**request.form.to_dict(), "client_id": client.client_id}
    try:
        authorization.read(provider, asked, browser="")
    except (authorization.UntrustedRequest, authorization.Refusal):
        return _error("invalid_request")
    key = provider.pushed.put(asked)
    return jsonify(request_uri=authorization.REQUEST_URI + key, expires_in=90), 201


def authorize() -> ResponseReturnValue:
    provider, who = current(), browser()
    try:
        attempt = authorization.read(provider, authorization.pushed(provider, request.values.to_dict()), who)
    except authorization.UntrustedRequest as error:
        return page("error.html", 400, reason=str(error))
    except authorization.Refusal as refusal:
        return refuse(refusal.attempt, refusal.error, refusal.description)
    session = provider.session_in(who)
    if session and _is_fresh(session, attempt):
        return finish(provider, attempt, session)
    if attempt.prompt == "none":
        return refuse(attempt, "login_required", "nobody is signed in")
    return redirect(url_for(".sign_in", attempt=provider.attempts.put(attempt)))


def _is_fresh(session: Session, attempt: Attempt) -> bool:
    if "login" in attempt.prompt.split():
        return False
    return attempt.max_age is None or _now() - session.auth_time <= attempt.max_age


def signed_in(provider: Provider, key: str, attempt: Attempt, person: Person) -> Response:
    """The person has proved who he is: begin a session in this browser and go back to the client."""
    session = Session(
        sid=secrets.token_urlsafe(16),
        browser=attempt.browser,
        person=person,
        auth_time=int(_now()),
        acr=attempt.acr or "urn:sandbox:level:high",
    )
    provider.attempts.take(key)
    for sid, other in provider.sessions.items():
        if other.browser == attempt.browser:
            provider.sessions.take(sid)
    return finish(provider, attempt, session)


def finish(provider: Provider, attempt: Attempt, session: Session) -> Response:
    """Back to the client with a code."""
    session = Session(**{**session.__dict__, "clients": session.clients | {attempt.client_id}})
    provider.sessions.put(session, session.sid)
    if world().faults.take(provider.name, "callback_error"):
        return refuse(attempt, "server_error", "<b>demo trace 0x7f</b>")
    code = provider.codes.put(Grant(attempt, session))
    answer: dict[str, str | None] = {"code": code, "state": attempt.state, "iss": provider.issuer}
    lie = world().faults.take(provider.name, *lies.CALLBACK_LIES)
    answer |= lies.CALLBACK_LIES[lie] if lie else {}
    return make_response(redirect(authorization.callback(attempt, **answer), 303))


def refuse(attempt: Attempt, error: str, description: str) -> Response:
    answer = {"error": error, "error_description": description, "state": attempt.state, "iss": current().issuer}
    return make_response(redirect(authorization.callback(attempt, **answer), 303))


def token() -> ResponseReturnValue:
    provider = current()
    fault = world().faults.take(provider.name, *BROKEN_TOKEN_ANSWERS)
    if fault and (broken := _broken_token_answer(fault)):
        return broken
    try:
        client = provider.clients.authenticate(request, _audiences(provider), _now())
    except InvalidClient:
        return _error("invalid_client", 401)
    if request.form.get("grant_type") != "authorization_code":
        return _error("unsupported_grant_type")
    code = request.form.get("code", "")
    grant = provider.codes.take(code)
    if grant is None:
        # A code used twice was stolen once: what it gave is taken back.
        provider.tokens.take(provider.spent.take(code) or "")
        return _error("invalid_grant")
    if grant.attempt.client_id != client.client_id or not _proves(grant.attempt):
        return _error("invalid_grant")
    access_token = provider.tokens.put(grant)
    provider.spent.put(access_token, code)
    return _tokens(provider, grant, access_token)


def _tokens(provider: Provider, grant: Grant, access_token: str) -> Response:
    lie = world().faults.peek(f"{provider.name}_token")
    if lie and not lie.startswith("userinfo") and lie not in lies.USERINFO_LIES:
        world().faults.take(f"{provider.name}_token")
    answer = jsonify(
        access_token=access_token,
        token_type="Bearer",
        expires_in=TOKEN_SECONDS,
        scope=grant.attempt.scope,
        id_token=tokens.id_token(provider, grant, access_token, int(_now()), lie),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _broken_token_answer(fault: str) -> Response | None:
    if fault == "token_slow":
        time.sleep(SLOW)
        return None
    if fault == "token_redirect":
        return Response(status=307, headers={"Location": f"{world().options.url}/elsewhere"})
    if fault == "token_garbage":
        return Response('{"access_token": "x", "id_token": ', mimetype="application/json")
    if fault == "token_huge":
        return Response((b" " * 65_536 for _ in range(800)), mimetype="application/json")
    return unavailable(500)


def _proves(attempt: Attempt) -> bool:
    """The caller knows the secret behind the challenge, and went back to the same address."""
    digest = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
    proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
    return proof == attempt.challenge and request.form.get("redirect_uri") == attempt.redirect_uri


def userinfo() -> ResponseReturnValue:
    provider = current()
    if world().faults.take(provider.name, "userinfo_500"):
        return unavailable(500)
    authorized = request.headers.get("Authorization", "")
    grant = provider.tokens.get(authorized.removeprefix("Bearer ")) if authorized.startswith("Bearer ") else None
    if grant is None:
        return Response(status=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    claims = tokens.claims_of(provider, grant.session)
    lie = world().faults.take(f"{provider.name}_token", *lies.USERINFO_LIES)
    return jsonify(lies.USERINFO_LIES[lie](claims) if lie else claims)


def register() -> ResponseReturnValue:
    """A test's own portal makes itself known (fields as in RFC 7591, with a client_id of its choice)."""
    data: Any = request.get_json(silent=True)
    if not isinstance(data, dict) or not data.get("client_id") or not isinstance(data.get("redirect_uris"), list):
        return _error("invalid_client_metadata")
    client = current().clients.register(data)
    return jsonify(client_id=client.client_id, redirect_uris=client.redirect_uris), 201


def rotate() -> ResponseReturnValue:
    how = request.values.get("how", "overlap")
    if how not in ("overlap", "withdraw", "same_kid"):
        return _error("invalid_request")
    current().keys.rotate(how)
    return redirect(url_for("faults.index", changed="keys"), 303)


def _audiences(provider: Provider) -> list[str]:
    return [provider.issuer, *(f"{provider.issuer}/{name}" for name in ("token", "par"))]


def _now() -> float:
    return world().clock.now().timestamp()


def _error(code: str, status: int = 400) -> ResponseReturnValue:
    return jsonify(error=code), status, {"Cache-Control": "no-store"}
