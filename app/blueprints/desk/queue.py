"""The queue as a page: filters out of the address, rows in words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from flask import url_for

from app.blueprints.desk.clock import TargetClock, clock_of
from app.blueprints.desk.words import state_label
from app.calendars.printed import short_day
from app.cases import desk_view, fees, queries
from app.cases.context import agency_of, registry, service_of
from app.cases.queue import PAGE, QueueFilters, QueueRow, queue
from app.cases.timeline import state_key
from app.identity.actors import Actor
from app.kit.service import Service
from app.kit.workflow import FINAL, Stage
from app.web.language import lang, t

MOST_WORDS = 80
MOST_PAGE = 1000
YES = "yes"


class Line(NamedTuple):
    """One row of the table. `chosen`: what a ticked box sends, the number and the version this row was drawn from."""

    chosen: str
    number: str
    href: str
    service: str
    applicant: str
    filed: str
    filed_also: str
    state: str
    state_words: str
    clock: TargetClock | None
    assignee: str
    unread: int


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


def open_stages() -> list[str]:
    """Stages in which a case is open, those every service knows first."""
    known = [str(Stage.SUBMITTED), str(Stage.IN_REVIEW), str(Stage.APPROVED)]
    declared = {str(stage) for service in registry().values() for stage in service.workflow.stages}
    return known + sorted(declared - set(known) - {str(stage) for stage in FINAL} - {str(Stage.DRAFT)})


def services_of(actor: Actor) -> list[tuple[str, str]]:
    """(slug, title) of the services in which the actor holds a role that sees cases."""
    return [
        (slug, service.text(lang(), "title"))
        for slug, service in registry().items()
        if any(grant.role in queries.SEES_CASES and grant.touches(service.agency, None, slug) for grant in actor.grants)
    ]


def lines_of(rows: Sequence[QueueRow]) -> list[Line]:
    visits = desk_view.visits_of(row for row in rows if row.stage == Stage.APPROVED)
    base, owing = url_for("desk.case", number=""), fees.owing(rows)
    return [_line(row, visits.get(row.id), base, owed=row.id in owing) for row in rows]


def named(service: Service, applicant: str) -> str:
    """Who filed, as lists may say it: a restricted service keeps names on the page of the case."""
    return t("desk.queue.name_hidden") if service.restricted else applicant


def _line(row: QueueRow, visit: str | None, base: str, *, owed: bool) -> Line:
    language, address, service = lang(), row.address, service_of(row)
    key = state_key(row, waiting=row.waiting, visit=visit, owed=owed)
    agency = agency_of(row)
    filed_on = row.filed_at.astimezone(agency.zone).date()
    return Line(
        f"{address}.{row.version}",
        row.number,
        f"{base}{address}",
        service.text(language, "title"),
        named(service, row.applicant),
        short_day(agency, filed_on, language),
        short_day(agency, filed_on, language, other=True),
        key,
        state_label(key, language),
        clock_of(row, row.target_at, waiting=row.waiting),
        row.assignee or "",
        row.unread,
    )


def page_of(actor: Actor, filters: QueueFilters) -> dict[str, Any]:
    """What the page of the queue is drawn from; two round trips, one more for appointments and one for fees
    where they are among the rows."""
    rows = queue(actor, filters, lang())
    return {
        "filters": filters,
        "lines": lines_of(rows[:PAGE]),
        "more": len(rows) > PAGE,
        "address": lambda number: address(filters, page=number),
        "is_narrowed": filters != QueueFilters(page=filters.page),
        "services": services_of(actor),
        "stages": [(stage, state_label(stage, lang())) for stage in open_stages()],
    }
