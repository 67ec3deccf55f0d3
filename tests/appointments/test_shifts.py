"""A guard's shift: eight hours on a registered telephone, taken up again by a PIN after idle minutes."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from app.appointments import passes
from app.appointments.gate_models import GateDevice, GateShift
from app.appointments.models import Booking
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.identity.browser import cookie_name
from app.identity.models import RoleGrant, Staff
from app.kit.roles import Role
from tests.appointments.conftest import HOLDER, MORNING
from tests.support.signed_in import TOKEN, member, staff_browser

PIN = "2580"


@dataclass
class Telephone:
    """One telephone: its browser, and the clock of the day."""

    app: Flask
    clock: time_machine.Traveller
    browser: FlaskClient

    def send(self, page: str, action: str = "", **form: str) -> tuple[int, str]:
        token = TOKEN.search(self.browser.get(page).get_data(as_text=True))
        assert token
        answer = self.browser.post(action or page, data={"csrf_token": token[1], **form})
        return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)

    def after(self, **time: float) -> "Telephone":
        self.clock.move_to(MORNING + timedelta(**time))
        return self

    def sign_in(self, staff_id: uuid.UUID) -> None:
        name = cookie_name(self.app, "staff")
        other = staff_browser(self.app, staff_id).get_cookie(name)
        assert other is not None
        self.browser.set_cookie(name, other.value)


@pytest.fixture
def salem(app: Flask, morning: time_machine.Traveller) -> uuid.UUID:
    return member(app, Grant(Role.GATE_STAFF, agency="emirate", office="main"), email="salem@example.test", name="سالم")


@pytest.fixture
def telephone(app: Flask, morning: time_machine.Traveller, salem: uuid.UUID) -> Telephone:
    """Registered for the main gate by a supervisor; the guard has signed in and not begun his shift."""
    supervisor = member(app, Grant(Role.SUPERVISOR, agency="emirate"), email="supervisor@example.test")
    phone = Telephone(app, morning, staff_browser(app, supervisor))
    status, _ = phone.send("/gate/devices", place="emirate/main", label="هاتف البوابة 1")
    assert status == 303
    phone.sign_in(salem)
    return phone


@pytest.fixture
def on_shift(telephone: Telephone) -> Telephone:
    assert telephone.send("/gate/shift", pin=PIN)[0] == 303
    return telephone


def test_the_reference_of_a_telephone_is_not_in_the_table(telephone: Telephone) -> None:
    cookie = telephone.browser.get_cookie(cookie_name(telephone.app, "gate_device"))
    assert cookie is not None
    device = db.session.query(GateDevice).one()
    assert cookie.value.encode() not in device.reference_digest
    assert (device.agency, device.gate, cookie.http_only) == ("emirate", "main", True)


def test_the_list_offers_a_shift_only_on_a_registered_telephone(telephone: Telephone, salem: uuid.UUID) -> None:
    assert 'href="/gate/shift"' in telephone.browser.get("/gate").get_data(as_text=True)
    elsewhere = staff_browser(telephone.app, salem)
    assert 'href="/gate/shift"' not in elsewhere.get("/gate").get_data(as_text=True)
    assert elsewhere.get("/gate/shift").status_code == 404


@pytest.mark.parametrize("pin", ["", "123", "1234", "0000", "12345678", "abcd", "258a", "123456789"])
def test_a_pin_that_is_none_or_that_anybody_tries_is_refused(telephone: Telephone, pin: str) -> None:
    assert telephone.send("/gate/shift", pin=pin)[0] == 422
    assert db.session.query(GateShift).count() == 0


def test_after_idle_minutes_the_pin_takes_the_shift_up_where_it_was(on_shift: Telephone) -> None:
    on_shift.after(minutes=16)
    asked = on_shift.browser.get("/gate?only=waiting")
    assert (asked.status_code, asked.location) == (303, "/gate/pin?next=/gate?only%3Dwaiting")
    assert "سالم" in on_shift.browser.get("/gate/pin").get_data(as_text=True)
    status, way = on_shift.send("/gate/pin", pin="٢٥٨٠", next="/gate?only=waiting")
    assert (status, way) == (303, "/gate?only=waiting")
    assert on_shift.browser.get("/gate").status_code == 200


def test_a_search_on_an_idle_telephone_sends_the_whole_page_to_the_pin(on_shift: Telephone) -> None:
    on_shift.after(minutes=16)
    answer = on_shift.browser.get("/gate?q=x", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/gate/pin?next=")


def test_a_pass_scanned_on_an_idle_telephone_asks_for_the_pin_first(
    on_shift: Telephone, booked: Callable[..., Booking]
) -> None:
    with transaction():
        code = passes.issue(booked(), HOLDER).code
    on_shift.after(minutes=16)
    assert on_shift.browser.get(f"/gate/{code}").location == f"/gate/pin?next=/gate/{code}"


def test_the_fifth_wrong_pin_ends_the_shift_and_only_a_sign_in_helps(on_shift: Telephone) -> None:
    on_shift.after(minutes=16)
    for _ in range(4):
        assert on_shift.send("/gate/pin", pin="1111")[0] == 422
    status, way = on_shift.send("/gate/pin", pin="1111")
    assert (status, way) == (303, "/desk/login?next=/gate")
    assert on_shift.browser.get("/gate").location.startswith("/desk/login")


def test_a_right_pin_forgets_earlier_slips(on_shift: Telephone) -> None:
    on_shift.after(minutes=16)
    for wrong in range(3):
        assert on_shift.send("/gate/pin", pin=f"111{wrong}")[0] == 422
    assert on_shift.send("/gate/pin", pin=PIN)[0] == 303
    assert db.session.query(GateShift).one().wrong_pins == 0


def test_after_eight_hours_the_pin_is_not_enough(on_shift: Telephone) -> None:
    for turn in range(1, 30):
        on_shift.after(minutes=16 * turn)
        assert on_shift.send("/gate/pin", pin=PIN)[0] == 303
    assert on_shift.browser.get("/gate").status_code == 200
    on_shift.after(hours=8, minutes=1)
    assert on_shift.browser.get("/gate").location.startswith("/desk/login")
    assert on_shift.browser.get("/gate/pin").location.startswith("/desk/login")


def test_the_pin_is_worth_nothing_on_another_telephone_or_without_the_session(
    on_shift: Telephone, salem: uuid.UUID
) -> None:
    elsewhere = staff_browser(on_shift.app, salem)
    on_shift.after(minutes=16)
    assert elsewhere.get("/gate").location.startswith("/desk/login")
    on_shift.browser.delete_cookie(cookie_name(on_shift.app, "staff"))
    assert on_shift.browser.get("/gate").location.startswith("/desk/login")
    assert on_shift.browser.get("/gate/pin").location.startswith("/desk/login")


def test_a_telephone_taken_out_of_use_keeps_no_shift(on_shift: Telephone) -> None:
    supervisor = db.session.query(Staff).filter_by(email="supervisor@example.test").one()
    device = db.session.query(GateDevice).one()
    desk = Telephone(on_shift.app, on_shift.clock, staff_browser(on_shift.app, supervisor.id))
    assert desk.send("/gate/devices", f"/gate/devices/{device.id}/end")[0] == 303
    on_shift.after(minutes=16)
    assert on_shift.browser.get("/gate").location.startswith("/desk/login")


def test_a_supervisor_of_another_agency_neither_sees_nor_ends_the_telephone(telephone: Telephone, app: Flask) -> None:
    other = member(app, Grant(Role.SUPERVISOR, agency="municipality"), email="other@example.test")
    desk = Telephone(app, telephone.clock, staff_browser(app, other))
    device = db.session.query(GateDevice).one()
    assert "هاتف البوابة 1" not in desk.browser.get("/gate/devices").get_data(as_text=True)
    assert desk.send("/gate/devices", f"/gate/devices/{device.id}/end")[0] == 404
    assert desk.send("/gate/devices", place="emirate/main", label="x")[0] == 422


def test_a_disabled_guard_gets_nothing_by_his_pin(on_shift: Telephone, salem: uuid.UUID) -> None:
    on_shift.after(minutes=16)
    with transaction():
        db.session.get_one(Staff, salem).disabled_at = MORNING
    assert on_shift.browser.get("/gate").location.startswith("/desk/login")


def test_a_guard_whose_role_was_taken_away_gets_nothing_by_his_pin(on_shift: Telephone, salem: uuid.UUID) -> None:
    on_shift.after(minutes=16)
    with transaction():
        db.session.execute(delete(RoleGrant).where(RoleGrant.staff_id == salem))
    assert on_shift.browser.get("/gate").location.startswith("/desk/login")
