"""What a citizen may do with his appointment: pure functions over plain facts.

The officer sets the first slot; until the day before, the citizen may keep it, move it to
another free slot of the same department (twice) or cancel; with the governor or the deputy he can only ask; after a
no-show he may choose once more.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BOOKED = "booked"
ATTENDED = "attended"
NO_SHOW = "no_show"
CANCELLED = "cancelled"

CITIZEN = "citizen"


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a citizen may choose by himself."""

    moves: int = 2
    after_no_show: int = 1


STANDARD = Policy()


@dataclass(frozen=True, slots=True)
class Held:
    """The facts of a booking that its rules look at."""

    calendar_id: uuid.UUID
    on_request: bool
    zone: ZoneInfo
    starts_at: datetime
    state: str
    moves: int
    chosen_after_no_show: int
    ended_by_kind: str | None = None


def last_moment(starts_at: datetime, zone: ZoneInfo) -> datetime:
    """24:00 of the day before the visit in the agency's zone, in UTC; from that instant on it is too late."""
    day = starts_at.astimezone(zone).date()
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def move_refusal(held: Held, *, at: datetime, policy: Policy = STANDARD) -> str | None:
    """The text key of the rule that keeps the citizen from moving the visit, or None."""
    if held.state != BOOKED:
        return "calendar.refused.not_booked"
    if held.on_request:
        return "calendar.refused.on_request"
    if at >= last_moment(held.starts_at, held.zone):
        return "calendar.refused.too_late"
    if held.moves >= policy.moves:
        return "calendar.refused.moves_used"
    return None


def cancel_refusal(held: Held, *, at: datetime) -> str | None:
    """As `move_refusal`, for cancelling. Who waits for the governor or the deputy asks the officer instead."""
    if held.state != BOOKED:
        return "calendar.refused.not_booked"
    if held.on_request:
        return "calendar.refused.on_request"
    if at >= last_moment(held.starts_at, held.zone):
        return "calendar.refused.too_late"
    return None


def choose_refusal(last: Held | None, *, policy: Policy = STANDARD) -> str | None:
    """May the citizen choose a slot by himself, given the case's last booking (None: the officer sets the first)?"""
    if last is None:
        return "calendar.refused.officer_sets"
    if last.state == BOOKED:
        return "calendar.refused.already_booked"
    if last.on_request:
        return "calendar.refused.on_request"
    if last.state == NO_SHOW:
        used_up = last.chosen_after_no_show >= policy.after_no_show
        return "calendar.refused.no_show_used" if used_up else None
    if last.state == CANCELLED and last.ended_by_kind != CITIZEN:
        return None
    return "calendar.refused.officer_sets"


def target_refusal(held: Held, *, calendar_id: uuid.UUID, starts_at: datetime, at: datetime) -> str | None:
    """A citizen chooses within the same department, and for tomorrow at the earliest."""
    if calendar_id != held.calendar_id:
        return "calendar.refused.other_department"
    if day_of(starts_at, held.zone) <= day_of(at, held.zone):
        return "calendar.refused.too_soon"
    return None
