"""Signing out at the provider: asked by the client, by the person here, and told to every client in the background."""

import logging
import threading

import requests
from flask import Blueprint, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.errors import JoseError

from sandbox.oidc import tokens
from sandbox.oidc.provider import Provider, Session
from sandbox.pages import browser, page
from sandbox.world import world

log = logging.getLogger("sandbox.logout")


def add_logout(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/end-session", view_func=end_session, methods=["GET", "POST"])
    blueprint.add_url_rule("/signed-out", view_func=signed_out)
    blueprint.add_url_rule("/sessions", view_func=sessions)
    blueprint.add_url_rule("/sessions/end", view_func=end_one, methods=["POST"])


def _provider() -> Provider:
    return world().providers[request.blueprint or ""]


def end_session() -> ResponseReturnValue:
    """RP-initiated logout. Without a token of ours as hint the person is asked first."""
    provider = _provider()
    g.wished_language = request.values.get("ui_locales", "").split(" ")[0]
    hint = _hint(provider, request.values.get("id_token_hint", ""))
    if hint is None and request.method == "GET":
        return page("end_session.html")
    session = provider.sessions.get(hint["sid"]) if hint else provider.session_in(browser())
    if session:
        end(provider, session)
    return redirect(_way_back(provider, str(hint["aud"]) if hint else ""), 303)


def _hint(provider: Provider, token: str) -> dict[str, str] | None:
    """Claims of an ID token that we once issued; being expired does not matter here."""
    try:
        claims = jwt.decode(token, provider.keys.all, algorithms=["RS256"]).claims
    except (JoseError, ValueError):
        return None
    return claims if claims.get("iss") == provider.issuer and "sid" in claims else None


def _way_back(provider: Provider, client_id: str) -> str:
    client = provider.clients.find(client_id)
    address = request.values.get("post_logout_redirect_uri", "")
    if client is None or address not in client.post_logout_redirect_uris:
        return url_for(".signed_out")
    state = request.values.get("state")
    query = requests.models.PreparedRequest()
    query.prepare_url(address, {"state": state} if state else {})
    return str(query.url)


def signed_out() -> ResponseReturnValue:
    return page("signed_out.html")


def sessions() -> ResponseReturnValue:
    """Who is signed in at this provider, with a button that ends a session from outside the portal."""
    listed = [session for _, session in _provider().sessions.items()]
    return page("sessions.html", sessions=listed, provider=_provider().name)


def end_one() -> ResponseReturnValue:
    session = _provider().sessions.get(request.form.get("sid", ""))
    if session:
        end(_provider(), session)
    return make_response(redirect(url_for(".sessions"), 303))


def end(provider: Provider, session: Session) -> None:
    """Forget the session, then tell its clients, without keeping anybody waiting."""
    provider.sessions.take(session.sid)
    now = int(world().clock.now().timestamp())
    for client_id in session.clients:
        client = provider.clients.find(client_id)
        if client and client.backchannel_logout_uri:
            token = tokens.logout_token(provider, session, client_id, now)
            threading.Thread(target=_tell, args=(client.backchannel_logout_uri, token), daemon=True).start()


def _tell(address: str, token: str) -> None:
    try:
        answer = requests.post(address, data={"logout_token": token}, timeout=10, allow_redirects=False)
        log.info("back-channel logout answered %s", answer.status_code)
    except requests.RequestException as error:
        log.warning("back-channel logout was not heard: %s", type(error).__name__)
