"""What a supervisor decides about a calendar. Each verb brings the slots in line at once; no booking is touched."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from app.appointments.calendars import generate_one
from app.appointments.errors import CalendarUnknown, HoursWrong
from app.appointments.models import CalendarBlock, CalendarDay, DepartmentCalendar
from app.appointments.planning import read_hours
from app.calendars.clock import now, today
from app.extensions import db
from app.kit.profile import Agency

MOST_PLACES = 500
REASON_LENGTH = 200


def change_hours(
    calendar: DepartmentCalendar, agency: Agency, *, hours: Mapping[int, str], slot_minutes: int, places: int
) -> None:
    """New weekly hours. Raises HoursWrong."""
    if not 5 <= slot_minutes <= 480 or not 1 <= places <= MOST_PLACES:
        raise HoursWrong()
    calendar.hours = read_hours(hours)
    calendar.slot_minutes, calendar.places, calendar.edited_at = slot_minutes, places, now()
    generate_one(calendar, agency)


def change_day(
    calendar: DepartmentCalendar,
    agency: Agency,
    day: date,
    *,
    is_open: bool | None,
    places: int | None,
    reason: str,
    by_staff_id: uuid.UUID | None,
) -> None:
    """Close a day, open one that is closed by rule (None: as the rule says), or give it other places."""
    if day < today(calendar.zone) or (places is not None and not 1 <= places <= MOST_PLACES):
        raise HoursWrong("calendar.refused.day")
    row = db.session.get(CalendarDay, (calendar.id, day)) or CalendarDay(calendar_id=calendar.id, on_day=day)
    row.is_open, row.places, row.reason = is_open, places, reason[:REASON_LENGTH]
    row.by_staff_id, row.at = by_staff_id, now()
    db.session.add(row)
    generate_one(calendar, agency)


def block(
    calendar: DepartmentCalendar,
    agency: Agency,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by_staff_id: uuid.UUID | None,
) -> CalendarBlock:
    """Take nobody between two instants. Raises HoursWrong."""
    if ends_at <= starts_at or ends_at <= now():
        raise HoursWrong("calendar.refused.block")
    row = CalendarBlock(
        calendar_id=calendar.id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason[:REASON_LENGTH],
        by_staff_id=by_staff_id,
    )
    db.session.add(row)
    generate_one(calendar, agency)
    return row


def unblock(calendar: DepartmentCalendar, agency: Agency, block_id: uuid.UUID) -> None:
    """Give the time back. Raises CalendarUnknown when the block is not this calendar's."""
    row = db.session.scalar(
        select(CalendarBlock).where(CalendarBlock.id == block_id, CalendarBlock.calendar_id == calendar.id)
    )
    if row is None:
        raise CalendarUnknown()
    db.session.delete(row)
    generate_one(calendar, agency)
