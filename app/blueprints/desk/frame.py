"""The blueprint, who may enter it, and what stands around every page of staff: the menu and the name of the agency."""

from functools import cache
from typing import Any

from flask import Blueprint, current_app, g, request, url_for

from app.cases.announcements import EDITORS
from app.cases.context import profile
from app.cases.queries import SEES_CASES
from app.identity.access import current_actor
from app.identity.actors import Actor
from app.kit.roles import Role
from app.kit.words import WORDS
from app.web.language import lang

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

READERS = tuple(sorted(SEES_CASES))
WRITERS = tuple(sorted(SEES_CASES - {Role.AUDITOR}))
OVERSEERS = (Role.SUPERVISOR, Role.AUDITOR)
MENU = (
    ("queue", "desk.queue", READERS),
    ("appeals", "appeals.index", (Role.SUPERVISOR,)),
    ("overview", "desk.overview", OVERSEERS),
    ("calendar", "calendar.index", (Role.SUPERVISOR,)),
    ("gate", "gate.index", (Role.GATE_STAFF,)),
    ("cashier", "cashier.index", (Role.CASHIER,)),
    ("tills", "cashier.days", OVERSEERS),
    ("refunds", "refunds.index", (Role.CASHIER, Role.SECTION_HEAD, *OVERSEERS)),
    ("counter", "counter.index", (Role.COUNTER_AGENT,)),
    ("counter_day", "counter.day", (Role.SUPERVISOR, Role.AUDITOR)),
    ("audit", "admin.audit", (Role.AUDITOR,)),
    ("admin", "admin.index", (Role.ADMINISTRATOR, Role.AUDITOR)),
    ("announcements", "admin.announcements", EDITORS),
)


@blueprint.app_context_processor
def around() -> dict[str, Any]:
    """Menu and unit for the layout of staff; a page that passes its own keeps its own."""
    actor = None if g.get("database_away") else current_actor()
    if actor is None or actor.kind != "staff":
        return {}
    return {"staff_menu": menu_of(actor), "unit": unit_of(actor)}


def menu_of(actor: Actor) -> tuple[tuple[str, str, str], ...]:
    """(key, label, address) of what the actor may open."""
    return _menu(actor.roles, lang(), request.script_root)


@cache
def _menu(roles: frozenset[Role], language: str, _below: str) -> tuple[tuple[str, str, str], ...]:
    """The same for everybody with these roles, in one language and below one prefix of addresses."""
    known = current_app.view_functions
    return tuple(
        (key, WORDS.text(language, f"desk.menu.{key}"), url_for(endpoint))
        for key, endpoint, allowed in MENU
        if endpoint in known and roles & set(allowed)
    )


def unit_of(actor: Actor) -> str:
    """The agency he works in, if it is one."""
    agencies = {grant.agency for grant in actor.grants}
    only = agencies.pop() if len(agencies) == 1 else None
    return profile().agency(only).name[lang()] if only else ""
