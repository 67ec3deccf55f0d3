"""Seals: every minute the new audit rows and the head of every case that moved are put under one hash.

Each seal holds the hash of the one before (app/cases/trail.py looks whether all of it still holds).

A transaction may commit after others that took higher numbers. So a seal notes the numbers it could not see as gaps;
they stay open for a while, and a row that appears in one is sealed later, by name. Nothing here depends on a clock: the
numbers of audit rows come from the database, and steps are looked for again over OVERLAP, twice being harmless.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select, text

from app.calendars.clock import now
from app.cases.chain import START
from app.cases.models import History, Seal
from app.extensions import db
from app.identity.audit import AuditRow

# Far longer than a transaction of the portal lives.
OVERLAP = timedelta(minutes=15)
WATCHED_SEALS = 60
CHUNK = 1000
Span = tuple[int, int]


def seal() -> Seal | None:
    """Seal what is new; None when nothing is. One at a time, whoever asks. Never commits."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('seal'))"))
    last = db.session.scalar(select(Seal).order_by(Seal.id.desc()).limit(1))
    number, after = (last.id + 1, last.audit_to) if last else (1, 0)
    watched = [tuple(each) for each in last.heads.get("open", ())] if last else []
    until = now()
    heads = _heads(last, until)
    cover = _Cover(after, watched)
    audit_digest = digest(cover.seen(_rows_after(after, [(low, high) for low, high, _born in watched])))
    if not cover.count and not heads:
        return None
    made = Seal(
        id=number,
        at=until,
        audit_from=after + 1,
        audit_to=cover.newest,
        audit_digest=audit_digest,
        heads={"until": until.isoformat(), "cases": heads, "late": cover.late, "open": cover.still_open(number)},
        prev=last.hash if last else START,
    )
    made.hash = hash_of(made)
    db.session.add(made)
    db.session.flush()
    return made


class _Cover:
    """Which numbers a seal covers: noted while its rows stream by, in the order of their numbers."""

    def __init__(self, after: int, watched: list[Any]) -> None:
        self.after, self.watched = after, watched
        self.newest, self.count = after, 0
        self.late: list[int] = []
        self.gaps: list[Span] = []

    def seen(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self.count += 1
            if row.id <= self.after:
                self.late.append(row.id)
            else:
                if row.id > self.newest + 1:
                    self.gaps.append((self.newest + 1, row.id - 1))
                self.newest = row.id
            yield row

    def still_open(self, number: int) -> list[list[int]]:
        """Gaps to look into again: [first, last, seal that noted them]."""
        kept = [
            [low, high, born]
            for first, last, born in self.watched
            if number - born <= WATCHED_SEALS
            for low, high in without((first, last), self.late)
        ]
        return kept + [[low, high, number] for low, high in self.gaps]


def without(span: Span, numbers: Iterable[int]) -> Iterator[Span]:
    """What remains of a span of numbers when some are taken out."""
    low, high = span
    for number in sorted(each for each in numbers if low <= each <= high):
        if number > low:
            yield low, number - 1
        low = number + 1
    if low <= high:
        yield low, high


def _rows_after(after: int, gaps: list[Span]) -> Iterable[Any]:
    again = [AuditRow.id.between(low, high) for low, high in gaps]
    return db.session.execute(
        audit_rows().where(or_(AuditRow.id > after, *again)), execution_options={"yield_per": CHUNK}
    )


def audit_rows() -> Select[Any]:
    """Audit rows with everything a seal covers, by number."""
    return select(*AuditRow.__table__.columns).order_by(AuditRow.id)


def _heads(last: Seal | None, until: datetime) -> dict[str, list[Any]]:
    """Case id to [last seq, its hash] for every case with a step that no recent seal holds."""
    newest = select(History.case_id, func.max(History.seq).label("seq")).group_by(History.case_id)
    if last is not None:
        # The clock may have gone back since (the demo clock does): whichever is earlier.
        since = min(datetime.fromisoformat(last.heads["until"]), until) - OVERLAP
        newest = newest.where(History.at > since)
    found = newest.subquery()
    rows = db.session.execute(
        select(History.case_id, History.seq, History.hash).join(
            found, (found.c.case_id == History.case_id) & (found.c.seq == History.seq)
        )
    )
    known = _known_heads(last)
    return {str(case_id): [seq, value] for case_id, seq, value in rows if known.get(str(case_id)) != [seq, value]}


def _known_heads(last: Seal | None) -> dict[str, list[Any]]:
    known: dict[str, list[Any]] = {}
    if last is not None:
        recent = select(Seal.heads["cases"]).where(Seal.id > last.id - WATCHED_SEALS).order_by(Seal.id)
        for heads in db.session.scalars(recent):
            known |= heads
    return known


def digest(rows: Iterable[Any]) -> str:
    running = hashlib.sha256()
    for row in rows:
        values = [
            row.id,
            row.at.timestamp(),
            row.kind,
            row.actor_kind,
            row.actor_person_id,
            row.actor_staff_id,
            row.subject_person_id,
            row.case_id,
            row.address,
            row.detail,
        ]
        running.update(json.dumps(values, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\x1e")
    return running.hexdigest()


def hash_of(made: Any) -> str:
    values = [made.id, made.at.timestamp(), made.audit_from, made.audit_to, made.audit_digest, made.heads, made.prev]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
