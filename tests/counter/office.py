"""A clerk at the counter of the municipality, and what he needs of a client: numbers, cards, the code on the phone."""

import re
import uuid
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.identity.actors import Grant
from app.identity.audit import AuditRow
from app.identity.models import Person
from app.kit.roles import Role
from app.notify.models import Message
from tests.support import signed_in
from tests.support.world import TRANSACTION, Desk, Page, World, letter

CLERK = Grant(Role.COUNTER_AGENT, agency="municipality", office="municipality_counter")
NUMBER, MOBILE = "1000000008", "0512345678"
OTHER = "1000000016"
DATA = {key: value for key, value in TRANSACTION.items() if key != "mobile"}


class Clerk(Desk):
    home = "/counter"


class Counter:
    """The clerk's browser and short words for what he does."""

    def __init__(
        self, world: World, *grants: Grant, email: str = "clerk@example.com", number: str | None = None
    ) -> None:
        self.world, self.app = world, world.app
        self.staff_id = signed_in.member(self.app, *(grants or (CLERK,)), email=email, name="ريم العنزي", number=number)
        self.clerk = Clerk(signed_in.staff_browser(self.app, self.staff_id))

    def another(self, *grants: Grant, **changes: Any) -> "Counter":
        return Counter(self.world, *grants, **{"email": "other.clerk@example.com", **changes})

    def client(self, number: str = NUMBER, **changes: Any) -> uuid.UUID:
        """A person with an account."""
        return signed_in.person(self.app, number, **changes)

    def look_up(self, number: str = NUMBER, mobile: str = MOBILE) -> Page:
        return self.clerk.post("/counter", {"number": number, "mobile": mobile})

    def find(self, number: str = NUMBER, mobile: str = MOBILE) -> str:
        """The address of the client's page."""
        page = self.look_up(number, mobile)
        assert page.status == 303, page.html
        return page.location

    def introduce(self, number: str = OTHER, mobile: str = "0551234567", name: str = "هيا بنت محمد") -> Page:
        return self.clerk.post("/counter/new", {"number": number, "mobile": mobile, "name": name})

    def begin(self, client: str, who_came: str = "client") -> str:
        """The address of a draft."""
        page = self.clerk.post(f"{client}/drafts", {"service": "general_transaction", "who_came": who_came})
        assert page.status == 303, page.html
        return page.location

    def fill(self, draft: str, **changes: Any) -> Page:
        values = {**DATA, "client_id_image": letter("card.jpg"), "action": "check", **changes}
        return self.clerk.post(draft, {key: value for key, value in values.items() if value is not None})

    def check(self, draft: str, **changes: Any) -> Page:
        """The check page of a filled draft."""
        page = self.fill(draft, **changes)
        assert page.status == 303, re.findall(r'class="error"[^>]*>(.*?)</p>', page.html, re.S)
        return self.clerk.get(page.location)

    def consent(self, draft: str) -> str:
        """The code that the client's telephone shows."""
        page = self.clerk.post(f"{draft}/code", page=f"{draft}/check")
        assert page.status == 303, page.html
        return self.code()

    def file(self, client: str, **changes: Any) -> Page:
        """Everything from the draft to the sending."""
        draft = self.begin(client)
        check = self.check(draft, **changes)
        code = self.consent(draft)
        values = {"token": check.field("token"), "declaration": "yes", "code": code}
        return self.clerk.post(f"{draft}/check", values)

    def filed(self, client: str, **changes: Any) -> str:
        """File; gives the number as it stands in addresses."""
        page = self.file(client, **changes)
        assert page.status == 303, page.html
        return self.numbers(client)[0]

    def numbers(self, client: str) -> list[str]:
        return list(dict.fromkeys(re.findall(r"/cases/(\d{4}-\d{6})", self.clerk.get(client).html)))

    def open(self, client: str, number: str) -> Page:
        """Open a request with the client's code."""
        self.clerk.post(f"{client}/cases/{number}/code")
        return self.clerk.post(f"{client}/cases/{number}/open", {"code": self.code()})

    def messages(self, event: str | None = None) -> list[Message]:
        with self.app.app_context():
            db.session.remove()
            rows = select(Message).order_by(Message.created_at)
            return [each for each in db.session.scalars(rows) if event is None or each.event == event]

    def code(self) -> str:
        """The newest code; a request's number in the same message is none."""
        codes: list[str] = re.findall(r"(?<![\d/])\d{6}(?!\d)", str(self.messages("code")[-1].body))
        return codes[-1]

    def audited(self, kind: str) -> list[AuditRow]:
        with self.app.app_context():
            db.session.remove()
            return list(db.session.scalars(select(AuditRow).where(AuditRow.kind == kind).order_by(AuditRow.id)))

    def person(self, number: str) -> Person:
        from app.identity import people

        with self.app.app_context():
            db.session.remove()
            found = people.find_by_number("SA", number)
            assert found is not None
            return found
