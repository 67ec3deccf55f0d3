"""The queue as a page: filters out of the address, rows in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from app.blueprints.desk.clock import TargetClock, clock_of
from app.blueprints.desk.words import state_label
from app.calendars.wording import gregorian_text, hijri_date
from app.cases import desk_view, fees, queries
from app.cases.context import agency_of, registry, service_of
from app.cases.models import Case
from app.cases.queries import PAGE, QueueFilters, QueueRow
from app.cases.timeline import state_key
from app.identity.actors import Actor
from app.kit.workflow import FINAL, Stage
from app.web.language import lang, t

MOST_WORDS = 80
MOST_PAGE = 1000
YES = "yes"


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    case: Case
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

    @property
    def chosen(self) -> str:
        """What a ticked box sends: the number, and the version this row was drawn from."""
        return f"{self.case.address}.{self.case.version}"


def filters_of(args: Mapping[str, str]) -> QueueFilters:
    """Only what is on offer; anything else in the address asks for nothing."""
    service, stage, page = args.get("service"), args.get("stage"), args.get("page", "")
    return QueueFilters(
        service=service if service in registry() else None,
        stage=stage if stage in open_stages() else None,
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
    visits = desk_view.visits_of(row.case for row in rows if row.case.stage == Stage.APPROVED)
    base, owing = url_for("desk.case", number=""), fees.owing(row.case for row in rows)
    return [_line(row, visits.get(row.case.id), base, owed=row.case.id in owing) for row in rows]


def applicant_of(case: Case) -> str:
    """Who filed, as lists may say it: a restricted service keeps names on the page of the case."""
    return t("desk.queue.name_hidden") if service_of(case).restricted else case.applicant.name(lang())


def _line(row: QueueRow, visit: str | None, base: str, *, owed: bool) -> Line:
    case, language = row.case, lang()
    service = service_of(case)
    key = state_key(case, waiting=row.waiting, visit=visit, owed=owed)
    filed_on = case.filed_at.astimezone(agency_of(case).zone).date()
    return Line(
        case,
        case.number,
        f"{base}{case.address}",
        service.text(language, "title"),
        applicant_of(case),
        hijri_date(filed_on, language),
        gregorian_text(filed_on, language),
        key,
        state_label(key, language),
        clock_of(case, row.target_at, waiting=row.waiting),
        (case.assignee.name or case.assignee.email) if case.assignee else "",
        row.unread,
    )


def page_of(actor: Actor, filters: QueueFilters) -> dict[str, Any]:
    """What the page of the queue is drawn from; two round trips, one more for appointments and one for fees
    where they are among the rows."""
    rows = queries.queue(actor, filters)
    return {
        "filters": filters,
        "lines": lines_of(rows[:PAGE]),
        "more": len(rows) > PAGE,
        "address": lambda number: address(filters, page=number),
        "is_narrowed": filters != QueueFilters(page=filters.page),
        "services": services_of(actor),
        "stages": [(stage, state_label(stage, lang())) for stage in open_stages()],
    }
