"""What happened and what was said, with the names that only staff read."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.blueprints.desk.words import result_label, step_past
from app.cases import findings
from app.cases.context import service_of
from app.cases.conversation import ThreadEntry
from app.cases.models import Case, History
from app.cases.timeline import reason_text
from app.identity.actors import Actor
from app.kit.workflow import GATEWAY
from app.web.language import lang, t
from app.web.moments import moment_of
from app.web.written import written

Names = Mapping[uuid.UUID, str]


@dataclass(frozen=True)
class Happened:
    """One step as the desk reads it; hidden ones are marked, since no citizen ever sees them."""

    text: str
    who: str
    at: str
    iso: str
    hidden: bool
    notes: tuple[str, ...]


def history_of(case: Case, rows: Sequence[History], names: Names) -> list[Happened]:
    """Newest first."""
    return [_happened(case, row, names) for row in reversed(rows)]


def _happened(case: Case, row: History, names: Names) -> Happened:
    content = (row.words.content if row.words else None) or {}
    text = step_past(case, row, lang())
    automatic = {"clock": "desk.history.clock", GATEWAY: "desk.history.gateway"}
    if row.actor_kind in automatic:
        who = t(automatic[row.actor_kind])
    else:
        who = case.applicant.name(lang()) if row.actor_kind == "citizen" else _name(names, row.actor_staff_id)
    notes = tuple(_notes(case, row, content, names))
    return Happened(text, who, moment(case, row.at), row.at.isoformat(), row.hidden, notes)


def _notes(case: Case, row: History, content: Mapping[str, Any], names: Names) -> list[str]:
    found = [reason_text(case, code, lang(), at=row.at) for code in content.get("reasons", ())]
    if "assignee" in content:
        given = content["assignee"]
        found.append(
            t("desk.history.given_to", name=_name(names, uuid.UUID(given)))
            if given
            else t("desk.history.given_to_nobody")
        )
    if content.get("result"):
        found.append(result_label(service_of(case), row.step, content["result"], lang()))
    found += findings.of_step(case, content, lang())
    if content.get("note"):
        found.append(content["note"])
    return found


def people_in(rows: Sequence[History], entries: Sequence[ThreadEntry]) -> set[uuid.UUID | None]:
    """Ids of all staff who appear in a case's past."""
    given = {(row.words.content or {}).get("assignee") for row in rows if row.words}
    return (
        {row.actor_staff_id for row in rows}
        | {entry.author_staff_id for entry in entries}
        | {uuid.UUID(each) for each in given if each}
    )


def thread_of(case: Case, entries: Sequence[ThreadEntry], names: Names, actor: Actor) -> list[dict[str, Any]]:
    """Messages for the macro `message_thread`, oldest first."""
    return [
        {
            "id": entry.id,
            "who": _author(case, entry, names, actor),
            "at": moment(case, entry.at),
            "iso": entry.at.isoformat(),
            "text": written(entry, "\n"),
            "note": not entry.visible,
            "mine": entry.author_kind == "staff",
            "unread": entry.author_kind == "citizen" and entry.staff_read_at is None,
        }
        for entry in entries
    ]


def _author(case: Case, entry: ThreadEntry, names: Names, actor: Actor) -> str:
    if entry.author_kind == "citizen":
        return case.applicant.name(lang())
    if entry.author_kind != "staff":
        return t("desk.thread.notice")
    return t("desk.thread.you") if entry.author_staff_id == actor.staff_id else _name(names, entry.author_staff_id)


def _name(names: Names, staff_id: uuid.UUID | None) -> str:
    return names.get(staff_id, t("desk.history.somebody")) if staff_id else t("desk.history.somebody")


def moment(case: Case, at: datetime) -> str:
    return moment_of(at, case.agency)
