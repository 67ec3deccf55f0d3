"""Everybody and everything the portal has pages for, so that a test can walk every address as every role."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from app.appointments.models import DepartmentCalendar
from app.appointments.passes import VisitPass
from app.cases import queries, requests, steps
from app.cases.conversation import Draft
from app.cases.models import Case
from app.documents.models import Attachment
from app.extensions import db, transaction
from app.identity.access import declared
from app.identity.actors import Grant
from app.identity.models import Staff
from app.kit.roles import Role
from app.payments import bills
from tests.support.world import APPOINTMENT, EMIRATE, MUNICIPALITY, SECURITY, TRANSACTION, Browser, Desk, World, letter

STAFF_ROLES = {
    "officer": EMIRATE,
    "security": SECURITY,
    "supervisor": Grant(Role.SUPERVISOR, agency="emirate"),
    "auditor": Grant(Role.AUDITOR),
    "cashier": Grant(Role.CASHIER, agency="municipality"),
    "guard": Grant(Role.GATE_STAFF, agency="emirate"),
    "elsewhere": MUNICIPALITY,
    "editor": Grant(Role.CONTENT_EDITOR),
    "administrator": Grant(Role.ADMINISTRATOR),
    "clerk": Grant(Role.COUNTER_AGENT, agency="municipality", office="municipality_counter"),
}


class Visitor(Browser):
    home = "/inquiry/transactions"


class Stage:
    """`places`: a value for each argument of an address, those of Fahd's own things."""

    def __init__(self, world: World, **fahd: Any) -> None:
        self.world, self.app = world, world.app
        self.fahd, self.noura = world.citizen(**fahd), world.citizen("1000000016")
        self.browsers: dict[str, Browser] = {"visitor": Visitor(self.app.test_client()), "fahd": self.fahd}
        for name, grant in STAFF_ROLES.items():
            self.browsers[name] = world.officer(grant, email=f"{name}@example.com")
        self.browsers["guard"].home = "/gate"
        self.browsers["cashier"].home = "/desk/cashier"
        self.browsers["clerk"].home = "/counter"
        self.browsers["administrator"].home = "/admin"
        world.officer(email="colleague@example.com")  # whose account is run, and locked
        self.number = self._scheduled()
        self.asked = self._asked()
        self.draft = self._draft()
        self.bill = self._bill()
        self.visit, self.counter_draft = self._visit()
        self.places = self._places()

    def _scheduled(self) -> str:
        """An appointment with a date and a pass."""
        number = self.world.file(self.fahd)
        self.take(number, "start_review", EMIRATE)
        self.take(number, "security_check", SECURITY, result="clear")
        self.take(number, "propose_slot", EMIRATE, slot=str(self.world.free_slot(number, skip=8)))
        return number

    def _asked(self) -> str:
        """A transaction that waits for the citizen's answer."""
        number = self.world.file(self.fahd, "general_transaction")
        self.take(number, "start_review", MUNICIPALITY)
        officer = self.actor(MUNICIPALITY)
        with self.app.app_context(), transaction():
            case = queries.find_case(number)
            assert case is not None
            asked = {"kind": "answer", "target": "other", "reason": "needs_explanation", "text": "?"}
            self.request_id = requests.prepare(case.id, by=officer, version=case.version, **asked).id
            requests.send(case.id, by=officer, version=case.version)
        return number

    def _draft(self) -> uuid.UUID:
        apply = "/services/emirate_appointment/apply"
        self.fahd.post(apply, {**APPOINTMENT, "subject_letter": letter(), "action": "draft"})
        with self.app.app_context():
            return db.session.scalars(select(Draft.id).order_by(Draft.created_at.desc())).first()  # type: ignore[return-value]

    def _bill(self) -> uuid.UUID:
        """What a request of Fahd's costs."""
        with self.app.app_context(), transaction():
            case = queries.find_case(self.asked)
            assert case is not None
            line = {"code": "fee", "count": 1, "each": 6000, "minor": 6000, "label": {"ar": "رسم", "en": "Fee"}}
            more = {"agency": case.agency, "service": case.service, "currency": "SAR"}
            return bills.issue(case.id, case.applicant_id, [line], **more).id

    def _visit(self) -> tuple[uuid.UUID, uuid.UUID]:
        """Fahd at the counter: the clerk has found him, and begun a request for him with a card in it."""
        clerk = self.browsers["clerk"]
        found = clerk.post("/counter", {"number": "1000000008", "mobile": "0512345678"}).location
        choice = {"service": "general_transaction", "who_came": "client"}
        draft = clerk.post(f"{found}/drafts", choice).location
        clerk.post(draft, {"client_id_image": letter(), "action": "draft"})
        return uuid.UUID(found.rsplit("/", 1)[1]), uuid.UUID(draft.rsplit("/", 1)[1])

    def actor(self, grant: Grant) -> Any:
        return self.world.actor(grant, email=f"{grant.role}.{grant.agency}@example.com")

    def take(self, number: str, step: str, grant: Grant, **inputs: str) -> None:
        by = self.actor(grant)
        with self.app.app_context(), transaction():
            case = queries.find_case(number)
            assert case is not None
            steps.move(case.id, step, by=by, version=None, inputs=inputs)

    def _places(self) -> dict[str, Any]:
        with self.app.app_context():
            case = db.session.scalars(select(Case).where(Case.service == "emirate_appointment")).unique().one()
            file = select(Attachment.id)
            return {
                "number": self.number,
                "slug": "emirate_appointment",
                "attachment_id": db.session.scalars(file.where(Attachment.case_id == case.id)).one(),
                "draft_file": db.session.scalars(file.where(Attachment.draft_id == self.draft)).one(),
                "draft_id": self.draft,
                "visit_id": self.visit,
                "counter_file": db.session.scalars(file.where(Attachment.draft_id == self.counter_draft)).one(),
                "code": db.session.scalars(select(VisitPass.code)).one(),
                "calendar_id": db.session.scalars(
                    select(DepartmentCalendar.id).where(DepartmentCalendar.agency == "emirate")
                ).first(),
                "day": "2030-01-01",
                "block_id": uuid.uuid4(),
                "device_id": uuid.uuid4(),
                "bill_id": self.bill,
                "refund_id": uuid.uuid4(),
                "money_id": uuid.uuid4(),
                "day_id": uuid.uuid4(),
                "form_id": uuid.uuid4(),
                "staff_id": db.session.scalars(select(Staff.id).where(Staff.email == "colleague@example.com")).one(),
                "grant_id": uuid.uuid4(),
                "announcement_id": uuid.uuid4(),
                "request_id": self.request_id,
                "name": "refuse",
                "kind": "pass",
                "gateway": "taqnyat",
            }

    def address(self, rule: Rule, **changes: Any) -> str:
        """The address of a rule with the places filled in; those that a test changes are escaped as a browser does."""
        values = {**self.places, **changes}
        if rule.endpoint.startswith("counter."):
            at_counter = {"number": self.asked, "draft_id": self.counter_draft, "attachment_id": values["counter_file"]}
            values |= {**at_counter, "kind": "summary", **changes}
        if rule.endpoint == "apply.file" and "attachment_id" not in changes:
            values["attachment_id"] = values["draft_file"]
        path = rule.rule
        for argument in rule.arguments:
            for form in (f"<uuid:{argument}>", f"<path:{argument}>", f"<{argument}>"):
                path = path.replace(form, quote(str(values[argument]), safe="%"))
        return path


def rules(app: Flask, method: str) -> Iterator[Rule]:
    """Every rule that answers to `method`, but the static files."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if method in (rule.methods or ()) and rule.endpoint != "static_asset":
            yield rule


def who_may(app: Flask, rule: Rule) -> str:
    access = declared(app, rule.endpoint)
    assert access is not None
    return access.who


def owner_of(stage: Stage, rule: Rule) -> Browser:
    """Somebody whom the rule lets in."""
    access = declared(stage.app, rule.endpoint)
    assert access is not None
    if access.who == "citizen":
        return stage.fahd
    if access.who == "staff":
        holds: Mapping[str, str] = {str(grant.role): name for name, grant in STAFF_ROLES.items() if name != "elsewhere"}
        order = sorted(access.roles, key=lambda role: role != Role.OFFICER)
        return stage.browsers[next((holds[role] for role in order if role in holds), "officer")]
    return stage.browsers["visitor"]


__all__ = ["APPOINTMENT", "TRANSACTION", "Desk", "Stage", "owner_of", "rules", "who_may"]
