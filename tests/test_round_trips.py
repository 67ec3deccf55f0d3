"""How often each page asks the database, and that it does not ask more when there is more.

BEGIN and COMMIT are not counted. A page that only reads sends none of them.
"""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.calendars.clock import now
from app.cases.models import Case, Deadline
from app.extensions import db, transaction
from tests.support.statements import counted, modes
from tests.support.world import MUNICIPALITY, TRANSACTION, Browser, Desk, World

FEW, MANY = 5, 50
SLUG = "general_transaction"
CARD, FORM = f"/services/{SLUG}", f"/services/{SLUG}/apply"
# The first page asks for what editors have published.
EVERYBODY = (("/", 1), ("/services", 0), (CARD, 1), ("/inquiry/transactions", 0), ("/about", 0))
CITIZEN = (("/", 2), (CARD, 3), (f"{FORM}?another=1", 3), ("/account/cases", 3), ("/account", 4), ("/account/data", 3))


class Desks:
    """A citizen with cases, and an officer who sees them."""

    def __init__(self, app: Flask) -> None:
        self.app, self.world = app, World(app)
        self.citizen: Browser = self.world.citizen()
        self.officer: Desk = self.world.officer(MUNICIPALITY)
        self.number = self.world.file(self.citizen, SLUG)
        self.made = 1

    def grow(self, many: int) -> None:
        """The citizen has `many` cases, each with its target running."""
        with self.app.app_context(), transaction():
            like = db.session.query(Case).first()
            assert like is not None
            columns = {each.key: getattr(like, each.key) for each in Case.__table__.columns if each.computed is None}
            for place in range(self.made, many):
                at = now() - timedelta(days=2, minutes=place)
                case = Case(**{**columns, "id": uuid.uuid4(), "serial": 500_000 + place, "filed_at": at})
                db.session.add(case)
                db.session.flush()
                term = {"basis_at": at, "amount": 5, "unit": "days", "due_at": at, "last_on": at.date()}
                db.session.add(Deadline(case_id=case.id, kind="target", **term))
        self.made = max(self.made, many)

    def asked(self, browser: Browser, path: str) -> list[str]:
        """The statements of a page that is opened for the second time: what is read once a process has been read."""
        assert browser.get(path).status == 200
        with counted() as sent:
            assert browser.get(path).status == 200
        return sent


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


@pytest.mark.parametrize(("path", "budget"), EVERYBODY)
def test_a_visitor_costs_the_database_next_to_nothing(app: Flask, path: str, budget: int) -> None:
    client = app.test_client()
    client.get(path)
    with counted() as sent:
        assert client.get(path).status_code == 200
    assert len(sent) <= budget, sent


def test_pages_of_a_citizen_ask_no_more_with_fifty_cases_than_with_five(desks: Desks) -> None:
    found: dict[int, dict[str, int]] = {}
    for many in (FEW, MANY):
        desks.grow(many)
        asked = {path: desks.asked(desks.citizen, path) for path, _budget in CITIZEN}
        over = {path: asked[path] for path, budget in CITIZEN if len(asked[path]) > budget}
        assert not over
        found[many] = {path: len(sent) for path, sent in asked.items()}
    assert found[FEW] == found[MANY]


def test_a_case_is_read_with_everything_about_it_in_three_round_trips(desks: Desks) -> None:
    sent = desks.asked(desks.citizen, f"/account/cases/{desks.number}")
    assert len(sent) <= 3, sent


def test_the_queue_asks_as_often_for_fifty_rows_as_for_five(desks: Desks) -> None:
    asked = []
    for many in (FEW, MANY):
        desks.grow(many)
        page = desks.officer.get("/desk").html
        assert page.count("<tr data-row") == min(many, MANY)
        asked.append(len(desks.asked(desks.officer, "/desk")))
    assert asked[0] == asked[1] <= 3


def test_the_queue_is_read_in_order_from_an_index(desks: Desks) -> None:
    """Whatever the number of open cases: nothing is sorted, and the reading stops when the page is full."""
    desks.grow(MANY)
    sent = [each for each in desks.asked(desks.officer, "/desk") if 'FROM "case"' in each]
    assert len(sent) == 1
    order = 'ORDER BY "case".comes_first DESC, "case".target_at ASC NULLS LAST, "case".filed_at, "case".id'
    assert order in " ".join(sent[0].split())
    with desks.app.app_context():
        # A table this small is read and sorted whole; what is asked is whether the index can give the order.
        for way in ("seqscan", "bitmapscan", "sort"):
            db.session.execute(text(f"SET LOCAL enable_{way} = off"))
        rows = db.session.execute(
            text(
                """EXPLAIN SELECT id FROM "case" WHERE agency = 'municipality' AND office = 'municipality_main'
                   AND closed_at IS NULL
                   ORDER BY comes_first DESC, target_at ASC NULLS LAST, filed_at, id LIMIT 51"""
            )
        )
        plan = " ".join(row[0] for row in rows)
    assert "ix_case_queue" in plan
    assert "Sort" not in plan


def test_the_page_of_a_case_at_the_desk_stays_within_six(desks: Desks) -> None:
    path = f"/desk/cases/{desks.number}"
    assert len(desks.asked(desks.officer, path)) <= 6
    version = re.search(r'name="version" value="(\d+)"', desks.officer.get(path).html)
    assert version
    desks.officer.post(f"{path}/steps/start_review", {"version": version[1]}, page=path)
    sent = desks.asked(desks.officer, path)
    assert len(sent) <= 6, sent


def test_an_inquiry_asks_the_same_whether_or_not_there_is_such_a_transaction(desks: Desks) -> None:
    with desks.app.app_context(), transaction():
        case = db.session.query(Case).one()
        case.transaction_number, case.transaction_year = "000777", case.year
        year = case.year
    stranger = Browser(desks.app.test_client())
    asked = []
    for number in ("000777", "000778"):
        form = {"agency": "municipality", "number": number, "hijri_year": str(year), "digits": "0008"}
        path = "/inquiry/transactions"
        token = stranger.token(path)
        with counted() as sent:
            answer = stranger.client.post(path, data={**form, "csrf_token": token})
        assert answer.status_code == 200
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 3


def test_filing_asks_as_often_with_many_cases_as_with_one(desks: Desks) -> None:
    """Session, draft, its files, the person's turn, what stands in the way, and one statement that writes it all."""
    first = _filing(desks)
    desks.grow(20)
    assert len(_filing(desks)) == len(first) <= 6, first


def _filing(desks: Desks) -> list[str]:
    page: Any = desks.citizen.post(f"{FORM}?another=1", {**TRANSACTION, "action": "check"})
    assert page.status == 303
    check = desks.citizen.get(page.location)
    form = {"csrf_token": desks.citizen.token(), "token": check.field("token"), "declaration": "yes"}
    with counted() as sent:
        assert desks.citizen.client.post(page.location, data=form).status_code == 303
    return sent


def test_a_page_that_only_reads_opens_no_transaction(desks: Desks) -> None:
    with modes() as autocommit:
        desks.citizen.get("/account/cases")
    assert autocommit
    assert all(autocommit)
