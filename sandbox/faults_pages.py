"""/faults: switch what goes wrong, by hand or by JSON."""

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.faults import CATALOGUE, UnknownFault
from sandbox.pages import page, posted, wants_json
from sandbox.world import world

blueprint = Blueprint("faults", __name__, url_prefix="/faults")


@blueprint.get("")
def index() -> ResponseReturnValue:
    changed = request.args.get("changed", "")
    return page("faults.html", catalogue=CATALOGUE, active=world().faults.active(), changed=changed)


@blueprint.get("/active.json")
def active() -> ResponseReturnValue:
    return jsonify(world().faults.active())


@blueprint.post("")
def switch() -> ResponseReturnValue:
    """Form or JSON: `component`, `kind` ("none" switches off), `times` (nothing: until switched off)."""
    component, kind, times = (posted().get(name, "") for name in ("component", "kind", "times"))
    try:
        world().faults.switch(component, kind, int(times) if times.isdecimal() else None)
    except UnknownFault as error:
        return jsonify(error=str(error)), 422
    if wants_json():
        return active()
    return redirect(url_for(".index", changed=component), 303)


@blueprint.post("/none")
def none() -> ResponseReturnValue:
    """Everything works again."""
    for component in CATALOGUE:
        world().faults.switch(component, "none")
    return active() if wants_json() else redirect(url_for(".index", changed="none"), 303)
