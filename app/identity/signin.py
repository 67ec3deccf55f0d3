"""A sign-in from the button to the page the person wanted, for citizens and staff alike.

This is an edge: it opens its own transactions, because the provider is called between them and never inside one.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from app.extensions import db, transaction
from app.identity import begun, claims, oidc, people, sessions, staff
from app.identity.actors import Actor
from app.identity.audit import audit
from app.identity.browser import current_browser
from app.identity.models import SigninAttempt
from app.identity.oidc import Verified
from app.identity.provider import Provider, provider
from app.identity.refusals import SignInRefused
from app.identity.sessions import SignedIn

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How a sign-in ended: with a place to go, or refused (then `refused` names the page to show)."""

    address: str
    language: str
    refused: str | None = None


def begin(kind: str, *, language: str, back_to: str, max_age: int | None = None) -> str:
    """The provider's address to go to now. Raises SignInRefused and ProviderAway."""
    browser = current_browser()
    found = browser.found
    db.session.rollback()
    address, entry = oidc.begin(provider(kind), language=language, back_to=back_to, max_age=max_age)
    with transaction():
        reference = begun.keep(found, kind, {**entry, "language": language})
    browser.give(reference)
    return address


def finish(kind: str, answer: Mapping[str, str]) -> Outcome:
    """Check what the provider sent back and sign the person in; anything wrong is a refusal that leaves nothing."""
    browser = current_browser()
    with transaction():
        entry = begun.take(browser.found, answer.get("state", ""))
    if entry is None:
        return _refuse(kind, SignInRefused("state"), {})
    try:
        verified = oidc.finish(provider(kind), entry, answer)
        with transaction():
            reference = sessions.sign_in(browser.found, kind, _enter(provider(kind), verified, entry["language"]))
    except SignInRefused as refused:
        return _refuse(kind, refused, entry)
    browser.give(reference)
    return Outcome(entry["next"], entry["language"])


def _enter(issuer: Provider, verified: Verified, language: str) -> SignedIn:
    """The person or member of staff, and the traces of the sign-in."""
    country = current_app.config["SETTINGS"].oidc_id_country
    person_id = staff_id = None
    if issuer.kind == "staff":
        who = claims.read_staff(verified.claims, country)
        staff_id = staff.recognise(verified.issuer, verified.sub, who).id
    else:
        identity = claims.read(verified.claims, country)
        person_id = people.recognise(verified.issuer, verified.sub, identity, language).id
    actor = Actor(kind="staff" if staff_id else "citizen", person_id=person_id, staff_id=staff_id)
    audit("signin", actor=actor, subject_person=person_id, detail={"acr": verified.acr})
    db.session.add(SigninAttempt(kind=issuer.kind, outcome="signed_in"))
    return SignedIn(
        issuer=verified.issuer,
        sub=verified.sub,
        sid=verified.sid,
        acr=verified.acr,
        auth_time=verified.auth_time,
        id_token=verified.id_token,
        person_id=person_id,
        staff_id=staff_id,
    )


def _refuse(kind: str, refused: SignInRefused, entry: Mapping[str, Any]) -> Outcome:
    """Leave no session behind, and the cause where staff of the portal can find it."""
    browser = current_browser()
    log.warning("sign-in refused: %s %s", kind, refused.cause)
    with transaction():
        dropped = begun.drop_if_empty(browser.found)
        audit("signin.refused", subject_person=refused.subject, detail={"provider": kind, "cause": refused.cause})
        db.session.add(SigninAttempt(kind=kind, outcome=refused.cause[:60]))
    if dropped or browser.found is None:
        browser.forget()
    return Outcome(entry.get("next", ""), entry.get("language", ""), refused.page)


def note_refusal(kind: str, refused: SignInRefused) -> None:
    """The same for a sign-in that could not even begin."""
    _refuse(kind, refused, {})


def leave(kind: str, language: str) -> str | None:
    """End this session here first; then the address that ends it at the provider, if there is one."""
    browser = current_browser()
    actor = browser.actor
    with transaction():
        id_token = sessions.end(browser.found)
        if actor is not None:
            audit("signout", actor=actor, subject_person=actor.person_id)
    browser.forget()
    return oidc.end_session_address(provider(kind), id_token, language) if id_token else None
