"""The supervisor's calendar pages."""

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.appointments import slots
from app.appointments.models import Booking, DepartmentCalendar
from app.extensions import db
from app.identity.actors import Grant
from app.kit.roles import Role
from tests.support.signed_in import TOKEN, member, staff_browser

WEDNESDAY = date(2026, 11, 25)
Free = Callable[..., list[slots.FreeSlot]]


@pytest.fixture
def supervisor(app: Flask, calendar: DepartmentCalendar) -> FlaskClient:
    return staff_browser(app, member(app, Grant(Role.SUPERVISOR, agency="emirate")))


def send(client: FlaskClient, page: str, action: str = "", **form: str) -> tuple[int, str]:
    token = TOKEN.search(client.get(page).get_data(as_text=True))
    assert token
    answer = client.post(action or page, data={"csrf_token": token[1], **form})
    return answer.status_code, answer.get_data(as_text=True)


def day_of(calendar: DepartmentCalendar, day: date = WEDNESDAY) -> str:
    return f"/desk/calendar/{calendar.id}/days/{day}"


def test_two_weeks_show_open_closed_booked_and_free(
    supervisor: FlaskClient, calendar: DepartmentCalendar, booked: Callable[..., Booking]
) -> None:
    booked(WEDNESDAY)
    shown = supervisor.get(f"/desk/calendar?calendar={calendar.id}").get_data(as_text=True)
    assert shown.count("عطلة أو إجازة") == 4
    assert "موعد واحد" in shown
    assert "3 مواعيد متاحة" in shown


def test_a_day_is_closed_and_who_is_booked_on_it_is_listed_with_his_number(
    supervisor: FlaskClient, calendar: DepartmentCalendar, free: Free, booked: Callable[..., Booking]
) -> None:
    booked(WEDNESDAY)
    assert send(supervisor, day_of(calendar), is_open="no", places="", reason="صيانة")[0] == 303
    assert free(WEDNESDAY, 1)[0].on_day > WEDNESDAY
    shown = supervisor.get(day_of(calendar)).get_data(as_text=True)
    assert "1448/000001" in shown
    assert "صيانة" in shown
    kinds = db.session.execute(text("SELECT kind FROM audit_row")).scalars().all()
    assert "calendar.day" in kinds


@pytest.mark.parametrize("places", ["0", "501", "x", "-1", "²"])
def test_places_that_are_none_are_422_and_keep_what_was_typed(
    supervisor: FlaskClient, calendar: DepartmentCalendar, places: str
) -> None:
    status, shown = send(supervisor, day_of(calendar), is_open="yes", places=places, reason="سبب مكتوب")
    assert status == 422
    assert "سبب مكتوب" in shown
    assert 'href="#places"' in shown


def test_a_time_is_blocked_and_given_back(supervisor: FlaskClient, calendar: DepartmentCalendar, free: Free) -> None:
    page = day_of(calendar)
    assert send(supervisor, page, f"{page}/blocks", **{"from": "8:00", "to": "09:00", "why": "اجتماع"})[0] == 303
    assert len(free(WEDNESDAY, 1)) == 2
    (block,) = db.session.execute(text("SELECT id FROM calendar_block")).scalars().all()
    assert send(supervisor, page, f"{page}/blocks/{block}/remove")[0] == 303
    assert len(free(WEDNESDAY, 1)) == 4
    for start, end in (("10:00", "09:00"), ("x", "09:00"), ("", "")):
        assert send(supervisor, page, f"{page}/blocks", **{"from": start, "to": end})[0] == 422


def test_hours_are_changed_for_all_days_to_come(
    supervisor: FlaskClient, calendar: DepartmentCalendar, free: Free
) -> None:
    page = f"/desk/calendar/{calendar.id}/hours"
    hours = {f"hours_{number}": "" for number in range(7)}
    assert send(supervisor, page, **{**hours, "hours_2": "٠٩:٠٠-10:00", "minutes": "١٥", "places": "3"})[0] == 303
    assert [(slot.on_day, slot.free) for slot in free(WEDNESDAY, 1)] == [(WEDNESDAY, 3)] * 4
    status, shown = send(supervisor, page, **{**hours, "hours_2": "nine", "minutes": "15", "places": "3"})
    assert status == 422
    assert 'value="nine"' in shown


def test_a_supervisor_sees_only_calendars_of_his_agency(app: Flask, calendar: DepartmentCalendar) -> None:
    other = staff_browser(app, member(app, Grant(Role.SUPERVISOR, agency="municipality"), email="m@example.test"))
    assert "لا تقويم لجهتك" in other.get("/desk/calendar").get_data(as_text=True)
    assert other.get(day_of(calendar)).status_code == 404
    officer = staff_browser(app, member(app, Grant(Role.OFFICER, agency="emirate"), email="o@example.test"))
    assert officer.get("/desk/calendar").status_code == 403


@pytest.mark.parametrize(
    "path", ["days/2026-13-01", "days/x", "days/0001-01-01", f"days/{WEDNESDAY}/blocks/{uuid.UUID(int=7)}"]
)
def test_addresses_that_name_no_day_are_404(supervisor: FlaskClient, calendar: DepartmentCalendar, path: str) -> None:
    assert supervisor.get(f"/desk/calendar/{calendar.id}/{path}").status_code == 404


def test_a_date_that_is_none_in_the_query_falls_back_to_today(supervisor: FlaskClient) -> None:
    for query in ("from=x", "from=9999-12-31", "calendar=x", "from=2026-12-01"):
        assert supervisor.get(f"/desk/calendar?{query}").status_code == 200
