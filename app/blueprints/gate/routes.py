"""Pages of the gate."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from app.appointments import gate, passes, shifts, slots
from app.appointments.errors import PassUnknown
from app.appointments.gate import Expected
from app.appointments.rules import BOOKED
from app.blueprints.gate import view
from app.blueprints.gate.phones import idle_shift, keeps, this_phone
from app.blueprints.gate.posts import Post, expected_at, posts_of
from app.calendars.clock import now
from app.calendars.wording import clock_text
from app.cases import steps
from app.extensions import limiter, transaction
from app.identity import access
from app.identity.access import current_actor, signed_in_actor
from app.identity.audit import audit
from app.kit.errors import NotFound, Refused
from app.kit.profile import Profile
from app.kit.roles import Role
from app.web import limits
from app.web.language import lang, t
from app.web.moments import day_words
from app.web.pages import page, see_other

blueprint = Blueprint("gate", __name__)
LONGEST_SEARCH = 100
# What the three numbers above the list count and narrow it to.
ONLY: dict[str, Callable[[Expected], bool]] = {
    "everybody": lambda each: True,
    "inside": lambda each: bool(each.inside),
    "waiting": lambda each: not each.inside,
}


@blueprint.get("/gate")
@access.staff(Role.GATE_STAFF)
def index() -> Response:
    words = request.args.get("q", "")[:LONGEST_SEARCH]
    if found := passes.find_pass(words):
        return see_other(url_for("gate.show", code=found.code))
    posts, chosen = posts_of(signed_in_actor(), _profile()), request.args.get("gate", "")
    everybody, only = expected_at(posts, chosen), request.args.get("only", "")
    wanted = [each for each in everybody if only not in ONLY or ONLY[only](each)]
    return page(
        "gate/index.html",
        fragment="gate/_visitors.html",
        visitors=[view.row(each, _profile()) for each in gate.matching(wanted, words)],
        counts={name: sum(map(test, everybody)) for name, test in ONLY.items()},
        q=words,
        only=only if only in ONLY else "",
        chosen=chosen,
        offer_shift=_may_begin_shift(posts),
        **_place(posts, chosen),
    )


@blueprint.get("/gate/print", endpoint="print")
@access.staff(Role.GATE_STAFF)
def print_list() -> Response:
    posts, chosen = posts_of(signed_in_actor(), _profile()), request.args.get("gate", "")
    if not any(chosen in post.gates for post in posts):
        chosen = ""
    everybody = expected_at(posts, chosen)
    with transaction():
        audit("gate.printed", actor=current_actor(), detail={"gate": chosen, "passes": len(everybody)})
    rows = [view.row(each, _profile()) for each in everybody]
    made = clock_text(now(), posts[0].agency.zone, lang()) if posts else ""
    return page("gate/print.html", visitors=rows, made=made, **_place(posts, chosen))


@blueprint.get("/gate/<code>")
@access.public
@limiter.limit("40 per minute", exempt_when=lambda: current_actor() is not None)
def show(code: str) -> Response:
    found, post = _at_my_agency(code)
    if current_actor() is None and idle_shift():
        return see_other(url_for("gate.pin", next=url_for("gate.show", code=code)))
    if found is None or post is None:
        return page("gate/stranger.html", good=passes.valid_for(code) is not None)
    with transaction():
        audit("gate.viewed", actor=current_actor(), case_id=found.visit_pass.case_id)
    return _pass_page(found, post)


@blueprint.post("/gate/<code>/enter")
@access.staff(Role.GATE_STAFF)
@limits.forms
def enter(code: str) -> Response:
    post = _post_for(code)
    try:
        with transaction():
            gate.enter(code, request.form.getlist("who"), gates=post.gates, by=signed_in_actor(), attended=_attended)
    except NotFound:
        raise
    except Refused as refused:
        return _pass_page(gate.opened(code), post, refused=refused)
    return see_other(url_for("gate.show", code=code, done="let_in"))


@blueprint.post("/gate/<code>/turn-away")
@access.staff(Role.GATE_STAFF)
@limits.forms
def turn_away(code: str) -> Response:
    post, form = _post_for(code), request.form
    try:
        with transaction():
            who, why = form.get("person", ""), form.get("reason", "")
            gate.turn_away(code, who, why, gates=post.gates, by=signed_in_actor())
    except NotFound:
        raise
    except Refused as refused:
        return _pass_page(gate.opened(code), post, refused=refused)
    return see_other(url_for("gate.show", code=code, done="turned_away"))


def _attended(case_id: uuid.UUID) -> None:
    """The visitor is in: the case takes its step, unless an officer has noted the visit already."""
    booking = slots.find_booking(case_id)
    if booking is not None and booking.state == BOOKED:
        steps.move(case_id, "attended", by=signed_in_actor(), version=None)


def _may_begin_shift(posts: list[Post]) -> bool:
    """On a registered telephone of his gate, a guard who has not chosen a PIN yet."""
    phone = this_phone()
    return keeps(phone, posts) and shifts.open_shift(phone, signed_in_actor().staff_id) is None


def _profile() -> Profile:
    profile: Profile = current_app.extensions["profile"]
    return profile


def _at_my_agency(code: str) -> tuple[Expected | None, Post | None]:
    """A pass and the post of the guard who asks; nothing for a stranger, also one who is staff elsewhere."""
    posts = posts_of(current_actor(), _profile())
    if not posts or passes.find_pass(code) is None:
        return None, None
    found = gate.opened(code)
    return found, next((post for post in posts if post.agency.id == found.visit_pass.agency), None)


def _post_for(code: str) -> Post:
    post = _at_my_agency(code)[1]
    if post is None:
        raise PassUnknown()
    return post


def _pass_page(found: Expected, post: Post, *, refused: Refused | None = None) -> Response:
    done = request.args.get("done", "")
    said = f"gate.done.{done}" if done in ("let_in", "turned_away") else ""
    return page(
        "gate/show.html",
        status=refused.status if refused else 200,
        paper=view.paper(found, post, _profile()),
        done=t(said) if said and not refused else "",
        refused=view.refusal(refused, found) if refused else "",
        **_place([post], ""),
    )


def _place(posts: list[Post], chosen: str) -> dict[str, Any]:
    """Where and when: the head of every page at the gate."""
    gates = {gate_id: _profile().label("gates", gate_id, lang()) for post in posts for gate_id in post.gates}
    names = [gates[chosen]] if chosen in gates else list(gates.values())
    return {
        "unit": posts[0].agency.name[lang()] if posts else "",
        "day": day_words(posts[0].day, posts[0].agency.id) if posts else "",
        "gates": list(gates.items()),
        "gate_name": names[0] if len(names) == 1 else t("gate.index.all_gates"),
    }
