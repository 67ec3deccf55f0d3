"""What an operation asks of the installation: the declared service, its agency and the agency's calendar."""

import uuid
from datetime import datetime
from typing import Protocol

from flask import current_app

from app.calendars.offices import AgencyCalendar, agency_calendar
from app.kit.profile import Agency, Profile
from app.kit.registry import Registry
from app.kit.service import Service


class Filed(Protocol):
    """A case, or what a list has read of one."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def service(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def filed_at(self) -> datetime: ...
    @property
    def is_final(self) -> bool: ...


def registry() -> Registry:
    found: Registry = current_app.extensions["services"]
    return found


def profile() -> Profile:
    found: Profile = current_app.extensions["profile"]
    return found


def service_of(case: Filed) -> Service:
    return registry()[case.service]


def agency_of(case: Filed) -> Agency:
    return profile().agency(case.agency)


_calendars: dict[int, tuple[Agency, AgencyCalendar]] = {}


def calendar_of(agency: Agency) -> AgencyCalendar:
    """One calendar for each agency of the profile, which remembers the days it was asked about."""
    kept = _calendars.get(id(agency))
    if kept is None or kept[0] is not agency:
        kept = _calendars[id(agency)] = (agency, agency_calendar(agency))
    return kept[1]
