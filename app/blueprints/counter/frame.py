"""The blueprint, the search for a client, and the page of a client who was found."""

import uuid
from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for

from app.cases.context import profile, registry
from app.cases.counter import clients, filing, watch
from app.cases.counter import requests as listing
from app.cases.counter.errors import NumberKnown
from app.cases.counter.models import CounterVisit
from app.cases.counter.scope import offices_of, services_at
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.arabic import clean_line
from app.kit.errors import Invalid as Refusal
from app.kit.errors import Refused
from app.kit.identifiers import Invalid, identity, mobile
from app.kit.profile import Agency, Office
from app.kit.roles import Role
from app.web import limits
from app.web.fields import DIAL
from app.web.language import lang, t
from app.web.pages import page, see_other

blueprint = Blueprint("counter", __name__, url_prefix="/counter")
LONGEST_NAME = 120


@dataclass
class Typed:
    """The search form as it was typed, read once; `errors` by the field they stand at."""

    number: str = ""
    mobile: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        self.errors: dict[str, str] = {}
        self.clean: dict[str, str] = {}

    @classmethod
    def read(cls, agency: Agency) -> "Typed":
        typed = cls(*(request.form.get(name, "")[:200] for name in ("number", "mobile", "name")))
        typed._number(agency.country)
        typed._mobile(agency.mobile_country)
        return typed

    def _number(self, country: str) -> None:
        try:
            self.clean["number"] = identity(self.number, country)
        except Invalid as wrong:
            code = "missing" if wrong.code == "missing" or not self.number.strip() else "wrong"
            kind = "personal_number" if country == "QA" else "person_id"
            self.errors["number"] = t(f"errors.{kind}.{code}")

    def _mobile(self, country: str) -> None:
        try:
            self.clean["mobile"] = mobile(self.mobile, country)
        except Invalid as wrong:
            self.errors["mobile"] = t(f"errors.mobile.{wrong.code}")

    def read_name(self) -> None:
        self.clean["name"] = clean_line(self.name)[:LONGEST_NAME]
        if len(self.clean["name"].split()) < 2:
            self.errors["name"] = t("counter.new.name_missing")


def my_office() -> Office:
    """The counter at which the clerk serves now: the one he chose, else his first. 403 without any."""
    offices = offices_of(signed_in_actor())
    chosen = request.form.get("office")
    if not offices:
        raise NoCounter
    return next((each for each in offices if each.id == chosen), offices[0])


class NoCounter(Refused):
    """A clerk whose role names no office with a counter."""

    text_key = "counter.errors.no_counter"
    status = 403


@blueprint.get("")
@access.staff(Role.COUNTER_AGENT)
def index() -> Response:
    return _index(Typed())


@blueprint.post("")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
def find() -> Response:
    """Both numbers together, or nothing. The numbers stand in no address."""
    office = my_office()
    agency = profile().agency(office.agency)
    typed = Typed.read(agency)
    if typed.errors:
        return _index(typed, status=422)
    with transaction():
        visit = clients.find(
            agency.country, typed.clean["number"], typed.clean["mobile"], by=signed_in_actor(), office=office
        )
    if visit is None:
        return _index(typed, status=422, missed=True)
    return see_other(url_for("counter.client", visit_id=visit.id))


def _index(typed: Typed, *, status: int = 200, missed: bool = False) -> Response:
    office, actor = my_office(), signed_in_actor()
    agency = profile().agency(office.agency)
    return page(
        "counter/index.html",
        status=status,
        typed=typed,
        missed=missed,
        office=office,
        offices=[(each.id, each.name[lang()]) for each in offices_of(actor)],
        prefix=DIAL[agency.mobile_country],
        drafts=[(draft, visit, _title(draft.service)) for draft, visit in filing.drafts_of(actor)],
    )


def _title(slug: str) -> str:
    return registry()[slug].title_in_messages(lang())


@blueprint.post("/new")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
def introduce() -> Response:
    """A client without an account. The first POST comes from the search with its numbers, the next brings the name."""
    office = my_office()
    agency = profile().agency(office.agency)
    typed = Typed.read(agency)
    if "name" not in request.form:
        return _new(typed, office)
    typed.read_name()
    if typed.errors:
        return _new(typed, office, status=422)
    try:
        with transaction():
            visit = clients.introduce(agency.country, **typed.clean, by=signed_in_actor(), office=office)
    except Refusal as refused:
        with transaction():
            # Being told that a number is known is worth as much as a look-up: it counts as one that found nobody.
            watch.note(watch.MISSED, by=signed_in_actor(), office=office.id)
        field = "number" if isinstance(refused, NumberKnown) else "mobile"
        typed.errors[field] = t(refused.text_key)
        return _new(typed, office, status=422)
    return see_other(url_for("counter.client", visit_id=visit.id, done="introduced"))


def _new(typed: Typed, office: Office, *, status: int = 200) -> Response:
    prefix = DIAL[profile().agency(office.agency).mobile_country]
    return page("counter/new.html", status=status, typed=typed, office=office, prefix=prefix)


@blueprint.get("/clients/<uuid:visit_id>")
@access.staff(Role.COUNTER_AGENT)
def client(visit_id: uuid.UUID) -> Response:
    return client_page(visit_of(visit_id))


def visit_of(visit_id: uuid.UUID) -> CounterVisit:
    return clients.visit_of(signed_in_actor(), visit_id)


def client_page(visit: CounterVisit, *, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    actor = signed_in_actor()
    return page(
        "counter/client.html",
        status=status,
        visit=visit,
        errors=errors or {},
        typed=request.form,
        listed=listing.requests_of(visit, by=actor, language=lang()),
        services=[(each.slug, each.text(lang(), "title")) for each in services_at(actor, visit.office)],
        done=request.args.get("done"),
    )
