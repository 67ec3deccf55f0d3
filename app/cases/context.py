"""What an operation asks of the installation: the declared service, its agency and the agency's calendar."""

from flask import current_app

from app.calendars.offices import AgencyCalendar, agency_calendar
from app.cases.models import Case
from app.kit.profile import Agency, Profile
from app.kit.registry import Registry
from app.kit.service import Service


def registry() -> Registry:
    found: Registry = current_app.extensions["services"]
    return found


def profile() -> Profile:
    found: Profile = current_app.extensions["profile"]
    return found


def service_of(case: Case) -> Service:
    return registry()[case.service]


def agency_of(case: Case) -> Agency:
    return profile().agency(case.agency)


_calendars: dict[int, tuple[Agency, AgencyCalendar]] = {}


def calendar_of(agency: Agency) -> AgencyCalendar:
    """One calendar for each agency of the profile, which remembers the days it was asked about."""
    kept = _calendars.get(id(agency))
    if kept is None or kept[0] is not agency:
        kept = _calendars[id(agency)] = (agency, agency_calendar(agency))
    return kept[1]
