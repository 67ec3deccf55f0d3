"""The clock of a case against its internal target: in words, in colour, and as a share of the agency's office hours.

Where somebody is on duty on holidays too, it counts days and hours of the calendar.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from app.calendars.clock import now
from app.calendars.working import working_days_between, working_time
from app.cases.context import agency_of, calendar_of, service_of
from app.cases.models import Case
from app.kit.profile import Agency
from app.web.language import plural, t

NEAR_DAYS = 1
# A target ends at 24:00 of its last day: the instant before it is still of that day.
_INSTANT = timedelta(microseconds=1)


class TargetClock(NamedTuple):
    """`tone` as the macro `clock` wants it: "" (on time), warn (near), bad (late), off (paused). `percent` is gone."""

    tone: str
    words: str
    percent: int


class Clocks:
    """The clocks of one agency, all at this moment: what they say of a day is worked out once."""

    def __init__(self, agency: Agency) -> None:
        self.agency, self.calendar, self.at = agency, calendar_of(agency), now()
        self.today = self.day_of(self.at)
        self._worked: dict[date, timedelta] = {}
        self._gone = self._hours(self.at, self.today)
        self._said: dict[tuple[date, bool, bool], tuple[str, str]] = {}

    def day_of(self, at: datetime) -> date:
        """The day at the agency on which an instant of the database falls."""
        return at.astimezone(self.calendar.zone).date()

    def of(
        self,
        filed_at: datetime,
        filed_on: date,
        target_at: datetime | None,
        *,
        waiting: bool,
        on_holidays: bool = False,
    ) -> TargetClock | None:
        """None where no target runs: the case is decided or ended. While the citizen is asked it stands still."""
        if target_at is None:
            return None
        last, late = self.day_of(target_at - _INSTANT), self.at >= target_at
        if late:
            percent = 100
        elif on_holidays:
            percent = self._elapsed(filed_at, target_at)
        else:
            percent = self._percent(filed_at, filed_on, target_at, last)
        if waiting:
            return TargetClock("off", t("clocks.paused"), percent)
        said = self._said.get((last, late, on_holidays))
        if said is None:
            words = self._late(last, on_holidays) if late else self._running(last, on_holidays)
            said = self._said[last, late, on_holidays] = words
        return TargetClock(*said, percent)

    def _late(self, last: date, on_holidays: bool) -> tuple[str, str]:
        days = self._days(last, self.today, on_holidays)
        late = plural("days" if on_holidays else "working_days", days) if days else t("desk.clock.just_now")
        return "bad", f"{t('clocks.late')}{t('interface.clock.colon')}{late}"

    def _running(self, last: date, on_holidays: bool) -> tuple[str, str]:
        left = self._days(self.today, last, on_holidays)
        counted = "days_left" if on_holidays else "desk.plurals.working_days_left"
        words = plural(counted, left) if left else t("desk.clock.ends_today")
        return "warn" if left <= NEAR_DAYS else "", words

    def _days(self, first: date, last: date, on_holidays: bool) -> int:
        return (last - first).days if on_holidays else working_days_between(first, last, self.calendar)

    def _elapsed(self, filed_at: datetime, target_at: datetime) -> int:
        """Of all hours between filing and target, those that are over."""
        return max(0, min(99, round(100 * ((self.at - filed_at) / (target_at - filed_at)))))

    def _percent(self, filed_at: datetime, filed_on: date, target_at: datetime, last: date) -> int:
        """Of the office hours between filing and target, those that are over."""
        if filed_at >= self.at:
            return 0
        filed = self._hours(filed_at, filed_on)
        whole = self._hours(target_at, last) - filed
        return min(99, round(100 * ((self._gone - filed) / whole))) if whole else 0

    def _hours(self, at: datetime, on: date) -> timedelta:
        """Office hours from the beginning of today to an instant of a day; less than none before today."""
        before = self._worked.get(on)
        if before is None:
            first, last = (self.calendar.instant(each, time()) for each in sorted((on, self.today)))
            between = working_time(first, last, self.calendar)
            before = self._worked[on] = between if on > self.today else -between
        opening = self.calendar.opening(on)
        return before if opening is None or at <= opening[0] else before + min(at, opening[1]) - opening[0]


def clock_of(case: Case, target_at: datetime | None, *, waiting: bool) -> TargetClock | None:
    """The clock of one case."""
    clocks = Clocks(agency_of(case))
    on_holidays = service_of(case).works_on_holidays(clocks.agency, is_urgent=case.is_urgent)
    filed_on = clocks.day_of(case.filed_at)
    return clocks.of(case.filed_at, filed_on, target_at, waiting=waiting, on_holidays=on_holidays)
