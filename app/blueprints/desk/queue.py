"""The queue as a page: filters out of the address, and what can be chosen in it."""

from collections.abc import Container, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import url_for

from app.blueprints.desk.lines import lines_of
from app.blueprints.desk.words import state_label
from app.cases import queries
from app.cases.context import registry
from app.cases.queue import PAGE, QueueFilters, queue
from app.identity.actors import Actor
from app.kit.workflow import FINAL, Stage
from app.web.language import lang

MOST_WORDS = 80
MOST_PAGE = 1000
YES = "yes"


def filters_of(args: Mapping[str, str]) -> QueueFilters:
    """Only what is on offer; anything else in the address asks for nothing."""
    service, stage, page = args.get("service"), args.get("stage"), args.get("page", "")
    return QueueFilters(
        service=service if service and service in registry() else None,
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
        if any(
            grant.role in queries.SEES_CASES
            and grant.touches(None if service.agency_by else service.agency, None, slug)
            for grant in actor.grants
        )
    )


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
