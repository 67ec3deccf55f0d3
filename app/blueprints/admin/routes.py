import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for

from app.blueprints.admin import forms, view
from app.extensions import transaction
from app.identity import access, accounts
from app.identity.access import signed_in_actor
from app.identity.accounts import READERS, STATES, Query
from app.kit.arabic import clean_line
from app.kit.errors import NotFound, Refused
from app.kit.roles import Role
from app.web import limits
from app.web.language import t
from app.web.moments import house
from app.web.pages import page, refused_by, see_other

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
SIZE = 50
MOST_PAGES = 200
DONE = ("invited", "given", "taken", "locked", "unlocked", "signed_out")


@blueprint.get("")
@access.staff(*READERS)
def index() -> Response:
    actor, query, number = signed_in_actor(), _query(), request.args.get("page", 1, type=int)
    number = min(max(1, number), MOST_PAGES)
    found = accounts.listed(actor, query, page=number, size=SIZE)
    return page(
        "admin/index.html",
        query=query,
        lines=[view.line(each) for each in found[:SIZE]],
        page_number=number,
        more=len(found) > SIZE,
        address=lambda n: _address(query, n),
        roles=forms.options()["role"],
        states=[(each, t(f"admin.states.{each}")) for each in STATES],
        may_change=Role.ADMINISTRATOR in actor.roles,
    )


def _query() -> Query:
    asked = {name: request.args.get(name, "") for name in ("words", "role", "state")}
    return Query(
        clean_line(asked["words"][:80]),
        asked["role"] if asked["role"] in set(Role) else "",
        asked["state"] if asked["state"] in STATES else "",
    )


def _address(query: Query, number: int) -> str:
    kept: dict[str, Any] = {name: value for name, value in vars(query).items() if value}
    return url_for("admin.index", page=number, **kept)


@blueprint.get("/invite")
@access.staff(Role.ADMINISTRATOR)
def invite() -> Response:
    return _invitation(forms.Entry({}))


@blueprint.post("/invite", endpoint="send_invitation")
@access.staff(Role.ADMINISTRATOR)
@limits.forms
def send_invitation() -> Response:
    entry = forms.read(request.form, invites=True)
    if entry.errors or entry.grant is None:
        return _invitation(entry, 422)
    try:
        with transaction():
            found = accounts.invite(entry.email, entry.name, entry.grant, by=signed_in_actor()).id
    except Refused as refused:
        entry.errors["email"] = t(refused.text_key, **refused.params)
        return _invitation(entry, 422)
    return see_other(url_for("admin.member", staff_id=found, done="invited"))


def _invitation(entry: forms.Entry, status: int = 200) -> Response:
    return page("admin/invite.html", status=status, entry=entry, options=forms.options())


@blueprint.get("/staff/<uuid:staff_id>")
@access.staff(*READERS)
def member(staff_id: uuid.UUID) -> Response:
    done = request.args.get("done", "")
    return _member(staff_id, done=done if done in DONE else "")


def _member(staff_id: uuid.UUID, status: int = 200, **said: Any) -> Response:
    """The account as it is now, with what was typed and what was wrong with it."""
    actor = signed_in_actor()
    found = accounts.member_for(actor, staff_id)
    is_manager, is_own = Role.ADMINISTRATOR in actor.roles, accounts.is_own(actor, found)
    return page(
        "admin/member.html",
        status=status,
        member=found,
        state=view.state(found),
        roles=view.held(found, actor),
        sessions=accounts.open_sessions(found),
        house=house(),
        is_own=is_own,
        may_give=is_manager and not is_own,
        may_run=is_manager and accounts.may_run(actor, found),
        options=forms.options(),
        **{"entry": forms.Entry({}), "refused": "", "done": "", **said},
    )


@blueprint.post("/staff/<uuid:staff_id>/roles", endpoint="give")
@access.staff(Role.ADMINISTRATOR)
@limits.forms
def give(staff_id: uuid.UUID) -> Response:
    entry = forms.read(request.form, invites=False)
    granted = entry.grant
    if granted is None:
        return _member(staff_id, 422, entry=entry)
    return _act(staff_id, "given", lambda: accounts.give(staff_id, granted, by=signed_in_actor()), entry)


@blueprint.post("/staff/<uuid:staff_id>/roles/<uuid:grant_id>/end", endpoint="take")
@access.staff(Role.ADMINISTRATOR)
@limits.forms
def take(staff_id: uuid.UUID, grant_id: uuid.UUID) -> Response:
    return _act(staff_id, "taken", lambda: accounts.take(staff_id, grant_id, by=signed_in_actor()))


@blueprint.post("/staff/<uuid:staff_id>/sessions", endpoint="end_sessions")
@access.staff(Role.ADMINISTRATOR)
@limits.forms
def end_sessions(staff_id: uuid.UUID) -> Response:
    one = None if "all" in request.form else request.form.get("session", uuid.UUID(int=0), type=uuid.UUID)
    return _act(staff_id, "signed_out", lambda: accounts.end_sessions(staff_id, one, by=signed_in_actor()))


@blueprint.post("/staff/<uuid:staff_id>/lock", endpoint="lock")
@access.staff(Role.ADMINISTRATOR)
@limits.forms
def lock(staff_id: uuid.UUID) -> Response:
    return _act(staff_id, "locked", lambda: accounts.lock_out(staff_id, by=signed_in_actor()))


@blueprint.post("/staff/<uuid:staff_id>/unlock", endpoint="unlock")
@access.staff(Role.ADMINISTRATOR)
@limits.forms
def unlock(staff_id: uuid.UUID) -> Response:
    return _act(staff_id, "unlocked", lambda: accounts.let_in(staff_id, by=signed_in_actor()))


def _act(staff_id: uuid.UUID, done: str, verb: Callable[[], object], entry: forms.Entry | None = None) -> Response:
    """One verb in one transaction; a refusal draws the account as it is now."""
    if refused := refused_by(verb):
        said: dict[str, Any] = {"entry": entry} if entry else {}
        return _member(staff_id, refused.status, refused=t(refused.text_key, **refused.params), **said)
    return see_other(_after(staff_id, done))


def _after(staff_id: uuid.UUID, done: str) -> str:
    """The account again, or the list where its last role in the actor's reach has just gone."""
    try:
        accounts.member_for(signed_in_actor(), staff_id)
    except NotFound:
        return url_for("admin.index")
    return url_for("admin.member", staff_id=staff_id, done=done)
