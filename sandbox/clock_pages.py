"""/clock: see and move the demo clock that portal, worker and sandbox follow."""

import re

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.pages import page, posted, wants_json
from sandbox.world import world

blueprint = Blueprint("clock", __name__, url_prefix="/clock")
STEPS = {"hour": 3600, "day": 86_400, "five_days": 5 * 86_400}


@blueprint.get("")
def index() -> ResponseReturnValue:
    moved = request.args.get("moved", "")
    return page("clock.html", now=world().clock.now(), offset=world().clock.offset(), moved=moved)


@blueprint.get("/now.json")
def now() -> ResponseReturnValue:
    return jsonify(now=world().clock.now().isoformat(), offset=world().clock.offset())


@blueprint.post("")
def move() -> ResponseReturnValue:
    """Form or JSON: `action` (hour, day, five_days, midnight, reset) or `seconds` to move by."""
    action, before = posted().get("action", ""), world().clock.offset()
    if not _moved(action, posted().get("seconds", "")):
        return jsonify(error="unknown action"), 422
    if action == "reset":
        # Receipts under way were planned by the later clock; they keep their distance.
        world().store.run("UPDATE receipt SET due = due - ? WHERE answer IS NULL", before)
    if wants_json():
        return now()
    return redirect(url_for(".index", moved=action if action in (*STEPS, "midnight", "reset") else ""), 303)


def _moved(action: str, seconds: str) -> bool:
    clock = world().clock
    if action in STEPS:
        clock.move(STEPS[action])
    elif action == "midnight":
        clock.to_midnight()
    elif action == "reset":
        clock.reset()
    elif re.fullmatch(r"-?[0-9]{1,9}", seconds):
        clock.move(int(seconds))
    else:
        return False
    return True
