"""Calendars of departments: taken from the profile, changed by a supervisor, turned into slots for 60 days ahead.

Each entry of a list of the profile that names an `agency` (a department, the governor, the deputy) has a calendar; its
keys `on_request`, `slot_minutes`, `places` and `hours` ({ sun = "08:00-12:00, 13:00-15:00" }) may be left out.
`generate` may run at any time and as often as one likes: it brings the slots in line with the plan and touches no
booking. A slot that fell out of the plan is closed; whoever is booked in it keeps the place until an officer moves him.
"""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from app.appointments.errors import CalendarUnknown
from app.appointments.models import Booking, CalendarBlock, CalendarDay, DepartmentCalendar, Slot
from app.appointments.planning import Planned, openings_of, read_hours, slots_of
from app.appointments.rules import BOOKED
from app.appointments.slots import lock_calendars
from app.calendars.clock import as_zone, today
from app.calendars.offices import public_holidays
from app.extensions import db
from app.kit.profile import Agency, Choice, Profile

WINDOW_DAYS = 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def load(profile: Profile) -> None:
    """Bring the calendars of the profile into the table; what a supervisor has changed since stays as he left it."""
    known = {(each.agency, each.key): each for each in db.session.scalars(select(DepartmentCalendar))}
    for agency, entry in calendar_entries(profile):
        calendar = known.get((agency.id, entry.id)) or DepartmentCalendar(agency=agency.id, key=entry.id)
        calendar.zone_name = str(agency.zone)
        calendar.on_request = bool(entry.more.get("on_request", False))
        if calendar.edited_at is None:
            calendar.hours = _hours(agency, entry)
            calendar.slot_minutes = int(entry.more.get("slot_minutes", 30))
            calendar.places = int(entry.more.get("places", 2))
        db.session.add(calendar)
    db.session.flush()


def calendar_entries(profile: Profile) -> Iterator[tuple[Agency, Choice]]:
    for entries in profile.lists.values():
        for entry in entries:
            if "agency" in entry.more:
                yield profile.agency(entry.more["agency"]), entry


def name_of(profile: Profile, agency: str, key: str, language: str) -> str:
    """What people call the owner of a calendar."""
    found = (entry for owner, entry in calendar_entries(profile) if (owner.id, entry.id) == (agency, key))
    return next((entry.label[language] for entry in found), key)


def calendar_for(agency: str, key: str) -> DepartmentCalendar:
    """Raises CalendarUnknown."""
    row = select(DepartmentCalendar).where(DepartmentCalendar.agency == agency, DepartmentCalendar.key == key)
    calendar = db.session.scalar(row)
    if calendar is None:
        raise CalendarUnknown()
    return calendar


def calendars_of(agencies: Sequence[str] | None) -> list[DepartmentCalendar]:
    """Calendars of these agencies (None: of all), in a steady order."""
    rows = select(DepartmentCalendar).order_by(DepartmentCalendar.agency, DepartmentCalendar.created_at)
    return list(db.session.scalars(rows if agencies is None else rows.where(DepartmentCalendar.agency.in_(agencies))))


def generate(profile: Profile, until: date | None = None) -> int:
    """Slots of all calendars up to `until` (60 days ahead); the number of slots opened, changed or closed."""
    return sum(
        generate_one(calendar, profile.agency(calendar.agency), until)
        for calendar in calendars_of(list(profile.agencies))
    )


def generate_one(calendar: DepartmentCalendar, agency: Agency, until: date | None = None) -> int:
    """As `generate`, for one calendar; safe beside bookings and beside another run."""
    lock_calendars([calendar.id])
    first = today(calendar.zone)
    last = until or first + timedelta(days=WINDOW_DAYS)
    plan = {planned.starts_at: planned for planned in _plan(calendar, agency, first, last)}
    rows = db.session.scalars(
        select(Slot)
        .where(Slot.calendar_id == calendar.id, Slot.on_day >= first, Slot.on_day <= last)
        .execution_options(populate_existing=True)
    )
    slots = {slot.starts_at: slot for slot in rows}
    changed = _close_unplanned(plan, slots)
    # Closed before any is opened: of two overlapping slots only one may be open at a time.
    db.session.flush()
    for planned in plan.values():
        changed += _open(calendar, planned, slots.get(planned.starts_at))
    db.session.flush()
    return changed


def booked_between(calendar: DepartmentCalendar, first: date, last: date) -> list[Booking]:
    """Bookings held from `first` to `last` inclusive, by time."""
    rows = (
        select(Booking)
        .where(Booking.calendar_id == calendar.id, Booking.state == BOOKED)
        .where(Booking.starts_at >= start_of(first, calendar), Booking.starts_at < end_of(last, calendar))
        .order_by(Booking.starts_at, Booking.place)
    )
    return list(db.session.scalars(rows))


def start_of(day: date, calendar: DepartmentCalendar) -> datetime:
    return datetime.combine(day, time.min, as_zone(calendar.zone_name)).astimezone(UTC)


def end_of(day: date, calendar: DepartmentCalendar) -> datetime:
    return start_of(day + timedelta(days=1), calendar)


def is_closed_by_rule(calendar: DepartmentCalendar, agency: Agency, day: date) -> bool:
    """A weekday without hours, a public holiday, or a day the agency itself is closed on."""
    is_holiday = day in agency.holidays or day in public_holidays(agency.country, day.year)
    return is_holiday or str(day.weekday()) not in calendar.hours


def days_said(calendar_id: uuid.UUID, first: date, last: date) -> dict[date, CalendarDay]:
    """What a supervisor said about single days."""
    rows = select(CalendarDay).where(
        CalendarDay.calendar_id == calendar_id, CalendarDay.on_day >= first, CalendarDay.on_day <= last
    )
    return {row.on_day: row for row in db.session.scalars(rows)}


def blocks_of(calendar: DepartmentCalendar, first: date, last: date) -> list[CalendarBlock]:
    """Blocks that touch these days, by time."""
    rows = (
        select(CalendarBlock)
        .where(CalendarBlock.calendar_id == calendar.id)
        .where(CalendarBlock.starts_at < end_of(last, calendar), CalendarBlock.ends_at > start_of(first, calendar))
        .order_by(CalendarBlock.starts_at)
    )
    return list(db.session.scalars(rows))


def _plan(calendar: DepartmentCalendar, agency: Agency, first: date, last: date) -> Iterator[Planned]:
    said = days_said(calendar.id, first, last)
    blocks = [(block.starts_at, block.ends_at) for block in blocks_of(calendar, first, last)]
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        word = said.get(day)
        is_open = not is_closed_by_rule(calendar, agency, day)
        if word is not None and word.is_open is not None:
            is_open = word.is_open
        if is_open:
            openings = openings_of(calendar.hours, day, as_if_open=True)
            places = (word.places if word else None) or calendar.places
            yield from slots_of(
                day, openings, minutes=calendar.slot_minutes, places=places, zone=calendar.zone, blocks=blocks
            )


def _close_unplanned(plan: dict[datetime, Planned], slots: dict[datetime, Slot]) -> int:
    closed = 0
    for starts_at, slot in slots.items():
        planned = plan.get(starts_at)
        if slot.is_open and (planned is None or planned.ends_at != slot.ends_at):
            slot.is_open = False
            closed += 1
    return closed


def _open(calendar: DepartmentCalendar, planned: Planned, slot: Slot | None) -> int:
    if slot is None:
        slot = Slot(
            calendar_id=calendar.id, on_day=planned.on_day, starts_at=planned.starts_at, ends_at=planned.ends_at
        )
        db.session.add(slot)
    elif slot.is_open and slot.places == planned.places:
        return 0
    slot.ends_at, slot.places, slot.is_open = planned.ends_at, planned.places, True
    return 1


def _hours(agency: Agency, entry: Choice) -> dict[str, list[list[str]]]:
    given = entry.more.get("hours")
    if given:
        return read_hours({WEEKDAYS.index(day): line for day, line in given.items()})
    return read_hours(
        {day: f"{agency.opens:%H:%M}-{agency.closes:%H:%M}" for day in range(7) if day not in agency.weekend}
    )
