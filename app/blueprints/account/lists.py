"""The first page of the account and the list of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import request
from flask.typing import ResponseReturnValue

from app.blueprints.account import blueprint
from app.calendars.printed import date_text
from app.cases import drafts, queries
from app.cases.context import profile, registry
from app.cases.overview import Row, own_rows, waiting_items
from app.identity import access
from app.identity.access import signed_in_actor
from app.web.language import lang
from app.web.pages import page

SIZE = 20


class Look(NamedTuple):
    """What decides how a row of the table looks."""

    state: str
    label: str
    is_unread: bool


class Gaps(NamedTuple):
    """What only stands in a row."""

    number: str
    address: str
    service: str
    agency: str
    filed: str


Line = tuple[Look, Gaps]


@dataclass(frozen=True)
class Paged:
    """One page of cases; `lines`: its rows as the table draws them."""

    rows: list[Row]
    lines: list[Line]
    number: int
    more: bool


def _paged(service: str | None) -> Paged:
    actor = signed_in_actor()
    number = max(1, request.args.get("page", 1, type=int))
    assert actor.person_id is not None
    rows, more = own_rows(actor.person_id, lang(), service=service, page=min(number, 500), size=SIZE)
    return Paged(rows, _lines(rows, lang()), number, more)


def _lines(rows: Sequence[Row], language: str) -> list[Line]:
    agencies = profile().agencies
    lines = []
    for row in rows:
        case, agency = row.case, agencies[row.case.agency]
        filed = date_text(agency, case.filed_at, language)
        gaps = Gaps(case.number, case.address, row.title, agency.name[language], filed)
        lines.append((Look(row.state, row.label, row.unread > 0), gaps))
    return lines


@blueprint.get("")
@access.citizen
def index() -> ResponseReturnValue:
    """What waits for the person first, then services with counts, then cases."""
    actor = signed_in_actor()
    assert actor.person_id is not None
    paged = _paged(None)
    return page(
        "account/index.html",
        paged=paged,
        waiting=waiting_items(paged.rows, lang()),
        services=queries.service_counts(actor.person_id),
        drafts=[draft for draft in drafts.drafts_of(actor.person_id) if draft.service in registry()],
        registry=registry(),
        service=None,
    )


@blueprint.get("/cases")
@access.citizen
def cases() -> ResponseReturnValue:
    """All cases, or those of one service."""
    slug = request.args.get("service") or None
    service = registry().get(slug or "")
    return page(
        "account/cases.html", paged=_paged(service.slug if service else None), service=service, registry=registry()
    )
