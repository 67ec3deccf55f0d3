"""What became of the answers after they were signed: each change by a reply, and the answers without all of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.cases import memory
from app.cases.answers import Answers, open_answers
from app.cases.conversation import InfoRequest
from app.cases.models import Case
from app.cases.targets import Target, find_target
from app.extensions import db


@dataclass(frozen=True)
class Change:
    """An answer changed by the reply to `request`, in clear before and after."""

    request: InfoRequest
    about: Target
    before: Any
    after: Any


def changes_of(case: Case, declaration: Mapping[str, Any], *, reason: str | None = None) -> list[Change]:
    """In the order in which they came. `declaration`: that of the filing. `reason`: only what was changed for it."""
    rows = memory.known(case, InfoRequest)
    if rows is None:
        rows = list(db.session.scalars(select(InfoRequest).where(InfoRequest.case_id == case.id)))
    changed = [each for each in rows if each.answered_at and each.change_sealed and reason in (None, each.reason)]
    return [
        Change(each, about, **json.loads(each.change))
        for each in sorted(changed, key=lambda each: (each.answered_at or each.prepared_at, each.prepared_at))
        if (about := find_target(declaration, case.answers, each.target)) is not None
    ]


def signed_answers(case: Case, declaration: Mapping[str, Any]) -> Answers:
    """The answers in clear as they were filed and signed, every later change taken back."""
    answers = open_answers(case.id, case.answers)
    for change in reversed(changes_of(case, declaration)):
        answers = change.about.put(answers, change.before)
    return answers
