"""What stands of a case's past: every step that was taken and not undone since (`Step.undoes`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.cases import queries
from app.cases.context import service_of
from app.cases.models import Case, History
from app.kit.workflow import Stage


def rows_of(case: Case) -> list[History]:
    """The rows of the history that still count, the oldest first."""
    workflow, found = service_of(case).workflow, list[History]()
    for row in queries.history_of(case):
        step = workflow.find(row.step, row.from_stage)
        undone = step.undoes if step else ()
        found = [each for each in found if each.step not in undone] + [row]
    return found


def said(row: History) -> Mapping[str, Any]:
    """What was kept with a step; nothing once retention has blanked it."""
    return (row.words.content if row.words else None) or {}


def newest(case: Case, key: str) -> Mapping[str, Any] | None:
    """What was said last under `key` by a step that stands."""
    return next((said(row)[key] for row in reversed(rows_of(case)) if key in said(row)), None)


def decided_at(case: Case) -> datetime | None:
    """When the decision fell: the end of the case, or before that a step declared `objectionable` that stands."""
    names = {each.name for each in service_of(case).workflow.steps if each.objectionable}
    if not names or case.stage == Stage.REFUSED:
        return case.closed_at
    return next((row.at for row in reversed(rows_of(case)) if row.step in names), case.closed_at)
