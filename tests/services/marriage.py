"""The one who asks, officer, security officer and head of the permission to marry, and what they do in short words."""

import json
from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup

from app.calendars.clock import today
from app.cases import certificates, queries, steps
from app.documents import press
from app.extensions import db, transaction
from app.identity.actors import Actor, Grant
from app.kit.days import typed_day
from app.kit.roles import Role
from tests.support.declared import SERVICES
from tests.support.world import SECURITY, Browser, Page, World, letter

SLUG = "marriage_permit"
SERVICE = SERVICES[SLUG]
HEAD = Grant(Role.SECTION_HEAD, agency="emirate")
SECOND = "ليلى محمود سالم"
FILES = ("income_proof", "photo_applicant", "spouse_passport", "spouse_status_proof", "photo_spouse", "medical_test")
AGENT = {"filing_as": "agent", "principal_name": "راشد بن حمد العامر", "principal_id": "1000000339"}


def on(days: int) -> str:
    """As typed, so many days from today at the emirate."""
    return typed_day((today("Asia/Riyadh") + timedelta(days=days)).isoformat())


def values_of(**changes: Any) -> dict[str, Any]:
    known = {
        "mobile": "512345678",
        "email": "fahd@example.com",
        "filing_as": "owner",
        "marital_status": "single",
        "children_count": "0",
        "occupation": "مهندس، شركة المثال",
        "monthly_income": "١٤٢٠٠٫٥٠",
        "spouse_name": SECOND,
        "spouse_nationality": "eg",
        "spouse_birth_date": "14/3/1996",
        "spouse_residence": "inside",
        "spouse_residence_id": "٢٠٠٠٠٠٠٠٢٢",
        "spouse_passport_number": "a 2345 6701",
        "spouse_marital_status": "single",
        "kinship": "no",
        "reason": "نرغب في تكوين أسرة",
        "test_date": on(-20),
        **dict.fromkeys(FILES, "file"),
        **({"authorisation": "file"} if "principal_id" in changes else {}),
        **changes,
    }
    return {id: letter(f"{id}.jpg") if value == "file" else value for id, value in known.items() if value is not None}


def file(world: World, **changes: Any) -> str:
    return world.file(world.citizen(), SLUG, **values_of(**changes))


def refused(world: World, language: str = "ar", **changes: Any) -> dict[str, str]:
    """Control to what is wrong with it."""
    prefix = "" if language == "ar" else f"/{language}"
    form = {**values_of(**changes), "action": "check"}
    page = world.citizen().post(f"{prefix}/services/{SLUG}/apply", form)
    assert page.status == 422
    soup = BeautifulSoup(page.html, "html.parser")
    links = soup.select(".error-summary a")
    return {str(each["href"]).lstrip("#"): " ".join(each.text.split()) for each in links}


def said(key: str, language: str = "ar") -> str:
    return SERVICE.text(language, key)


def take(world: World, number: str, step: str, by: Actor, **more: Any) -> None:
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=None, **more)


def officer(world: World) -> Actor:
    return world.actor(number="1000000107")


def head(world: World) -> Actor:
    return world.actor(HEAD, email="head@example.com", number="1000000123")


def security(world: World) -> Actor:
    return world.actor(SECURITY, email="security@example.com")


def examined(world: World, number: str, *, decision: str = "granted") -> None:
    """Everything before the first approval."""
    take(world, number, "start_review", officer(world))
    take(world, number, "register", officer(world))
    take(world, number, "security_review", security(world), inputs={"result": "clear"})
    take(world, number, "record_ministry_decision", officer(world), inputs={"result": decision})


def issue(world: World, number: str) -> None:
    examined(world, number)
    take(world, number, "approve_preliminary", officer(world))
    take(world, number, "approve_final", head(world))


def paper_of(world: World, number: str) -> dict[str, Any]:
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        found: dict[str, Any] = json.loads(certificates.editions(case)[-1].paper_json)
        return found


def checked(world: World, number: str) -> Page:
    """The page of the code, once the letter is signed."""
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        document = certificates.editions(case)[-1]
        code, id = document.code, document.id
        db.session.rollback()
        press.render(id)
    return Browser(world.app.test_client()).get(f"/verify/{code}")
