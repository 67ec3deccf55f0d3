"""Who uses the portal in the benchmark: a citizen with cases and drafts, and an officer, each with a session."""

import io
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from PIL import Image

from app.appointments import calendars
from app.calendars.clock import now
from app.cases import drafts, filing
from app.cases.conversation import Draft
from app.cases.models import Case
from app.documents.uploads import FileLimits, intake
from app.extensions import transaction
from app.identity import people, sessions, staff
from app.identity.actors import Actor, Grant
from app.identity.claims import Identity
from app.identity.models import Person, identity_key
from app.identity.sessions import SignedIn
from app.kit.roles import Role
from bench.visits import Crowd, Visit

NUMBER = 1_000_000_008
ANSWERS: Mapping[str, Any] = {
    "mobile": "+966512345678",
    "email": "fahd@example.com",
    "filing_as": "owner",
    "on_behalf_of": "person",
    "topic": "land",
    "subject": "Enquiry",
    "matter_text": "A matter in a few words. " * 8,
}
FORM: Mapping[str, Any] = {
    "applicant_sector": "public",
    "organisation": "Ministry",
    "mobile": "512345678",
    "email": "fahd@example.com",
    "appointment_kind": "department",
    "department": "rights",
    "entrance_gate": "main",
    "visit_reason": "follow_up",
    "subject_text": "A matter in a few words. " * 8,
    "brings_items": "yes",
    "items": ["car", "phone"],
    "car_plate": "",
    "companions": [{"_id": row, "companion_name": "Name", "companion_id": ""} for row in (1, 2)],
}
TOKEN = re.compile(rb'name="csrf_token" value="([0-9a-f]{64})"')
SMALL_PICTURE = (320, 200)


@dataclass
class SignedInBrowser:
    """A signed-in browser."""

    actor: Actor
    cookies: dict[str, str]


@dataclass
class Cast:
    """Everybody, and what they have in hand."""

    citizen: SignedInBrowser
    officer: SignedInBrowser
    form_draft: uuid.UUID
    cases: list[str] = field(default_factory=list)
    transaction: tuple[str, int] = ("", 0)


def citizen(app: Flask, number: int) -> SignedInBrowser:
    """Somebody who has signed in."""
    level = app.config["SETTINGS"].oidc_acr_values
    identity = Identity(
        country="SA",
        number=str(number),
        id_type="citizen",
        name_ar=None,
        name_en="Fahd Alsalem",
        birthdate="1984-05-12",
        birthdate_hijri=None,
        gender="male",
        nationality="SA",
        mobile="+966512345678",
        email="fahd@example.com",
    )
    with app.app_context(), transaction():
        person = people.recognise("https://issuer.invalid", str(number), identity, "ar")
        actor = Actor(kind="citizen", person_id=person.id, acr=level, auth_time=now(), identity_key=person.identity_key)
        cookie = _session("citizen", person_id=person.id, acr=level)
    return SignedInBrowser(actor, {"__Host-citizen": cookie})


def officer(app: Flask, *grants: Grant) -> SignedInBrowser:
    """A member of staff with these roles."""
    with app.app_context(), transaction():
        for grant in grants:
            member = staff.grant("officer@example.com", grant, identity=identity_key("SA", "1000000099"), name="Sara")
        cookie = _session("staff", staff_id=member.id, acr=None)
        actor = Actor("staff", staff_id=member.id, name=member.name, grants=grants, identity_key=member.identity_key)
    return SignedInBrowser(actor, {"__Host-staff": cookie})


def _session(kind: str, **who: Any) -> str:
    signed = SignedIn(issuer="https://issuer.invalid", sub="sub", sid=None, auth_time=now(), id_token="raw", **who)
    return sessions.sign_in(None, kind, signed)


def cast(app: Flask) -> Cast:
    """The citizen with 25 filed cases, the officer, and a half-filled form of some 25 fields."""
    with app.app_context(), transaction():
        calendars.load(app.extensions["profile"])
        calendars.generate(app.extensions["profile"])
    someone = citizen(app, NUMBER)
    someone_else = officer(app, Grant(Role.OFFICER, agency="municipality"))
    assert someone.actor.person_id is not None
    with app.test_request_context(), transaction():
        form = drafts.start(someone.actor.person_id, "emirate_appointment", FORM).id
    found = Cast(someone, someone_else, form)
    for draft_id in list(ready_drafts(app, someone, 25)):
        found.cases.append(_filed(app, someone, draft_id))
    return found


def ready_drafts(app: Flask, owner: SignedInBrowser, count: int) -> Iterator[uuid.UUID]:
    """Drafts that only wait to be sent, each with two attachments."""
    picture = io.BytesIO()
    Image.new("RGB", SMALL_PICTURE, "white").save(picture, "JPEG")
    assert owner.actor.person_id is not None
    for _ in range(count):
        with app.test_request_context(), transaction():
            draft = drafts.start(owner.actor.person_id, "general_transaction", {**ANSWERS, "mobile": "512345678"})
            for place in range(2):
                picture.seek(0)
                intake(
                    picture,
                    f"letter-{place}.jpg",
                    owner_person_id=owner.actor.person_id,
                    draft_id=draft.id,
                    field="attachments",
                    limits=FileLimits(most_files=5),
                )
        yield draft.id


def _filed(app: Flask, owner: SignedInBrowser, draft_id: uuid.UUID) -> str:
    from app.extensions import db

    with app.test_request_context(), transaction():
        draft, person = db.session.get_one(Draft, draft_id), db.session.get_one(Person, owner.actor.person_id)
        answers = {**ANSWERS, "applicant_name": person.name("ar"), "applicant_id": person.identity_number}
        shown = filing.Shown("declaration", "page")
        case: Case = filing.submit(draft, answers, by=owner.actor, person=person, shown=shown, language="ar")
        return case.address


def form_token(crowd: Crowd, path: str, cookies: dict[str, str]) -> str:
    """The form token of a page."""
    found = TOKEN.search(crowd.one(Visit(path, cookies=cookies)).body)
    assert found, f"no form token on {path}"
    return found[1].decode()
