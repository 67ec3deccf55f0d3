"""Who may open what. Each view declares it; a view that declares nothing opens for nobody.

    @blueprint.get("/account")
    @access.citizen
    def index(): …

Which case somebody may see is not decided here (app/cases/policy).
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.urls import iri_to_uri

from app.calendars.clock import now
from app.extensions import db, read_only, reading_apart
from app.identity import csrf, late_forms, sessions
from app.identity.actors import Actor
from app.identity.addresses import current_address, safe_next
from app.identity.audit import audit
from app.identity.browser import current_actor, current_browser
from app.kit.roles import Role

__all__ = [
    "citizen",
    "current_actor",
    "on_expired",
    "poll",
    "public",
    "require_recent",
    "signed_in_actor",
    "staff",
    "webhook",
]
log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """What a view declares. `roles` empty: any signed-in member of staff."""

    who: str
    roles: frozenset[Role] = frozenset()
    poll: bool = False


@dataclass(frozen=True)
class Expired:
    """A form that came after its session had ended, proved by its token to be this person's own."""

    person_id: uuid.UUID | None
    staff_id: uuid.UUID | None
    endpoint: str
    arguments: dict[str, Any]
    form: MultiDict[str, str]
    has_files: bool = False


_keepers: list[Callable[[Expired], str | None]] = []


def on_expired(keep: Callable[[Expired], str | None]) -> Callable[[Expired], str | None]:
    """Register what keeps typed answers in a way of its own; it may return the path to come back to.

    Its changes are committed for it. What no keeper takes is kept by `late_forms`, whatever form it is.
    """
    _keepers.append(keep)
    return keep


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    return _declare(view, Access("public"))


def citizen(view: View) -> View:
    return _declare(view, Access("citizen"))


def webhook(view: View) -> View:
    """For programs: no session and no form token; the view itself authenticates who calls."""
    return _declare(view, Access("webhook"))


def staff(*roles: Role) -> Callable[[View], View]:
    """Members of staff who hold one of `roles` in some scope; without roles, any of them."""
    return lambda view: _declare(view, Access("staff", frozenset(roles)))


def poll(view: View) -> View:
    """Below the access line: pages ask this address by themselves, which does not prolong a session."""
    return _declare(view, replace(view.access, poll=True))  # type: ignore[attr-defined]


def declared(app: Flask, endpoint: str) -> Access | None:
    return getattr(app.view_functions.get(endpoint), "access", None)


def check() -> Response | None:
    """Before each request: origin, session, right, token, in this order."""
    if request.endpoint is None:
        return None
    access = declared(current_app, request.endpoint)
    if access is None:
        log.error("endpoint %s declares no access", request.endpoint)
        raise NotFound
    if access.who == "webhook":
        return None
    is_unsafe = request.method not in csrf.SAFE
    if is_unsafe:
        csrf.check_origin()
        with reading_apart():  # at a third of what a question costs in the transaction that may follow
            current_browser().look()
    else:
        read_only()
    _touch(access)
    answer = _judge(access)
    if answer is None and is_unsafe:
        csrf.check_token()
    return answer


def _touch(access: Access) -> None:
    """Note the visit, at most once a minute. A page that asks by itself and a static file are no visit."""
    browser = current_browser()
    if access.poll or "poll" in request.args or request.path.startswith("/static/") or not browser.reference:
        return
    found = browser.found
    if found is not None and browser.due_for_touch():
        sessions.touch(found.id)
        db.session.commit()


def _judge(access: Access) -> Response | None:
    actor = current_actor()
    if access.who == "public":
        return None
    if actor is None or actor.kind != access.who:
        return _to_sign_in()
    if access.who == "staff" and access.roles and not access.roles & actor.roles:
        audit("access.refused", actor=actor, detail={"endpoint": request.endpoint})
        db.session.commit()
        raise Forbidden
    return None


def _to_sign_in(**arguments: Any) -> Response:
    """303 to the sign-in; for HTMX 401 with HX-Redirect, since fetch would follow a 303 into a corner of the page."""
    start = "desk_login.start" if current_browser().kind == "staff" else "login.start"
    address = url_for(start, next=_way_back(), **arguments)
    if request.headers.get("HX-Request") == "true":
        response = Response(status=401)
        response.headers["HX-Redirect"] = address
        return response
    return redirect(address, 303)  # type: ignore[return-value]


def _way_back() -> str:
    """Where the person should land after signing in; what he typed is kept on the way."""
    if request.method in csrf.SAFE:
        return iri_to_uri(current_address())
    kept = _keep_typed()
    if kept is not None:
        return kept
    if request.url_rule is not None and "GET" in _methods_of(request.path):
        return iri_to_uri(current_address())
    referrer = request.referrer or ""
    path = referrer.removeprefix(csrf.origin_of(referrer)) if csrf.origin_of(referrer) in csrf.own_origins() else ""
    return safe_next(path, "/desk" if current_browser().kind == "staff" else "/account")


def _methods_of(path: str) -> list[str]:
    adapter = current_app.create_url_adapter(request)
    return list(adapter.allowed_methods(path)) if adapter is not None else []


def _keep_typed() -> str | None:
    found = current_browser().found
    if found is None or found.owner is None or not csrf.is_token_good():
        return None
    form = MultiDict((name, value) for name, value in request.form.items(multi=True) if name != csrf.FIELD)
    owner = found.owner
    arguments, has_files = dict(request.view_args or {}), any(sent.filename for sent in request.files.values())
    late = Expired(owner.person_id, owner.staff_id, str(request.endpoint), arguments, form, has_files)
    addresses = [address for keep in _keepers if (address := keep(late))]
    address = addresses[0] if addresses else _keep_any(late)
    db.session.commit()
    return address


def _keep_any(late: Expired) -> str | None:
    kept = late_forms.keep(
        person_id=late.person_id,
        staff_id=late.staff_id,
        endpoint=late.endpoint,
        arguments=late.arguments,
        fields=list(late.form.items(multi=True)),
        has_files=late.has_files,
    )
    return url_for("desk_login.kept" if late.staff_id else "login.kept", form_id=kept.id) if kept else None


def signed_in_actor() -> Actor:
    """The actor of a view that is not public."""
    actor = current_actor()
    if actor is None:
        raise NotFound
    return actor


def is_recent(actor: Actor, *, national: bool, seconds: int) -> bool:
    accepted = current_app.config["SETTINGS"].oidc_acr_values.replace(",", " ").split()
    if national and accepted and actor.acr not in accepted:
        return False
    return actor.auth_time is not None and (now() - actor.auth_time).total_seconds() <= seconds


def require_recent(*, national: bool = True, seconds: int = 600) -> None:
    """Unless he signed in within `seconds` (at the national level) the person does so again, and comes back here."""
    if not is_recent(signed_in_actor(), national=national, seconds=seconds):
        abort(_to_sign_in(again=seconds))


def register(app: Flask) -> None:
    app.before_request(check)
    # The page that says the database is away must not ask it who is there.
    app.context_processor(lambda: {"actor": None if g.get("database_away") else current_actor()})
