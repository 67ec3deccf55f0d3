"""The rows of the queue in words, as its table draws them (app/web/drawn_rows.py)."""

from collections.abc import Container, Sequence
from datetime import date
from typing import NamedTuple

from app.blueprints.desk.clock import Clocks
from app.blueprints.desk.words import state_label
from app.calendars.printed import short_day
from app.cases.context import agency_of, registry
from app.cases.queue import QueueRow
from app.cases.timeline import state_key
from app.kit.profile import Agency
from app.kit.service import Service
from app.web.language import lang, plural, t


class Look(NamedTuple):
    """What decides how a row of the table looks. `tone` of its clock; None where no target runs."""

    state: str
    state_words: str
    tone: str | None
    is_unread: bool
    is_assigned: bool
    is_ticked: bool
    is_urgent: bool


class Gaps(NamedTuple):
    """What only stands in a row. `chosen`: what a ticked box sends, the number and the version it was drawn from."""

    chosen: str
    number: str
    address: str
    service: str
    applicant: str
    filed: str
    filed_also: str
    clock: str
    percent: str
    assignee: str
    unread: str


Line = tuple[Look, Gaps]
NO_CLOCK = (None, "", "")


def lines_of(rows: Sequence[QueueRow], ticked: Container[str] = ()) -> list[Line]:
    """The rows of the table. `ticked`: the boxes to be drawn with a tick."""
    said = _Said(lang())
    return [said.line(row, ticked) for row in rows]


def named(service: Service, applicant: str) -> str:
    """Who filed, as lists may say it: a restricted service keeps names on the page of the case."""
    return t("desk.queue.name_hidden") if service.restricted else applicant


class _Said:
    """Rows in one language, at one moment; what holds for a whole service or agency is looked up once."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.services: dict[str, tuple[Service, str]] = {}
        self.states: dict[tuple[object, ...], tuple[str, str]] = {}
        self.clocks: dict[str, Clocks] = {}
        self.days: dict[tuple[bool, date], tuple[str, str]] = {}

    def line(self, row: QueueRow, ticked: Container[str]) -> Line:
        address, unread, (service, title) = row.address, row.unread, self._service(row.service)
        chosen, (state, words) = f"{address}.{row.version}", self._state(row, service)
        clocks = self._clocks(row)
        filed_on = clocks.day_of(row.filed_at)
        duty = service.works_on_holidays(clocks.agency, is_urgent=row.comes_first)
        clock = clocks.of(row.filed_at, filed_on, row.target_at, waiting=row.waiting, on_holidays=duty)
        tone, left, percent = clock or NO_CLOCK
        return Look(state, words, tone, unread > 0, bool(row.assignee), chosen in ticked, row.comes_first), Gaps(
            chosen,
            row.number,
            address,
            title,
            named(service, row.applicant),
            *self._day(clocks.agency, filed_on),
            left,
            str(percent),
            row.assignee or "",
            plural("messages_new", unread) if unread else "",
        )

    def _state(self, row: QueueRow, service: Service) -> tuple[str, str]:
        """The key of its state and the words for it."""
        owed = row.owed and service.payment is not None
        standing = row.stage, row.outcome, row.waiting, row.visit, owed
        if standing not in self.states:
            key = state_key(row, waiting=row.waiting, visit=row.visit, owed=owed)
            self.states[standing] = key, state_label(key, self.language)
        return self.states[standing]

    def _service(self, slug: str) -> tuple[Service, str]:
        """A service and its title."""
        if slug not in self.services:
            service = registry()[slug]
            self.services[slug] = service, service.text(self.language, "title")
        return self.services[slug]

    def _day(self, agency: Agency, on: date) -> tuple[str, str]:
        """A day in the calendar of the agency, and in the one beside it."""
        key = agency.counts_hijri, on
        if key not in self.days:
            own, other = (short_day(agency, on, self.language, other=other) for other in (False, True))
            self.days[key] = own, other
        return self.days[key]

    def _clocks(self, row: QueueRow) -> Clocks:
        if row.agency not in self.clocks:
            self.clocks[row.agency] = Clocks(agency_of(row))
        return self.clocks[row.agency]
