"""The chain of a case: each row of its history holds the hash of the one before.

The hash covers a digest of what was said; the words lie in a side table that retention may blank. `verify` then says
«erased by rule», never «changed».
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from app.calendars.clock import now
from app.cases import memory
from app.cases.models import Case, History, HistoryText
from app.extensions import db
from app.identity.actors import Actor
from app.kit.workflow import Step

START = "0" * 64
_steps = History.__table__.c
# Built once: making a statement costs more than asking it.
_NEWEST = (
    select(_steps.seq, _steps.hash).where(_steps.case_id == bindparam("case")).order_by(_steps.seq.desc()).limit(1)
)


@dataclass(frozen=True)
class Broken:
    """One place where a chain does not hold, and how."""

    case_id: uuid.UUID
    seq: int
    what: str


def link(case: Case, step: Step, *, by: Actor, content: dict[str, Any]) -> tuple[History, HistoryText]:
    """The next row of the history of a case whose row is locked by the caller, and its words; not written yet."""
    last = _last(case)
    row = History(
        id=uuid.uuid4(),
        case_id=case.id,
        seq=last.seq + 1 if last else 1,
        step=step.name,
        from_stage=step.from_stage,
        to_stage=step.to,
        actor_kind=by.kind,
        actor_person_id=by.person_id,
        actor_staff_id=by.staff_id,
        actor_key=by.identity_key,
        acting_for=by.acting_for,
        hidden=step.hidden,
        at=now(),
        digest=digest_of(content),
        prev=last.hash if last else START,
    )
    row.hash = hash_of(row)
    words = row.words = HistoryText(history_id=row.id, content=content)
    return row, words


def _last(case: Case) -> Row[int, str] | None:
    """Number and hash of the newest row; a case that is being made is known to have none."""
    if memory.known(case, History) == []:
        return None
    return db.session.execute(_NEWEST, {"case": case.id}).first()


def digest_of(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of(row: Any) -> str:
    """Covers everything of a row of history but itself."""
    parts = (
        row.id,
        row.case_id,
        row.seq,
        row.step,
        row.from_stage,
        row.to_stage,
        row.actor_kind,
        row.actor_person_id,
        row.actor_staff_id,
        row.actor_key.hex() if row.actor_key else None,
        row.hidden,
        f"{row.at.timestamp():.6f}",
        row.digest,
        row.prev,
        # Last and only where it stands, so that chains from before there was acting for somebody keep their hash.
        *((row.acting_for,) if row.acting_for else ()),
    )
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def faults(case_id: uuid.UUID, rows: Iterable[Any]) -> Iterator[Broken]:
    """Every fault in the rows of one case, which come by seq with `history_id` and `content` of their words."""
    previous = START
    for expected, row in enumerate(rows, 1):
        if row.seq != expected:
            yield Broken(case_id, expected, "missing")
            return
        if row.prev != previous:
            yield Broken(case_id, row.seq, "order")
        if row.hash != hash_of(row):
            yield Broken(case_id, row.seq, "changed")
        elif row.history_id is None:
            yield Broken(case_id, row.seq, "words removed")
        elif row.content is not None and digest_of(row.content) != row.digest:
            # Without content: erased by rule, which is no fault.
            yield Broken(case_id, row.seq, "words changed")
        previous = row.hash
