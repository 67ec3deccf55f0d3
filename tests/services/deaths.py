"""Requests for the deceased, as tests of the service file, register and permit them."""

import json
from datetime import timedelta
from typing import Any

from app.calendars.clock import today
from app.cases import certificates, queries, steps
from app.extensions import transaction
from app.identity.actors import Actor, Grant
from app.kit.days import typed_day
from app.kit.roles import Role
from tests.support.declared import SERVICES
from tests.support.world import EMIRATE, World, letter

SLUG = "death_services"
HEAD = Grant(Role.SECTION_HEAD, agency="emirate")
CLERK = Grant(Role.COUNTER_AGENT, agency="emirate", office="emirate_counter")
DECEASED = "محمود عبدالرحمن علي"
FIELDS = {
    "transport_inside": {"destination_city": "المحافظة الشمالية", "receiver_name": "سعيد محمود"},
    "transport_outside": {
        "destination_country": "eg",
        "port_of_exit": "airport",
        "receiver_name": "سعيد محمود",
        "embassy_letter": "file",
    },
    "burial_non_saudi": {"burial_place": "مقبرة المنطقة", "receiver_name": "سعيد محمود", "embassy_letter": "file"},
    "late_report": {"delay_reason": "لم نعلم أن الإبلاغ يلزمنا"},
}


def on(days: int) -> str:
    """As typed, so many days from today at the emirate."""
    return typed_day((today("Asia/Riyadh") + timedelta(days=days)).isoformat())


def values_of(kind: str = "transport_outside", **changes: Any) -> dict[str, Any]:
    known = {
        "mobile": "512345678",
        "email": "",
        "relation": "relative",
        "kinship_proof": "file",
        "deceased_name": DECEASED,
        "deceased_nationality": "eg",
        "deceased_id": "٢٠٠٠٠٠٠٣١١",
        "death_date": on(-1),
        "death_place": "مستشفى المنطقة",
        "accident": "no",
        "request_kind": kind,
        "death_notice": "file",
        **FIELDS[kind],
        **changes,
    }
    files = {id: letter(f"{id}.jpg") for id, value in known.items() if value == "file"}
    return {id: value for id, value in {**known, **files}.items() if value is not None}


def errors_of(world: World, kind: str = "transport_outside", **changes: Any) -> str:
    page = world.citizen().post(f"/services/{SLUG}/apply", {"action": "check", **values_of(kind, **changes)})
    assert page.status in (303, 422)
    return page.html if page.status == 422 else ""


def said(key: str, language: str = "ar") -> str:
    return SERVICES[SLUG].text(language, key)


def officer(world: World) -> Actor:
    return world.actor(EMIRATE, number="1000000107")


def head(world: World) -> Actor:
    return world.actor(HEAD, email="head@example.com", number="1000000123")


def take(world: World, number: str, step: str, by: Actor, **more: Any) -> None:
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=None, **more)


def registered(world: World, kind: str = "transport_outside", **changes: Any) -> str:
    number = world.file(world.citizen(), SLUG, **values_of(kind, **changes))
    take(world, number, "start_review", officer(world))
    take(world, number, "register", officer(world))
    return number


def permitted(world: World, kind: str = "transport_outside", **changes: Any) -> str:
    number = registered(world, kind, **changes)
    take(world, number, "approve_preliminary", officer(world))
    take(world, number, "approve_final", head(world))
    return number


def paper_of(world: World, number: str) -> dict[str, Any]:
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        edition = certificates.editions(case)[-1]
        return {**json.loads(edition.paper_json), "id": edition.id, "code": edition.code, "until": edition.valid_until}


def lines_of(paper: dict[str, Any]) -> dict[str, str]:
    """Each label of the paper with the first line beside it."""
    cells = (cell for part in paper["parts"] for pair in part["pairs"] for cell in pair if cell)
    return {cell["label"]["ar"]: cell["lines"][0]["value"] for cell in cells}
