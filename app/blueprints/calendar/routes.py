"""Pages of the supervisor's calendars."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from app.appointments import calendars, opening
from app.appointments.errors import CalendarUnknown, HoursWrong
from app.appointments.models import DepartmentCalendar
from app.blueprints.calendar import view
from app.calendars.clock import today
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.identity.audit import audit
from app.kit.arabic import clean_line, western_digits
from app.kit.profile import Agency, Profile
from app.kit.roles import Role
from app.web import limits
from app.web.language import lang, t
from app.web.moments import day_of, day_words
from app.web.pages import page, see_other

blueprint = Blueprint("calendar", __name__)


@blueprint.get("/desk/calendar")
@access.staff(Role.SUPERVISOR)
def index() -> Response:
    mine = _my_calendars()
    if not mine:
        return page("calendar/index.html", **_frame(None))
    wanted = request.args.get("calendar", "")
    calendar = next((each for each in mine if str(each.id) == wanted), mine[0])
    first = _day(request.args.get("from", "")) or today(calendar.zone)
    return page(
        "calendar/index.html",
        choices=view.choices(mine, _profile()),
        days=view.days_from(calendar, _agency(calendar), first),
        first=first,
        caption=day_of(first, calendar.agency),
        earlier=first - timedelta(days=view.DAYS),
        later=first + timedelta(days=view.DAYS),
        **_frame(calendar),
    )


@blueprint.get("/desk/calendar/<uuid:calendar_id>/days/<day>")
@access.staff(Role.SUPERVISOR)
def day(calendar_id: uuid.UUID, day: str) -> Response:
    return _day_page(_mine(calendar_id), _known_day(day))


@blueprint.post("/desk/calendar/<uuid:calendar_id>/days/<day>")
@access.staff(Role.SUPERVISOR)
@limits.forms
def change_day(calendar_id: uuid.UUID, day: str) -> Response:
    calendar, on_day = _mine(calendar_id), _known_day(day)
    try:
        with transaction():
            opening.change_day(
                calendar,
                _agency(calendar),
                on_day,
                is_open={"yes": True, "no": False}.get(_typed("is_open")),
                places=_number("places", empty=None),
                reason=_typed("reason"),
                by_staff_id=signed_in_actor().staff_id,
            )
            _note("calendar.day", calendar, day=day)
    except HoursWrong as refused:
        return _day_page(calendar, on_day, error=("places", t(refused.text_key)))
    return _saved(calendar, on_day)


@blueprint.post("/desk/calendar/<uuid:calendar_id>/days/<day>/blocks")
@access.staff(Role.SUPERVISOR)
@limits.forms
def block(calendar_id: uuid.UUID, day: str) -> Response:
    calendar, on_day = _mine(calendar_id), _known_day(day)
    try:
        with transaction():
            opening.block(
                calendar,
                _agency(calendar),
                starts_at=_instant(calendar, on_day, "from"),
                ends_at=_instant(calendar, on_day, "to"),
                reason=_typed("why"),
                by_staff_id=signed_in_actor().staff_id,
            )
            _note("calendar.block", calendar, day=day)
    except HoursWrong as refused:
        return _day_page(calendar, on_day, error=("from", t(refused.text_key)))
    return _saved(calendar, on_day)


@blueprint.post("/desk/calendar/<uuid:calendar_id>/days/<day>/blocks/<uuid:block_id>/remove")
@access.staff(Role.SUPERVISOR)
@limits.forms
def unblock(calendar_id: uuid.UUID, day: str, block_id: uuid.UUID) -> Response:
    calendar, on_day = _mine(calendar_id), _known_day(day)
    with transaction():
        opening.unblock(calendar, _agency(calendar), block_id)
        _note("calendar.unblock", calendar, day=day)
    return _saved(calendar, on_day)


@blueprint.get("/desk/calendar/<uuid:calendar_id>/hours")
@access.staff(Role.SUPERVISOR)
def hours(calendar_id: uuid.UUID) -> Response:
    return _hours_page(_mine(calendar_id))


@blueprint.post("/desk/calendar/<uuid:calendar_id>/hours")
@access.staff(Role.SUPERVISOR)
@limits.forms
def change_hours(calendar_id: uuid.UUID) -> Response:
    calendar = _mine(calendar_id)
    try:
        with transaction():
            opening.change_hours(
                calendar,
                _agency(calendar),
                hours={number: _typed(f"hours_{number}") for number in view.WEEK},
                slot_minutes=_number("minutes"),
                places=_number("places"),
            )
            _note("calendar.hours", calendar)
    except HoursWrong as refused:
        return _hours_page(calendar, error=t(refused.text_key))
    return see_other(url_for("calendar.index", calendar=calendar.id, saved=1))


def _day_page(calendar: DepartmentCalendar, on_day: date, *, error: tuple[str, str] | None = None) -> Response:
    agency = _agency(calendar)
    return page(
        "calendar/day.html",
        status=422 if error else 200,
        day=on_day,
        day_name=day_words(on_day, calendar.agency),
        word=calendars.days_said(calendar.id, on_day, on_day).get(on_day),
        closed_by_rule=calendars.is_closed_by_rule(calendar, agency, on_day),
        is_past=on_day < today(calendar.zone),
        bookings=view.bookings_on(calendar, on_day, _profile()),
        blocks=view.blocks_on(calendar, on_day),
        errors=dict([error]) if error else {},
        typed=request.form,
        **_frame(calendar),
    )


def _hours_page(calendar: DepartmentCalendar, *, error: str = "") -> Response:
    typed = request.form.to_dict() or None
    lines = view.weekdays(calendar, typed)
    status = 422 if error else 200
    return page("calendar/hours.html", status=status, lines=lines, typed=typed or {}, error=error, **_frame(calendar))


def _frame(calendar: DepartmentCalendar | None) -> dict[str, Any]:
    """What every page of a calendar needs around its own part."""
    agency = _agency(calendar) if calendar else None
    return {
        "calendar": calendar,
        "unit": agency.name[lang()] if agency else "",
        "name": calendars.name_of(_profile(), calendar.agency, calendar.key, lang()) if calendar else "",
        "saved": "saved" in request.args,
    }


def _my_calendars() -> list[DepartmentCalendar]:
    scopes = [grant.agency for grant in signed_in_actor().grants if grant.role == Role.SUPERVISOR]
    return calendars.calendars_of(None if None in scopes else [agency for agency in scopes if agency])


def _mine(calendar_id: uuid.UUID) -> DepartmentCalendar:
    found = next((each for each in _my_calendars() if each.id == calendar_id), None)
    if found is None:
        raise CalendarUnknown()
    return found


def _profile() -> Profile:
    profile: Profile = current_app.extensions["profile"]
    return profile


def _agency(calendar: DepartmentCalendar) -> Agency:
    return _profile().agency(calendar.agency)


def _saved(calendar: DepartmentCalendar, on_day: date) -> Response:
    return see_other(url_for("calendar.day", calendar_id=calendar.id, day=on_day.isoformat(), saved=1))


def _note(kind: str, calendar: DepartmentCalendar, **detail: str) -> None:
    audit(kind, actor=signed_in_actor(), detail={"calendar": calendar.key, **detail})


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _known_day(text: str) -> date:
    found = _day(text)
    if found is None:
        raise CalendarUnknown()
    return found


def _typed(name: str) -> str:
    """One line of the form, its digits western."""
    return western_digits(clean_line(request.form.get(name, "")))


def _number(name: str, **otherwise: None) -> Any:
    """A whole number of the form; an empty one may stand for None where the caller says so."""
    digits = _typed(name)
    if not digits and "empty" in otherwise:
        return None
    if not digits.isdecimal() or len(digits) > 4:
        raise HoursWrong("calendar.refused.day" if "empty" in otherwise else "calendar.refused.hours")
    return int(digits)


def _instant(calendar: DepartmentCalendar, on_day: date, name: str) -> datetime:
    try:
        at = time.fromisoformat(_typed(name).zfill(5))
    except ValueError as wrong:
        raise HoursWrong("calendar.refused.block") from wrong
    return datetime.combine(on_day, at, calendar.zone).astimezone(UTC)
