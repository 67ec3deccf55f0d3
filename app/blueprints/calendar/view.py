"""What the templates of the calendar show, in the words of the request's language."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.appointments import calendars
from app.appointments.models import CalendarDay, DepartmentCalendar
from app.appointments.planning import write_hours
from app.appointments.slots import free_slots
from app.calendars.clock import today
from app.calendars.wording import clock_text, weekday_name
from app.cases.models import Case
from app.extensions import db
from app.kit.profile import Agency, Profile
from app.web.language import lang
from app.web.moments import day_words

DAYS = 14
# The week begins on Sunday; the numbers are Python's weekdays.
WEEK = (6, 0, 1, 2, 3, 4, 5)
SOME_SUNDAY = date(2026, 11, 22)


def days_from(calendar: DepartmentCalendar, agency: Agency, first: date) -> list[dict[str, Any]]:
    """Two weeks, a row a day."""
    last = first + timedelta(days=DAYS - 1)
    said = calendars.days_said(calendar.id, first, last)
    booked = Counter(booking.on_day for booking in calendars.booked_between(calendar, first, last))
    free = {day: sum(slot.free for slot in slots) for day, slots in free_slots(calendar.id, first, DAYS).days}
    return [
        {
            "day": day,
            "date": day_words(day, agency.id),
            "state": state_of(calendar, agency, day, said.get(day)),
            "reason": said[day].reason if day in said else "",
            "booked": booked[day],
            "free": free.get(day, 0),
        }
        for day in (first + timedelta(days=offset) for offset in range(DAYS))
    ]


def state_of(calendar: DepartmentCalendar, agency: Agency, day: date, word: CalendarDay | None) -> str:
    """A key of `calendar.state`."""
    if day < today(calendar.zone):
        return "past"
    if word is not None and word.is_open is not None:
        return "opened" if word.is_open else "closed"
    return "closed_by_rule" if calendars.is_closed_by_rule(calendar, agency, day) else "open"


def bookings_on(calendar: DepartmentCalendar, day: date, profile: Profile) -> list[dict[str, Any]]:
    """Who is booked on a day: time, number of the request, gate."""
    bookings = calendars.booked_between(calendar, day, day)
    numbers = _cases([booking.case_id for booking in bookings])
    return [
        {
            "time": clock_text(booking.starts_at, calendar.zone, lang()),
            "case": numbers[booking.case_id],
            "gate": profile.label("gates", booking.gate, lang()) if booking.gate else "",
        }
        for booking in bookings
    ]


def blocks_on(calendar: DepartmentCalendar, day: date) -> list[dict[str, Any]]:
    """Blocked times that touch a day."""
    return [
        {
            "id": block.id,
            "from": clock_text(block.starts_at, calendar.zone, lang()),
            "to": clock_text(block.ends_at, calendar.zone, lang()),
            "reason": block.reason,
        }
        for block in calendars.blocks_of(calendar, day, day)
    ]


def weekdays(calendar: DepartmentCalendar, typed: dict[str, str] | None) -> list[dict[str, Any]]:
    """A line of hours for each day of the week; what was typed stands before what is stored."""
    return [
        {
            "id": f"hours_{number}",
            "name": weekday_name(SOME_SUNDAY + timedelta(days=place), lang()),
            "line": (typed or {}).get(f"hours_{number}", write_hours(calendar.hours.get(str(number), []))),
        }
        for place, number in enumerate(WEEK)
    ]


def choices(found: Sequence[DepartmentCalendar], profile: Profile) -> list[tuple[str, str]]:
    return [(str(each.id), calendars.name_of(profile, each.agency, each.key, lang())) for each in found]


def _cases(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Case]:
    return {case.id: case for case in db.session.scalars(select(Case).where(Case.id.in_(ids))).unique()} if ids else {}
