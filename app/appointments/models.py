"""Calendars of departments, their slots, and who holds a place in them."""

import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Computed,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.appointments.rules import BOOKED, CANCELLED, Held
from app.extensions import Base, at_column, id_column

DURING = "tstzrange(starts_at, ends_at)"


class DepartmentCalendar(Base):
    """Opening hours of one department, or of one official, in slots of equal length with a number of places."""

    __tablename__ = "department_calendar"
    __table_args__ = (
        UniqueConstraint("agency", "key"),
        CheckConstraint("slot_minutes BETWEEN 5 AND 480", name="slot_minutes"),
        CheckConstraint("places BETWEEN 1 AND 500", name="places"),
    )

    id: Mapped[uuid.UUID] = id_column()
    agency: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(60))
    zone_name: Mapped[str] = mapped_column(String(60))
    # The citizen may not choose by himself: the governor's and the deputy's calendars.
    on_request: Mapped[bool] = mapped_column(Boolean, default=False)
    # {"6": [["08:00", "12:00"]]}: Python weekday (Monday 0) to opening times in the agency's zone.
    hours: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    slot_minutes: Mapped[int] = mapped_column(Integer, default=30)
    places: Mapped[int] = mapped_column(Integer, default=1)
    # Set once a supervisor changed the calendar; loading the profile leaves it alone from then on.
    edited_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = at_column()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)


class CalendarDay(Base):
    """A supervisor's word on one day: closed, or open although it is a holiday, or with other places."""

    __tablename__ = "calendar_day"

    calendar_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("department_calendar.id", ondelete="CASCADE"), primary_key=True
    )
    on_day: Mapped[date] = mapped_column(Date, primary_key=True)
    is_open: Mapped[bool | None]
    places: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(200), default="")
    by_staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = at_column()


class CalendarBlock(Base):
    """A stretch of time in which a calendar takes nobody (a meeting, an absence)."""

    __tablename__ = "calendar_block"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[uuid.UUID] = id_column()
    calendar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("department_calendar.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200), default="")
    by_staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = at_column()


class Slot(Base):
    """A time of a calendar with places. A slot that left the plan is closed, never deleted: bookings point at it."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("calendar_id", "starts_at"),
        ExcludeConstraint(
            ("calendar_id", "="), ("during", "&&"), name="ex_slot_overlap", using="gist", where=text("is_open")
        ),
        CheckConstraint("ends_at > starts_at", name="order"),
        Index("ix_slot_calendar_day", "calendar_id", "on_day"),
    )

    id: Mapped[uuid.UUID] = id_column()
    calendar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("department_calendar.id", ondelete="CASCADE"))
    on_day: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE, Computed(DURING, persisted=True))
    places: Mapped[int] = mapped_column(Integer)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)

    calendar: Mapped[DepartmentCalendar] = relationship(lazy="joined", innerjoin=True)


class Booking(Base):
    """One place of one slot, held by a case.

    The times are copied from the slot so that the database itself can refuse a place given twice, also where a calendar
    was cut into other slots after the first booking.
    """

    __tablename__ = "booking"
    __table_args__ = (
        ExcludeConstraint(
            ("calendar_id", "="),
            ("place", "="),
            ("during", "&&"),
            name="ex_booking_place",
            using="gist",
            where=text(f"state <> '{CANCELLED}'"),
        ),
        Index("uq_booking_active_case", "case_id", unique=True, postgresql_where=text(f"state = '{BOOKED}'")),
        Index("ix_booking_case", "case_id"),
        Index("ix_booking_starts_at", "starts_at"),
        CheckConstraint("place >= 1", name="place"),
        CheckConstraint("state IN ('booked', 'attended', 'no_show', 'cancelled')", name="state"),
    )

    id: Mapped[uuid.UUID] = id_column()
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    calendar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("department_calendar.id"))
    slot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("slot.id"))
    place: Mapped[int] = mapped_column(Integer)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE, Computed(DURING, persisted=True))
    gate: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[str] = mapped_column(String(20), default=BOOKED)
    # What the citizen has used up of his choices; carried on when a missed booking is followed by another.
    moves: Mapped[int] = mapped_column(Integer, default=0)
    chosen_after_no_show: Mapped[int] = mapped_column(Integer, default=0)
    booked_by_kind: Mapped[str] = mapped_column(String(10))
    ended_by_kind: Mapped[str | None] = mapped_column(String(10))
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = at_column()

    calendar: Mapped[DepartmentCalendar] = relationship(lazy="joined", innerjoin=True)
    slot: Mapped[Slot] = relationship(lazy="select")

    @property
    def on_day(self) -> date:
        """The day of the visit in the agency's zone."""
        return self.starts_at.astimezone(self.calendar.zone).date()

    @property
    def held(self) -> Held:
        return Held(
            calendar_id=self.calendar_id,
            on_request=self.calendar.on_request,
            zone=self.calendar.zone,
            starts_at=self.starts_at,
            state=self.state,
            moves=self.moves,
            chosen_after_no_show=self.chosen_after_no_show,
            ended_by_kind=self.ended_by_kind,
        )
