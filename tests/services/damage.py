"""Whoever takes part in a claim for damage, and what they do in short words."""

from datetime import datetime, timedelta
from typing import Any

from app.calendars.clock import now, today
from app.cases import field_visits, queries, steps
from app.cases.demo.past import at
from app.extensions import transaction
from app.identity.actors import Actor, Grant
from app.kit.days import typed_day
from app.kit.roles import Role
from tests.support.world import Browser, Desk, World, letter

SLUG = "damage_compensation"
IBAN = "SA4420000001234567891234"
EMIRATE = "emirate"
PEOPLE = {
    Role.OFFICER: "1000000107",
    Role.COMMITTEE_EMIRATE: "1000000719",
    Role.COMMITTEE_CIVIL_DEFENCE: "1000000727",
    Role.COMMITTEE_FINANCE: "1000000735",
    Role.VALUER: "1000000743",
    Role.SECTION_HEAD: "1000000123",
    Role.FINANCE_OFFICER: "1000000750",
    Role.SUPERVISOR: "1000000164",
}
BODIES = {
    "sign_emirate": Role.COMMITTEE_EMIRATE,
    "sign_civil_defence": Role.COMMITTEE_CIVIL_DEFENCE,
    "sign_finance": Role.COMMITTEE_FINANCE,
}
WORDS = {"report_cause": "سيل جارف من الوادي", "report_extent": "انهيار السور وتلف الأثاث"}
VALUED = {"valuation": "12500", "valuation_basis": "السور 9000 ريال والأثاث 3500 ريال"}


def on(days: int) -> str:
    """As typed, so many days from today at the emirate."""
    return typed_day((today("Asia/Riyadh") + timedelta(days=days)).isoformat())


def claim(**changes: Any) -> dict[str, Any]:
    known = {
        "mobile": "512345678",
        "email": "",
        "filing_as": "owner",
        "event_kind": "flood",
        "event_date": on(-3),
        "governorate": "north",
        "place": "حي النخيل، خلف المدرسة",
        "asset_kind": "house",
        "ownership_kind": "deed",
        "ownership_proof": letter("صك.jpg"),
        "in_wadi": "no",
        "insured": "no",
        "damage_text": "سقط السور وتلف الأثاث",
        "damage_photos": [letter("عامة.jpg"), letter("قريبة.jpg")],
        "iban": IBAN,
    }
    return {key: value for key, value in {**known, **changes}.items() if value is not None}


def errors_of(world: World, **changes: Any) -> str:
    page = world.citizen().post(f"/services/{SLUG}/apply", {"action": "check", **claim(**changes)})
    assert page.status in (303, 422)
    return page.html if page.status == 422 else ""


def sentence(world: World, key: str, **params: object) -> str:
    return str(world.app.extensions["services"][SLUG].text("ar", key, **params))


def somebody(world: World, role: Role, number: str = "") -> Actor:
    number = number or PEOPLE[role]
    return world.actor(Grant(role, agency=EMIRATE), email=f"{role}{number}@example.com", number=number)


def desk(world: World, role: Role) -> Desk:
    return world.officer(Grant(role, agency=EMIRATE), email=f"{role}{PEOPLE[role]}@example.com", number=PEOPLE[role])


def take(world: World, number: str, step: str, by: Actor, moment: datetime | None = None, **inputs: str) -> None:
    with world.app.app_context(), at(moment or now()), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=None, inputs=inputs)


def inspected(world: World, browser: Browser, **changes: Any) -> str:
    """A claim whose inspection is set; gives its number."""
    number, officer = world.file(browser, SLUG, **claim(**changes)), somebody(world, Role.OFFICER)
    take(world, number, "start_review", officer)
    take(world, number, "register", officer)
    take(world, number, "check_exclusions", officer, result="covered")
    take(world, number, "schedule_inspection", officer, field_visit_day=on(2), field_visit_time="10:30")
    return number


def signed(world: World, number: str, *bodies: str) -> None:
    """The report signed by these bodies, or all, in the hour after the inspection."""
    for step in bodies or BODIES:
        take(world, number, step, somebody(world, BODIES[step]), hour_after(world, number), **WORDS)


def hour_after(world: World, number: str) -> datetime:
    with world.app.app_context():
        case = queries.find_case(number)
        visit = field_visits.visit_of(case) if case else None
    assert visit is not None
    return visit + timedelta(hours=1)


def awarded(world: World, browser: Browser, **changes: Any) -> str:
    number = inspected(world, browser, **changes)
    signed(world, number)
    take(world, number, "approve_preliminary", somebody(world, Role.VALUER), **VALUED)
    take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))
    return number
