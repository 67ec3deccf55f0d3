"""A relative, an officer and the requests between them, in short words."""

from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup
from sqlalchemy import select

from app.calendars.clock import today
from app.cases import queries, requests, steps
from app.cases.models import Deadline
from app.cases.queries import case_for
from app.cases.requests import Replies, Reply
from app.documents.layout import Sheet, page_html
from app.documents.orders import find_document, sheet_of
from app.extensions import db, transaction
from app.identity.actors import Actor
from app.kit.days import typed_day
from app.notify.models import Message
from tests.support.world import Browser, Page, World, letter

SLUG = "prisoner_services"
ZONE = "Asia/Riyadh"
FAHD, NOURA, PRISONER, OTHER_PRISONER, GUARANTOR = "1000000008", "1000000016", "1000000305", "1000000321", "1000000313"
KINDS: dict[str, dict[str, Any]] = {
    "leave": {"leave_reason": "mourning", "guarantor_name": "سالم الهادي", "guarantor_id": GUARANTOR},
    "transfer": {"target_prison": "north"},
    "pardon": {},
    "private_claim": {"claim_amount": "1,250.50"},
}


def on(days: int) -> str:
    """As typed, so many days from today at the emirate."""
    return typed_day((today(ZONE) + timedelta(days=days)).isoformat())


def answers(kind: str, **changes: Any) -> dict[str, Any]:
    leave = {"leave_from": on(1), "leave_until": on(4), "guarantor_commitment": letter()} if kind == "leave" else {}
    return {
        "mobile": "512345678",
        "relation": "parent",
        "kinship_proof": letter(),
        "prisoner_name": "ماجد السالم",
        "prisoner_id": PRISONER,
        "prison": "central",
        "request_kind": kind,
        "reason": "نطلب النظر في الطلب",
        "reason_proof": letter(),
        **KINDS[kind],
        **leave,
        **changes,
    }


def check(browser: Browser, kind: str, **changes: Any) -> Page:
    return browser.post(f"/services/{SLUG}/apply", {**answers(kind, **changes), "action": "check"})


def errors_of(page: Page) -> set[str]:
    """The sentences at the fields."""
    assert page.status == 422
    return {each.get_text(" ", strip=True) for each in BeautifulSoup(page.html, "html.parser").select(".error")}


def wrong(world: World, kind: str, **changes: Any) -> str:
    return " ".join(errors_of(check(world.citizen(), kind, **changes)))


def said(world: World, key: str) -> str:
    return str(world.app.extensions["services"][SLUG].text("ar", key))


def filed(world: World, kind: str, browser: Browser | None = None, **changes: Any) -> str:
    return world.file(browser or world.citizen(), SLUG, **answers(kind, **changes))


def take(world: World, number: str, *names: str, by: Actor | None = None, **inputs: str) -> None:
    officer = by or world.actor()
    with world.app.app_context():
        for name in names:
            with transaction():
                found = queries.find_case(number)
                assert found is not None
                steps.move(found.id, name, by=officer, version=None, inputs=inputs)


def examined(world: World, kind: str, browser: Browser | None = None, **changes: Any) -> str:
    """Registered, and the prison has been asked."""
    number = filed(world, kind, browser, **changes)
    take(world, number, "start_review", "register")
    take(world, number, "record_prison_answer", result="no_objection")
    return number


def targets(world: World, number: str) -> list[tuple[str, int]]:
    """The open deadlines of a case: kind and days."""
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        rows = select(Deadline).where(Deadline.case_id == case.id, Deadline.state == "open")
        return [(row.kind, row.amount) for row in db.session.scalars(rows.order_by(Deadline.kind))]


def told(world: World, number: str) -> list[str]:
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        rows = select(Message.event).where(Message.case_id == case.id, Message.channel == "sms")
        return list(db.session.scalars(rows.order_by(Message.created_at, Message.id)))


def corrected(world: World, number: str, target: str, value: str, reason: str = "needs_explanation") -> None:
    """The officer asks for one answer, and the citizen gives another."""
    officer = world.actor()
    with world.app.app_context(), transaction():
        case = case_for(officer, number)
        more = {"kind": "correction", "target": target, "reason": reason, "text": "", "by": officer}
        asked = requests.prepare(case.id, version=case.version, **more)
        requests.send(case.id, by=officer, version=case.version)
        citizen = Actor(kind="citizen", person_id=case.applicant_id)
        requests.answer(case.id, Replies([Reply(asked.id, value=value)]), by=citizen, version=case.public_version)
        requests.accept(case.id, by=officer, version=case.version)


def letter_of(world: World, number: str) -> str:
    with world.app.app_context():
        document = find_document("letter", world.case(number).id)
        assert document is not None
        sheet: Sheet = sheet_of(document)
        return BeautifulSoup(page_html(sheet), "html.parser").get_text(" ", strip=True)
