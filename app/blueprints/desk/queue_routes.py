"""The queue, one step for many cases, and the way to the next case."""

from collections.abc import Container
from typing import Any

from flask import Response, request, url_for

from app.blueprints.desk import bulk as many
from app.blueprints.desk import queue as listing
from app.blueprints.desk.frame import READERS, WRITERS, blueprint, menu_of
from app.cases import desk_view, officers, queries
from app.identity import access
from app.identity.access import signed_in_actor
from app.web import limits
from app.web.htmx import is_fragment
from app.web.language import t
from app.web.pages import page, see_other


@blueprint.get("/home")
@access.staff()
def home() -> Response:
    """Where somebody's work begins: the first thing in his menu, else his own sessions."""
    menu = menu_of(signed_in_actor())
    return see_other(menu[0][2] if menu else url_for("desk_login.sessions"))


@blueprint.get("")
@access.staff(*READERS)
def queue() -> Response:
    """The browser's address keeps the filters, never the words: they may be a person's name."""
    answer = _queue()
    if is_fragment():
        answer.headers["HX-Replace-Url"] = listing.address(listing.filters_of(request.args), words="")
    return answer


@blueprint.post("")
@access.staff(*WRITERS)
@limits.bulk
def bulk() -> Response:
    chosen, name, assignee = (
        request.form.getlist("chosen"),
        request.form.get("what", ""),
        request.form.get("assignee", ""),
    )
    wrong = _wrong(chosen, name, assignee)
    if wrong:
        return _queue(422, errors=wrong, ticked=set(chosen), what=name, assignee=assignee)
    return _queue(outcomes=many.take(signed_in_actor(), chosen, name, assignee))


def _wrong(chosen: list[str], name: str, assignee: str) -> list[tuple[str, str]]:
    """(control, sentence) of everything that is missing."""
    asked = [
        ("queue", "desk.bulk.none", not chosen),
        ("what", "desk.bulk.what_missing", name not in many.OFFERED),
        ("assignee", "desk.bulk.assignee_missing", name == many.ASSIGN and not assignee),
    ]
    return [(control, t(key)) for control, key, is_wrong in asked if is_wrong]


@blueprint.get("/next")
@access.staff(*READERS)
def following() -> Response:
    """The next case that waits for this officer, or the queue when there is none."""
    actor = signed_in_actor()
    done = request.args.get("after", "")
    current = queries.find_case(done, queries.visible(actor)) if done else None
    found = desk_view.next_after(actor, current)
    return see_other(url_for("desk.case", number=found.address) if found else url_for("desk.queue"))


def _queue(status: int = 200, ticked: Container[str] = (), **more: Any) -> Response:
    actor = signed_in_actor()
    shown = listing.page_of(actor, listing.filters_of(request.args), ticked)
    may_act = bool(actor.roles & set(WRITERS))
    staff = [(str(id), name) for id, name in officers.officers_beside(actor).items()] if may_act else []
    return page(
        "desk/queue.html", status=status, fragment="desk/_queue.html", officers=staff, may_act=may_act, **shown, **more
    )
