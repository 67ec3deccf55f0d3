"""A visit of the office to the place a request is about: a day and a time that an officer sets and the citizen is told.

No calendar stands behind it and no place is booked; set anew, the newest counts.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from app.calendars.clock import now, today
from app.calendars.printed import day_text
from app.calendars.wording import clock_text, period_text, time_text
from app.cases import standing
from app.cases.context import agency_of
from app.cases.errors import BadInput
from app.cases.models import Case
from app.identity.actors import Actor
from app.kit import days
from app.kit.arabic import western_digits
from app.kit.typed import Invalid
from app.kit.workflow import Step

KEY, DAY, TIME = "field_visit", "field_visit_day", "field_visit_time"
# Nobody opens a door at night: 2:00 typed for two in the afternoon is a slip of the pen.
OPENS, CLOSES = time(6), time(20)
FARTHEST = timedelta(days=365)


def set_visit(case: Case, entered: Mapping[str, str], by: Actor) -> dict[str, Any]:
    """Read day and time, which lie ahead. Raises BadInput."""
    try:
        on = date.fromisoformat(days.day(entered.get(DAY, "")))
    except Invalid as wrong:
        raise BadInput(DAY, f"errors.date.{wrong.code}") from wrong
    at = datetime.combine(on, _time(entered.get(TIME, "")), agency_of(case).zone)
    if at <= now():
        raise BadInput(DAY, "desk.field_visit.past")
    if at > now() + FARTHEST:
        raise BadInput(DAY, "errors.date.wrong")
    return {KEY: at.isoformat()}


def _time(entered: str) -> time:
    """Hours and minutes of twenty-four hours, such as 10:30."""
    typed = western_digits(entered).strip()
    if not typed:
        raise BadInput(TIME, "errors.time.missing")
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", typed, re.ASCII)
    if found is None or not OPENS <= (at := time(int(found[1]), int(found[2]))) <= CLOSES:
        raise BadInput(TIME, "desk.field_visit.time_wrong")
    return at


def visit_of(case: Case) -> datetime | None:
    """When the visit is or was; None where none was set."""
    told = standing.newest(case, KEY)
    return datetime.fromisoformat(str(told)) if told else None


def coming(case: Case) -> datetime | None:
    """The visit that is still ahead, or of today: what its citizen has to know."""
    at = None if case.is_final else visit_of(case)
    zone = agency_of(case).zone
    return at if at is not None and at.astimezone(zone).date() >= today(zone) else None


def is_too_early(case: Case, step: Step) -> bool:
    """What was seen there is written down once the hour has come."""
    at = visit_of(case) if "report" in step.inputs else None
    return at is not None and at > now()


def day_of(content: Mapping[str, Any]) -> date | None:
    """The day that a step has set; by the offset it was kept with, which is the agency's."""
    return datetime.fromisoformat(content[KEY]).date() if KEY in content else None


def words(case: Case, content: Mapping[str, Any], language: str) -> dict[str, str]:
    """{date}, {time} and {period} of the visit that a step has set."""
    if KEY not in content:
        return {}
    at, agency = datetime.fromisoformat(content[KEY]), agency_of(case)
    when = {"time": time_text(at, agency.zone), "period": period_text(at, agency.zone, language)}
    return {"date": day_text(agency, at.date(), language), **when}


def text(case: Case, at: datetime, language: str) -> str:
    """Day of the week, date and time in one line."""
    agency = agency_of(case)
    day = day_text(agency, at.astimezone(agency.zone).date(), language, weekday=True)
    return f"{day}{COMMA[language]}{clock_text(at, agency.zone, language)}"


COMMA = {"ar": "\u060c ", "en": ", "}
