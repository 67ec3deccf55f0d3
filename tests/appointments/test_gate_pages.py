"""The gate as a guard, and as a stranger, sees it."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.appointments import passes, slots
from app.appointments.gate_models import VisitPass
from app.appointments.models import Booking
from app.cases.models import Case, History
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.kit.roles import Role
from tests.appointments.conftest import HOLDER
from tests.support.signed_in import TOKEN, member, staff_browser

WEDNESDAY = date(2026, 11, 25)
Browser = Callable[..., FlaskClient]


@pytest.fixture
def paper(booked: Callable[..., Booking], morning: time_machine.Traveller) -> VisitPass:
    """A pass for Wednesday at the main gate, of a case that waits for its visit; it is Wednesday, 7:50."""
    with transaction():
        booking = booked(WEDNESDAY)
        issued = passes.issue(booking, HOLDER)
        case = db.session.get_one(Case, booking.case_id)
        case.stage, case.answers = "approved", {"entrance_gate": "main"}
    morning.move_to(datetime(2026, 11, 25, 4, 50, tzinfo=UTC))
    return issued


@pytest.fixture
def at_gate(app: Flask, morning: time_machine.Traveller) -> Browser:
    """A guard's browser at one gate of the emirate."""

    def make(gate: str | None = "main", agency: str = "emirate", name: str = "سالم") -> FlaskClient:
        grant = Grant(Role.GATE_STAFF, agency=agency, office=gate)
        return staff_browser(app, member(app, grant, email=f"{uuid.uuid4().hex}@example.test", name=name))

    return make


def seen(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def send(client: FlaskClient, path: str, verb: str, **form: object) -> tuple[int, str]:
    token = TOKEN.search(seen(client, path))
    assert token
    answer = client.post(f"{path}/{verb}", data={"csrf_token": token[1], **form})
    return answer.status_code, answer.get_data(as_text=True)


def test_a_guard_sees_who_is_expected_at_his_gate_today(paper: VisitPass, at_gate: Browser) -> None:
    assert "فهد عبدالله آل منصور" in seen(at_gate(), "/gate")
    assert "فهد عبدالله آل منصور" not in seen(at_gate("visitors"), "/gate")
    assert "فهد عبدالله آل منصور" not in seen(at_gate(None, "municipality"), "/gate")


@pytest.mark.parametrize(("words", "is_found"), [("٤٣٢١", True), ("فهد ال منصور", True), ("خالد", False)])
def test_the_search_works_by_plain_get_and_as_a_fragment(
    paper: VisitPass, at_gate: Browser, words: str, is_found: bool
) -> None:
    guard = at_gate()
    whole = guard.get("/gate", query_string={"q": words}).get_data(as_text=True)
    part = guard.get("/gate", query_string={"q": words}, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert (paper.code in whole, paper.code in part) == (is_found, is_found)
    assert part.strip() in re.sub(r"^\s+", "", whole, flags=re.M) or part.strip() in whole
    assert "<html" not in part


def test_a_typed_code_opens_the_pass(paper: VisitPass, at_gate: Browser) -> None:
    answer = at_gate().get("/gate", query_string={"q": paper.code.lower()})
    assert (answer.status_code, answer.location) == (303, f"/gate/{paper.code}")


@pytest.mark.parametrize("code", ["", "ABCDEFGHJKLM", "short"])
def test_a_stranger_reads_only_valid_or_not_valid(app: Flask, paper: VisitPass, code: str) -> None:
    shown = seen(app.test_client(), f"/gate/{code or paper.code}")
    assert ("صالح لهذا اليوم" in shown) is True
    assert ("غير صالح لهذا اليوم" in shown) is bool(code)
    for secret in ("فهد", "4321", "1234", "البوابة الرئيسية", "2026"):
        assert secret not in shown.split("<main")[1].split("</main")[0]


def test_staff_who_are_no_guard_of_the_agency_are_strangers(app: Flask, paper: VisitPass, at_gate: Browser) -> None:
    officer = staff_browser(app, member(app, Grant(Role.OFFICER, agency="emirate")))
    for browser in (officer, at_gate(None, "municipality")):
        assert "فهد" not in seen(browser, f"/gate/{paper.code}")
    assert officer.get("/gate").status_code == 403
    assert at_gate(None, "municipality").post(f"/gate/{paper.code}/enter").status_code in (400, 404)


def test_without_a_session_the_list_asks_to_sign_in(app: Flask, paper: VisitPass) -> None:
    for path in ("/gate", "/gate/print"):
        answer = app.test_client().get(path)
        assert answer.status_code == 303
        assert "/desk/login" in answer.location


def test_letting_the_visitor_in_closes_the_case_and_shows_it(paper: VisitPass, at_gate: Browser) -> None:
    guard, path = at_gate(), f"/gate/{paper.code}"
    status, _ = send(guard, path, "enter", who=["visitor", "car"])
    assert status == 303
    case = db.session.get_one(Case, paper.case_id, populate_existing=True)
    assert (case.stage, case.outcome) == ("closed", "attended")
    steps = db.session.scalars(select(History.step).where(History.case_id == case.id)).all()
    assert list(steps) == ["attended"]
    shown = seen(guard, path)
    assert "سجّله سالم" in shown
    assert 'value="companion:1"' in shown
    assert '<input type="checkbox" name="who" value="visitor"' not in shown


def test_the_second_guard_is_told_by_409_who_was_first(paper: VisitPass, at_gate: Browser) -> None:
    first, second, path = at_gate(name="سالم"), at_gate(name="ماجد"), f"/gate/{paper.code}"
    token = TOKEN.search(seen(second, path))
    assert token
    send(first, path, "enter", who="visitor")
    answer = second.post(f"{path}/enter", data={"csrf_token": token[1], "who": "visitor"})
    assert answer.status_code == 409
    assert "سُجّل دخولهم قبلك: سالم، الساعة 7:50 صباحًا." in answer.get_data(as_text=True)


def test_nobody_ticked_is_422_and_names_what_to_do(paper: VisitPass, at_gate: Browser) -> None:
    status, shown = send(at_gate(), f"/gate/{paper.code}", "enter")
    assert status == 422
    assert "اختر من يدخل من القائمة." in shown


def test_turning_away_is_noted_with_its_reason(paper: VisitPass, at_gate: Browser) -> None:
    guard, path = at_gate(), f"/gate/{paper.code}"
    assert send(guard, path, "turn-away", person="unlisted", reason="not_listed")[0] == 303
    assert "غير مذكور في التصريح. الساعة 7:50 صباحًا، سجّله سالم" in seen(guard, path)
    assert send(guard, path, "turn-away", person="unlisted", reason="")[0] == 422


def test_another_gate_names_the_right_one_and_another_day_the_day(
    paper: VisitPass, at_gate: Browser, morning: time_machine.Traveller
) -> None:
    shown = seen(at_gate("visitors"), f"/gate/{paper.code}")
    assert "وجّهه إلى البوابة الرئيسية." in shown
    assert "/enter" not in shown
    morning.move_to(datetime(2026, 11, 26, 4, 0, tzinfo=UTC))
    assert "25 نوفمبر 2026" in seen(at_gate(), f"/gate/{paper.code}")


def test_a_pass_of_a_cancelled_visit_is_refused_in_words(paper: VisitPass, at_gate: Browser) -> None:
    with transaction():
        slots.release(slots.booking_for(paper.case_id), by=Someone)
    assert "أُلغي الموعد" in seen(at_gate(), f"/gate/{paper.code}")


class Someone:
    kind = "clock"


def test_the_printed_list_names_everybody_and_is_noted(paper: VisitPass, at_gate: Browser) -> None:
    shown = seen(at_gate(), "/gate/print")
    for guest in HOLDER.people():
        assert guest.name in shown
    kinds = db.session.execute(text("SELECT kind FROM audit_row WHERE kind LIKE 'gate.%'")).scalars().all()
    assert kinds == ["gate.printed"]


def test_every_opening_of_a_pass_by_a_guard_is_an_audit_row_of_its_case(paper: VisitPass, at_gate: Browser) -> None:
    seen(at_gate(), f"/gate/{paper.code}")
    assert db.session.execute(text("SELECT case_id FROM audit_row WHERE kind = 'gate.viewed'")).scalars().all() == [
        paper.case_id
    ]


def test_the_english_gate_speaks_english(paper: VisitPass, at_gate: Browser) -> None:
    assert "The pass is good for this day and gate" in seen(at_gate(), f"/en/gate/{paper.code}")
