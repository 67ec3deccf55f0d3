"""Instants and days as templates print them: in the zone of an agency, and first in the calendar it counts by."""

from datetime import date, datetime
from typing import Any

from flask import Flask, current_app

from app.calendars.printed import date_text, day_text, instant_text
from app.calendars.wording import clock_text, period_text, time_text
from app.kit.profile import Agency
from app.kit.service import Service
from app.web.language import lang


def agency_of(id: str) -> Agency:
    found: Agency = current_app.extensions["profile"].agency(id)
    return found


def house() -> str:
    """The agency that runs the portal, the first of the profile: by its clock is told what belongs to no other."""
    return str(next(iter(current_app.extensions["profile"].agencies)))


def agency_name(id: str) -> str:
    return agency_of(id).name[lang()]


def agency_of_service(service: Service) -> str:
    return service.agency_named(lang(), agency_of(service.agency))


def clock_of(at: datetime, agency: str) -> dict[str, str]:
    """The {time} and {period} of an instant."""
    zone = agency_of(agency).zone
    return {"time": time_text(at, zone), "period": period_text(at, zone, lang())}


def date_of(at: datetime, agency: str) -> str:
    """The full date of an instant."""
    return date_text(agency_of(agency), at, lang())


def moment_of(at: datetime, agency: str) -> str:
    """Full date and time of day."""
    return instant_text(agency_of(agency), at, lang())


def clock_words(at: datetime, agency: str) -> str:
    """Time and part of the day in one."""
    return clock_text(at, agency_of(agency).zone, lang())


def day_of(on: date, agency: str) -> str:
    """The full date of a day."""
    return day_text(agency_of(agency), on, lang())


def day_words(on: date, agency: str) -> str:
    """A day with its weekday."""
    return day_text(agency_of(agency), on, lang(), weekday=True)


def register(app: Flask) -> None:
    names: dict[str, Any] = {
        "agency_name": agency_name,
        "agency_of_service": agency_of_service,
        "clock_of": clock_of,
        "date_of": date_of,
        "moment_of": moment_of,
        "clock_words": clock_words,
        "day_of": day_of,
        "day_words": day_words,
    }
    app.jinja_env.globals.update(names)
