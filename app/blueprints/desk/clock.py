"""The clock of a case against its internal target: in words, in colour, and as a share of the agency's office hours."""

from datetime import datetime, timedelta
from typing import NamedTuple

from app.calendars.clock import now
from app.calendars.offices import AgencyCalendar
from app.calendars.working import working_days_between, working_time
from app.cases.context import Filed, agency_of, calendar_of
from app.web.language import plural, t

NEAR_DAYS = 1


class TargetClock(NamedTuple):
    """`tone` as the macro `clock` wants it: "" (on time), warn (near), bad (late), off (paused). `percent` is gone."""

    tone: str
    words: str
    percent: int


def clock_of(case: Filed, target_at: datetime | None, *, waiting: bool) -> TargetClock | None:
    """None where no target runs: the case is decided or ended. While the citizen is asked the clock stands still."""
    if target_at is None:
        return None
    calendar, at = calendar_of(agency_of(case)), now()
    today, last = calendar.day_of(at), calendar.day_of(target_at - timedelta(microseconds=1))
    percent = _percent(case, target_at, calendar, at)
    if waiting:
        return TargetClock("off", t("clocks.paused"), percent)
    if at >= target_at:
        days = working_days_between(last, today, calendar)
        late = plural("working_days", days) if days else t("desk.clock.just_now")
        return TargetClock("bad", f"{t('clocks.late')}{t('interface.clock.colon')}{late}", 100)
    left = working_days_between(today, last, calendar)
    words = plural("desk.plurals.working_days_left", left) if left else t("desk.clock.ends_today")
    return TargetClock("warn" if left <= NEAR_DAYS else "", words, percent)


def _percent(case: Filed, target_at: datetime, calendar: AgencyCalendar, at: datetime) -> int:
    if at >= target_at:
        return 100
    gone, left = working_time(case.filed_at, at, calendar), working_time(max(at, case.filed_at), target_at, calendar)
    return min(99, round(100 * (gone / (gone + left)))) if gone + left else 0
