"""The queue as a page: filters out of the address, rows in words."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from flask import url_for

from app.blueprints.desk.clock import Clocks
from app.blueprints.desk.words import state_label
from app.calendars.printed import short_day
from app.cases import queries
from app.cases.context import agency_of, registry
from app.cases.queue import PAGE, QueueFilters, QueueRow, queue
from app.cases.timeline import state_key
from app.identity.actors import Actor
from app.kit.service import Service
from app.kit.workflow import FINAL, Stage
from app.web.language import lang, plural, t

MOST_WORDS = 80
MOST_PAGE = 1000
YES = "yes"


class Look(NamedTuple):
    """What decides how a row of the table looks. `tone` of its clock; None where no target runs."""

    state: str
    state_words: str
    tone: str | None
    is_unread: bool
    is_assigned: bool
    is_ticked: bool


class Gaps(NamedTuple):
    """What only stands in a row. `chosen`: what a ticked box sends, the number and the version it was drawn from."""

    chosen: str
    number: str
    href: str
    service: str
    applicant: str
    filed: str
    filed_also: str
    clock: str
    percent: str
    assignee: str
    unread: str


Line = tuple[Look, Gaps]


def filters_of(args: Mapping[str, str]) -> QueueFilters:
    """Only what is on offer; anything else in the address asks for nothing."""
    service, stage, page = args.get("service"), args.get("stage"), args.get("page", "")
    return QueueFilters(
        service=service if service in registry() else None,
        stage=stage if stage and stage in open_stages() else None,
        mine=args.get("mine") == YES,
        waiting=args.get("waiting") == YES,
        closed=args.get("closed") == YES,
        words=" ".join(args.get("words", "").split())[:MOST_WORDS],
        page=_number(page),
    )


def _number(page: str) -> int:
    return min(max(int(page[:6]), 1), MOST_PAGE) if page.isascii() and page.isdecimal() else 1


def address(filters: QueueFilters, **changes: Any) -> str:
    """The address of a queue narrowed so; the first page has none of its own."""
    asked = replace(filters, **changes)
    values: dict[str, Any] = {
        "service": asked.service,
        "stage": asked.stage,
        "mine": YES if asked.mine else None,
        "waiting": YES if asked.waiting else None,
        "closed": YES if asked.closed else None,
        "words": asked.words or None,
        "page": asked.page if asked.page > 1 else None,
    }
    return url_for("desk.queue", **{key: value for key, value in values.items() if value is not None})


def _at_page(first: str, number: int) -> str:
    """The address of another page than the first one of a queue."""
    return f"{first}{'&' if '?' in first else '?'}page={number}" if number > 1 else first


def open_stages() -> list[str]:
    """Stages in which a case is open, those every service knows first."""
    known = [str(Stage.SUBMITTED), str(Stage.IN_REVIEW), str(Stage.APPROVED)]
    declared = {str(stage) for service in registry().values() for stage in service.workflow.stages}
    return known + sorted(declared - set(known) - {str(stage) for stage in FINAL} - {str(Stage.DRAFT)})


def services_of(actor: Actor) -> tuple[tuple[str, str], ...]:
    """(slug, title) of the services in which the actor holds a role that sees cases."""
    return tuple(
        (slug, service.text(lang(), "title"))
        for slug, service in registry().items()
        if any(grant.role in queries.SEES_CASES and grant.touches(service.agency, None, slug) for grant in actor.grants)
    )


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
        self.language, self.base = language, url_for("desk.case", number="")
        self.services: dict[str, tuple[Service, str]] = {}
        self.clocks: dict[str, Clocks] = {}

    def line(self, row: QueueRow, ticked: Container[str]) -> Line:
        address, unread, (service, title) = row.address, row.unread, self._service(row.service)
        owed = row.owed and service.payment is not None
        state = state_key(row, waiting=row.waiting, visit=row.visit, owed=owed)
        clocks, chosen = self._clocks(row), f"{address}.{row.version}"
        agency, filed_on = clocks.agency, clocks.day_of(row.filed_at)
        clock = clocks.of(row.filed_at, row.target_at, waiting=row.waiting)
        return Look(
            state,
            state_label(state, self.language),
            clock.tone if clock else None,
            unread > 0,
            row.assignee is not None,
            chosen in ticked,
        ), Gaps(
            chosen,
            row.number,
            self.base + address,
            title,
            named(service, row.applicant),
            short_day(agency, filed_on, self.language),
            short_day(agency, filed_on, self.language, other=True),
            clock.words if clock else "",
            str(clock.percent) if clock else "",
            row.assignee or "",
            plural("messages_new", unread) if unread else "",
        )

    def _service(self, slug: str) -> tuple[Service, str]:
        """A service and its title."""
        if slug not in self.services:
            service = registry()[slug]
            self.services[slug] = service, service.text(self.language, "title")
        return self.services[slug]

    def _clocks(self, row: QueueRow) -> Clocks:
        if row.agency not in self.clocks:
            self.clocks[row.agency] = Clocks(agency_of(row))
        return self.clocks[row.agency]


def page_of(actor: Actor, filters: QueueFilters, ticked: Container[str] = ()) -> dict[str, Any]:
    """What the page of the queue is drawn from; one round trip."""
    rows = queue(actor, filters, lang())
    return {
        "filters": filters,
        "lines": lines_of(rows[:PAGE], ticked),
        "more": len(rows) > PAGE,
        "address": partial(_at_page, address(filters, page=1)),
        "is_narrowed": filters != QueueFilters(page=filters.page),
        "services": services_of(actor),
        "stages": tuple((stage, state_label(stage, lang())) for stage in open_stages()),
    }
