"""A small world for tests: people and officers with browsers of their own, slots, and forms filled in as people do."""

import io
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from app.cases import queries
from app.cases.models import Case
from app.extensions import db
from app.identity.actors import Actor, Grant
from app.kit.roles import Role
from tests.support import signed_in
from tests.support.furnished import furnish
from tests.support.signed_in import TOKEN

EMIRATE = Grant(Role.OFFICER, agency="emirate")
MUNICIPALITY = Grant(Role.OFFICER, agency="municipality")
SECURITY = Grant(Role.SECURITY_OFFICER, agency="emirate")
APPOINTMENT: Mapping[str, Any] = {
    "applicant_sector": "individual",
    "mobile": "512345678",
    "email": "fahd@example.com",
    "appointment_kind": "department",
    "department": "rights",
    "entrance_gate": "main",
    "visit_reason": "help",
    "subject_text": "أطلب مساعدة في معاملتي",
    "brings_items": "no",
}
TRANSACTION: Mapping[str, Any] = {
    "mobile": "512345678",
    "email": "",
    "filing_as": "owner",
    "on_behalf_of": "person",
    "topic": "land",
    "subject": "استفسار عن منحة",
    "matter_text": "أطلب إفادتي عن المنحة",
}

PETITION: Mapping[str, Any] = {
    "mobile": "512345678",
    "email": "",
    "governorate": "north",
    "filing_as": "owner",
    "before_court": "no",
    "addressee": "governor",
    "petition_kind": "help",
    "subject": "طريق القرية",
    "petition_text": "الطريق إلى قريتنا مقطوع منذ السيل، ونطلب إصلاحه",
}


def picture(colour: str = "white", kind: str = "JPEG") -> bytes:
    """A small sound picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(buffer, kind)
    return buffer.getvalue()


def letter(name: str = "خطاب.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(picture()), name


def posted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a browser sends them: rows of a group under the names of their controls."""
    flat: dict[str, Any] = {}
    for id, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for place, row in enumerate(value):
                flat |= {f"{id}-{place}-row": str(place + 1)}
                flat |= {f"{id}-{place}-{key}": inner for key, inner in row.items() if inner is not None}
        else:
            flat[id] = value
    return flat


@dataclass
class Page:
    """An answer as a person sees it."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    def field(self, name: str) -> str:
        """The value of a hidden or text field."""
        found = re.search(rf'name="{re.escape(name)}"[^>]*value="([^"]*)"', self.html)
        assert found, f"no field {name}"
        return found[1]


class Browser:
    """A signed-in browser that fills in forms: it takes the token from the page it is on."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> Page:
        return Page(self.client.get(path, headers=headers))

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, page: str | None = None, **headers: str
    ) -> Page:
        """Post to `path` with the token of `page` (or of the account's first page)."""
        content = {"csrf_token": self.token(page), **(data or {})}
        return Page(self.client.post(path, data=content, headers=headers, content_type="multipart/form-data"))

    def token(self, page: str | None = None) -> str:
        found = TOKEN.search(self.client.get(page or self.home).get_data(as_text=True))
        assert found, "no form token"
        return found[1]

    home = "/account"


class Desk(Browser):
    home = "/desk"


class World:
    """People and staff by short names."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        furnish(app)

    def citizen(self, number: str = "1000000008", **changes: Any) -> Browser:
        return Browser(signed_in.citizen_browser(self.app, signed_in.person(self.app, number, **changes)))

    def officer(
        self, *grants: Grant, email: str = "officer@example.com", number: str | None = None, country: str = "SA"
    ) -> Desk:
        member = signed_in.member(self.app, *(grants or (EMIRATE,)), email=email, number=number, country=country)
        return Desk(signed_in.staff_browser(self.app, member))

    def actor(
        self, *grants: Grant, email: str = "officer@example.com", number: str | None = None, country: str = "SA"
    ) -> Actor:
        """An officer as an operation sees one."""
        staff_id = signed_in.member(self.app, *(grants or (EMIRATE,)), email=email, number=number, country=country)
        key = None
        if number:
            from app.identity.models import identity_key

            with self.app.app_context():
                key = identity_key(country, number)
        return Actor(kind="staff", staff_id=staff_id, name=email, grants=grants or (EMIRATE,), identity_key=key)

    def file(self, browser: Browser, slug: str = "emirate_appointment", **changes: Any) -> str:
        """File a request through the pages; gives the number as it stands in addresses."""
        filled = {"emirate_appointment": APPOINTMENT, "general_transaction": TRANSACTION, "petition": PETITION}
        values = posted({**filled.get(slug, {}), **changes})
        if slug == "emirate_appointment" and "subject_letter" not in values:
            values["subject_letter"] = letter()
        page = browser.post(f"/services/{slug}/apply", {**values, "action": "check"})
        assert page.status == 303, re.findall(r'class="error"[^>]*>(.*?)</p>', page.html, re.S)
        check = browser.get(page.location)
        assert check.status == 200
        filed = browser.post(page.location, {"token": check.field("token"), "declaration": "yes"})
        assert filed.status == 303, filed.html[:500]
        return filed.location.rsplit("/", 1)[1].split("?")[0]

    def case(self, number: str) -> Case:
        with self.app.app_context():
            db.session.remove()
            found = queries.find_case(number)
            assert found is not None
            return found

    def free_slot(self, number: str, *, skip: int = 0) -> uuid.UUID:
        """A free slot of the calendar this case visits, so far off that the reminder of the day before is to come."""
        from app.appointments.slots import free_slots
        from app.calendars.clock import now
        from app.cases import visits

        with self.app.app_context():
            case = queries.find_case(number)
            assert case is not None
            calendar = visits.calendar_of_case(case)
            page = free_slots(calendar.id, now().date(), 10)
            return [slot.id for _day, group in page.days[2:] for slot in group][skip]
