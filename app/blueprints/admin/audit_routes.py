"""The audit, looked into by auditors. Each look is a row of it."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, current_app, request, url_for

from app.blueprints.admin import view
from app.blueprints.admin.routes import SIZE, blueprint
from app.cases import auditing
from app.cases.auditing import Found, Query
from app.cases.context import registry
from app.identity import access, accounts
from app.identity.access import signed_in_actor
from app.identity.audit import AuditRow, audit
from app.kit.arabic import clean_line, western_digits
from app.kit.case_numbers import find_number, format_address, format_number
from app.kit.roles import Role
from app.kit.words import WORDS
from app.web.language import t
from app.web.moments import house
from app.web.pages import page

FIELDS = ("kind", "number", "who", "since", "until")


@blueprint.get("/audit", endpoint="audit")
@access.staff(Role.AUDITOR)
def look() -> Response:
    actor, typed = signed_in_actor(), {name: clean_line(request.args.get(name, "")[:80]) for name in FIELDS}
    errors = _errors(typed)
    found = None if errors else auditing.looked_up(actor, _query(typed), size=SIZE)
    if found is not None and any(typed.values()):
        audit("audit.searched", actor=actor, detail={"by": [name for name in FIELDS if typed[name]]})
    rows = [_line(each, found) for each in found.rows[:SIZE]] if found else []
    older = found.rows[SIZE - 1].id if found and len(found.rows) > SIZE else None
    asked: dict[str, Any] = {name: value for name, value in typed.items() if value}
    return page(
        "admin/audit.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors,
        rows=rows,
        older=url_for("admin.audit", before=older, **asked) if older else None,
        kinds=kinds(),
        seal=auditing.newest_seal(),
        house=house(),
    )


def kinds() -> list[tuple[str, str]]:
    """Every kind of row that has words, in the order in which they stand."""
    return [(kind, t(f"admin.kinds.{kind}")) for kind in WORDS.raw["admin"]["kinds"]]


def _errors(typed: Mapping[str, str]) -> dict[str, str]:
    wrong = {}
    if typed["number"] and find_number(typed["number"]) is None:
        wrong["number"] = t("admin.audit.number_wrong")
    return wrong | {
        name: t("admin.audit.day_wrong") for name in ("since", "until") if typed[name] and not _day(typed[name])
    }


def _query(typed: Mapping[str, str]) -> Query:
    since, until = _day(typed["since"]), _day(typed["until"])
    return Query(
        typed["kind"] if typed["kind"] in dict(kinds()) else "",
        typed["number"],
        accounts.ids_of(typed["who"]) if typed["who"] else None,
        _begins(since) if since else None,
        _begins(until) + timedelta(days=1) if until else None,
        request.args.get("before", type=int),
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(western_digits(typed))
    except ValueError:
        return None


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), current_app.extensions["profile"].agency(house()).zone)


def _line(row: AuditRow, found: Found) -> dict[str, Any]:
    """One row in words; what has none stands as its code."""
    case = found.cases.get(row.case_id) if row.case_id else None
    about, restricted = auditing.staff_named(row), case is not None and _is_restricted(case.service)
    return {
        "at": row.at,
        "what": t(f"admin.kinds.{row.kind}") if WORDS.has(f"admin.kinds.{row.kind}") else row.kind,
        "who": _who(row, found, is_restricted=restricted),
        "case": {"number": format_number(case.year, case.serial), "address": format_address(case.year, case.serial)}
        if case
        else None,
        "person": _named(row.subject_person_id, found, is_restricted=restricted),
        "account": (about, found.staff.get(about, "")) if about else None,
        "address": row.address or "",
        "detail": _detail(row.detail),
    }


def _is_restricted(slug: str) -> bool:
    """Whether names stay on the page of the case; so they do where nobody declares the service any more."""
    return slug not in registry() or registry()[slug].restricted


def _named(person: uuid.UUID | None, found: Found, *, is_restricted: bool) -> str:
    name = found.people.get(person, "") if person else ""
    return t("desk.queue.name_hidden") if name and is_restricted else name


def _who(row: AuditRow, found: Found, *, is_restricted: bool) -> str:
    if row.actor_staff_id:
        return found.staff.get(row.actor_staff_id, "")
    if row.actor_person_id:
        return _named(row.actor_person_id, found, is_restricted=is_restricted)
    return t(f"admin.actors.{row.actor_kind}" if row.address else "admin.actors.command")


def _detail(detail: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """What else was noted, roles and scopes in words; the rest as the code it is (True). Accounts are told by name."""
    told = view.noted(detail)
    codes = ((key, value) for key, value in detail.items() if key not in view.IN_WORDS and value not in (None, "", []))
    return [
        *((words, False) for words in told),
        *((f"{key}: {', '.join(map(str, value)) if isinstance(value, list) else value}", True) for key, value in codes),
    ]
