"""Shifts: telephones of gates (supervisor), the PIN chosen for a shift, and asking for it after idle minutes."""

import uuid
from urllib.parse import urlsplit

from flask import Response, current_app, redirect, request, url_for

from app.appointments import shifts
from app.appointments.errors import PassUnknown, PinWrong
from app.appointments.gate_models import GateDevice
from app.blueprints.gate.phones import idle_shift, keeps, mark_phone, this_phone
from app.blueprints.gate.posts import posts_of
from app.blueprints.gate.routes import blueprint
from app.extensions import limiter, transaction
from app.identity import access, sessions
from app.identity.access import signed_in_actor
from app.identity.addresses import current_address, safe_next
from app.identity.audit import audit
from app.identity.browser import current_browser
from app.kit.arabic import clean_line
from app.kit.profile import Profile
from app.kit.roles import Role
from app.web import limits
from app.web.language import lang, t
from app.web.pages import page, see_other


@blueprint.after_request
def ask_for_pin(response: Response) -> Response:
    """Where a guard would be sent to sign in again although only his session fell idle, his PIN is enough."""
    header = "HX-Redirect" if "HX-Redirect" in response.headers else "Location"
    target = urlsplit(response.headers.get(header, ""))
    if target.path == url_for("desk_login.start") and request.endpoint != "gate.pin" and idle_shift():
        response.headers[header] = url_for("gate.pin", next=_way_back())
    return response


@blueprint.get("/gate/pin")
@access.public
def pin() -> Response:
    return _pin_page("")


@blueprint.post("/gate/pin", endpoint="try_pin")
@access.public
@limiter.limit("20 per minute")
def try_pin() -> Response:
    idle = idle_shift()
    if idle is None:
        return _to_sign_in()
    with transaction():
        is_good = shifts.is_pin_good(idle.shift, request.form.get("pin", ""))
        audit("gate.pin" if is_good else "gate.pin_wrong", actor=idle.guard)
        if is_good:
            sessions.touch(idle.session.id)
    return see_other(_next()) if is_good else _pin_page(t(PinWrong.text_key))


@blueprint.get("/gate/shift")
@access.staff(Role.GATE_STAFF)
def shift() -> Response:
    _my_phone()
    return page("gate/shift.html", error="")


@blueprint.post("/gate/shift", endpoint="begin_shift")
@access.staff(Role.GATE_STAFF)
@limits.forms
def begin_shift() -> Response:
    phone, actor, found = _my_phone(), signed_in_actor(), current_browser().found
    assert actor.staff_id is not None
    assert found is not None
    try:
        with transaction():
            shifts.begin(phone, actor.staff_id, request.form.get("pin", ""), session_ends_at=found.ends_at)
            audit("gate.shift", actor=actor, detail={"gate": phone.gate})
    except PinWrong as wrong:
        return page("gate/shift.html", status=wrong.status, error=t(wrong.text_key))
    return see_other(url_for("gate.index", done="shift"))


@blueprint.get("/gate/devices")
@access.staff(Role.SUPERVISOR)
def devices() -> Response:
    return _devices_page()


@blueprint.post("/gate/devices", endpoint="register_device")
@access.staff(Role.SUPERVISOR)
@limits.forms
def register_device() -> Response:
    place, label = request.form.get("place", ""), clean_line(request.form.get("label", ""))
    staff_id = signed_in_actor().staff_id
    if place not in dict(_places()) or not label or staff_id is None:
        return _devices_page(error=t("gate.refused.device_gate"))
    agency, gate = place.split("/")
    with transaction():
        phone, reference = shifts.register_device(agency, gate, label, by_staff_id=staff_id)
        audit("gate.device", actor=signed_in_actor(), detail={"gate": gate, "device": str(phone.id)})
    answer = see_other(url_for("gate.devices", done="registered"))
    mark_phone(answer, reference)
    return answer


@blueprint.post("/gate/devices/<uuid:device_id>/end")
@access.staff(Role.SUPERVISOR)
@limits.forms
def end_device(device_id: uuid.UUID) -> Response:
    phone = next((each for each in shifts.devices_of(_supervised()) if each.id == device_id), None)
    if phone is None:
        raise PassUnknown()
    with transaction():
        shifts.end_device(phone)
        audit("gate.device_ended", actor=signed_in_actor(), detail={"gate": phone.gate, "device": str(phone.id)})
    return see_other(url_for("gate.devices", done="ended"))


def _pin_page(error: str) -> Response:
    idle = idle_shift()
    if idle is None:
        return _to_sign_in()
    return page("gate/pin.html", status=422 if error else 200, name=idle.guard.name, next=_next(), error=error)


def _devices_page(error: str = "") -> Response:
    phone, done = this_phone(), request.args.get("done", "")
    rows = [
        {
            "id": each.id,
            "label": each.label,
            "gate": _profile().label("gates", each.gate, lang()),
            "is_this": each is phone,
        }
        for each in shifts.devices_of(_supervised())
    ]
    said = t(f"gate.devices_page.{done}") if done in ("registered", "ended") else ""
    status = 422 if error else 200
    return page(
        "gate/devices.html", status=status, devices=rows, places=_places(), typed=request.form, done=said, error=error
    )


def _places() -> list[tuple[str, str]]:
    """Gates of the agencies that the supervisor answers for."""
    profile, agencies = _profile(), _supervised()
    gates = [(gate.id, gate.label[lang()]) for gate in profile.choices("gates")]
    many = len(agencies) > 1
    return [
        (f"{agency}/{gate}", f"{profile.agency(agency).name[lang()]}: {label}" if many else label)
        for agency in agencies
        for gate, label in gates
    ]


def _supervised() -> list[str]:
    scopes = [grant.agency for grant in signed_in_actor().grants if grant.role == Role.SUPERVISOR]
    return [agency for agency in _profile().agencies if None in scopes or agency in scopes]


def _my_phone() -> GateDevice:
    phone = this_phone()
    if phone is None or not keeps(phone, posts_of(signed_in_actor(), _profile())):
        raise PassUnknown()
    return phone


def _profile() -> Profile:
    profile: Profile = current_app.extensions["profile"]
    return profile


def _next() -> str:
    return safe_next(request.values.get("next"), url_for("gate.index"))


def _way_back() -> str:
    """A page is opened again as it was asked for; a tick is not repeated, its pass is opened instead."""
    if request.method != "POST":
        return current_address()
    code = (request.view_args or {}).get("code")
    return url_for("gate.show", code=code) if code else url_for("gate.index")


def _to_sign_in() -> Response:
    answer = redirect(url_for("desk_login.start", next=_next()), 303)
    assert isinstance(answer, Response)
    return answer
