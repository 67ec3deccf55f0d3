"""Owner, vet and head of the export of dogs and cats, and what they do in short words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.calendars.clock import today
from app.cases import certificates, queries, steps
from app.cases.asked import requests_of
from app.cases.conversation import OPEN
from app.cases.demo.past import at
from app.extensions import db, transaction
from app.identity.actors import GATEWAY, Actor, Grant
from app.kit.days import typed_day
from app.kit.roles import Role
from app.notify.models import Message
from app.payments.models import Bill
from app.payments.states import BillState
from tests.support.world import Browser, Page, World, letter, posted

SLUG = "veterinary_export"
VET = Grant(Role.VETERINARIAN, agency="ministry")
HEAD = Grant(Role.SECTION_HEAD, agency="ministry")
QATARI = "28063400307"


def on(days: int) -> str:
    """As typed, so many days from today at the ministry."""
    return typed_day((today("Asia/Qatar") + timedelta(days=days)).isoformat())


def animal(**changes: Any) -> dict[str, Any]:
    return {
        "species": "dog",
        "animal_name": "لاكي",
        "breed": "سلوقي",
        "dangerous_breed": "no",
        "sex": "male",
        "colour": "بني",
        "birth_date": on(-700),
        "microchip": "634098100000001",
        "microchip_date": on(-200),
        "rabies_product": "لقاح السعار",
        "rabies_batch": "A1234",
        "rabies_date": on(-100),
        "rabies_until": on(265),
        **changes,
    }


def answers(*animals: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "mobile": "33123456",
        "email": "jassim@example.com",
        "capacity": "owner",
        "animals": list(animals or (animal(),)),
        "destination_country": "jo",
        "destination_city": "عمّان",
        "consignee": "مالك الحيوان، شارع الجامعة",
        "port_of_exit": "airport",
        "transport": "air",
        "travel_date": on(10),
        "purpose": "pet",
        "vaccination_book": letter("سجل.jpg"),
        "microchip_certificate": letter("شريحة.jpg"),
        **changes,
    }


def owner(world: World) -> Browser:
    return world.citizen(QATARI, country="QA", nationality="QA", mobile="+97433123456")


def vet(world: World, number: str = "28563400011") -> Actor:
    return world.actor(VET, email=f"vet{number}@example.com", number=number, country="QA")


def head(world: World, number: str = "27563400022") -> Actor:
    return world.actor(HEAD, email=f"head{number}@example.com", number=number, country="QA")


def take(world: World, number: str, step: str, by: Actor, **more: Any) -> None:
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=None, **more)


def sentence(world: World, key: str) -> str:
    return str(world.app.extensions["services"][SLUG].text("ar", key))


def errors_of(world: World, *animals: dict[str, Any], **changes: Any) -> str:
    page = owner(world).post(f"/services/{SLUG}/apply", {"action": "check", **posted(answers(*animals, **changes))})
    assert page.status in (303, 422)
    return page.html if page.status == 422 else ""


def desk(world: World) -> Any:
    return world.officer(VET, email="vet28563400011@example.com", number="28563400011", country="QA")


def send_back(world: World, number: str, *wanted: tuple[str, str, str]) -> None:
    """Refused with reasons at the vet's page: each opens its field or document, all go out as one notice."""
    browser, address = desk(world), f"/desk/cases/{number}"
    for item, reason, words in wanted:
        form = {"version": browser.get(address).field("version"), "item": item, "reason": reason, "text": words}
        assert browser.post(f"{address}/requests", form, page=address).status == 303
    form = {"version": browser.get(address).field("version")}
    assert browser.post(f"{address}/requests/send", form, page=address).status == 303


def opened(world: World, number: str) -> dict[str, str]:
    """The request ids by what they are about."""
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        return {each.target: str(each.id) for each in requests_of(case, OPEN)}


def sms(world: World, event: str) -> list[str]:
    with world.app.app_context():
        chosen = select(Message).where(Message.event == event, Message.channel == "sms").order_by(Message.created_at)
        return [each.body for each in db.session.scalars(chosen)]


def resend(browser: Browser, number: str, **values: Any) -> Page:
    page = browser.get(f"/account/cases/{number}")
    return browser.post(f"/account/cases/{number}/answer", {"version": page.field("version"), **values})


def issued(world: World, *animals: dict[str, Any], **changes: Any) -> str:
    """A case whose certificate has been issued."""
    number = world.file(owner(world), SLUG, **answers(*animals, **changes))
    take(world, number, "start_review", vet(world))
    take(world, number, "approve_preliminary", vet(world))
    take(world, number, "approve_final", head(world))
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        db.session.scalars(select(Bill).where(Bill.case_id == case.id)).one().state = BillState.PAID
    take(world, number, "pay", GATEWAY)
    return number


def certificates_of(world: World, number: str) -> list[tuple[str, str]]:
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        return [(str(each.number), str(each.state)) for each in certificates.editions(case)]


@contextmanager
def at_moment(world: World, moment: datetime) -> Iterator[None]:
    with world.app.app_context(), at(moment):
        yield
