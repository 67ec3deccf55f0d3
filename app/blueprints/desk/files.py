"""The files of a case under the labels they were asked for, each with the ones it replaced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.calendars.printed import short_day
from app.cases.appeals import EVIDENCE
from app.cases.context import agency_of
from app.cases.models import Case
from app.documents.models import Attachment, CheckState
from app.documents.sizes import size_text
from app.web.language import lang, t


@dataclass(frozen=True)
class Paper:
    """`state`: "" (may be opened), checking, refused or removed. `earlier`: what it replaced, newest first."""

    file: Attachment
    label: str
    size: str
    on: str
    state: str
    earlier: tuple["Paper", ...] = ()

    @property
    def can_be_shown(self) -> bool:
        return self.file.is_image and not self.state


def papers_of(case: Case, files: Sequence[Attachment], labels: Mapping[str, str]) -> list[Paper]:
    """Those that count now, in the order they came."""
    by_id = {file.id: file for file in files}
    replaced = {file.replaces_id for file in files}

    def ancestors(file: Attachment) -> tuple[Paper, ...]:
        found, seen = [], {file.id}
        while file.replaces_id in by_id and file.replaces_id not in seen:
            file = by_id[file.replaces_id]
            seen.add(file.id)
            found.append(_paper(case, file, labels))
        return tuple(found)

    return [_paper(case, file, labels, ancestors(file)) for file in files if file.id not in replaced]


def _paper(case: Case, file: Attachment, labels: Mapping[str, str], earlier: tuple[Paper, ...] = ()) -> Paper:
    agency = agency_of(case)
    on = short_day(agency, file.created_at.astimezone(agency.zone).date(), lang())
    other = "evidence" if file.field.startswith(EVIDENCE) else "other"
    label = labels.get(file.field) or t(f"desk.files.{other}")
    if file.row is not None:
        label = t("desk.files.of_row", label=label, row=file.row)
    return Paper(file, label, size_text(file.size, lang()), on, _state(file), earlier)


def _state(file: Attachment) -> str:
    if file.removed_at is not None or file.storage_key is None:
        return "removed"
    return {CheckState.WAITING: "checking", CheckState.REFUSED: "refused"}.get(CheckState(file.check_state), "")


def labels_of(declaration: Mapping[str, Any]) -> dict[str, str]:
    """Label of every field by its id, in the words the case was filed under."""
    fields = [each for section in declaration["sections"] for each in section["fields"]]
    inner = [each for group in fields for each in group.get("fields", ())]
    return {each["id"]: each["label"][lang()] for each in (*inner, *fields)}
