"""Seals: every minute the new audit rows and the head of every case that moved are put under one hash.

Each seal holds the hash of the one before. `verify` walks chains and seals and looks whether each sealed case still
exists, so that a row changed, removed, inserted or reordered, and a whole case removed, are found.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text

from app.calendars.clock import now
from app.cases.chain import START, Broken, faults
from app.cases.models import Case, History, Seal
from app.extensions import db
from app.identity.audit import AuditRow

BATCH = 5000
# Rows of transactions that are still open may carry lower ids than rows already seen; they are sealed a little later.
SETTLE = timedelta(seconds=30)


def seal(*, settle: timedelta = SETTLE) -> Seal | None:
    """Seal what is new; None when nothing is. One at a time, whoever asks."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('seal'))"))
    last = db.session.scalar(select(Seal).order_by(Seal.id.desc()).limit(1))
    until = now() - settle
    rows = _audit_rows(last.audit_to if last else 0, until)
    heads = _heads(last.heads["until"] if last else None, until)
    if not rows and not heads:
        return None
    made = Seal(
        id=(last.id if last else 0) + 1,
        at=now(),
        audit_from=rows[0].id if rows else (last.audit_to if last else 0),
        audit_to=rows[-1].id if rows else (last.audit_to if last else 0),
        audit_digest=digest(rows),
        heads={"until": until.isoformat(), "cases": heads},
        prev=last.hash if last else START,
    )
    made.hash = hash_of(made)
    db.session.add(made)
    db.session.flush()
    return made


def _audit_rows(after: int, until: datetime) -> Sequence[AuditRow]:
    return db.session.scalars(
        select(AuditRow).where(AuditRow.id > after, AuditRow.at <= until).order_by(AuditRow.id).limit(BATCH)
    ).all()


def _heads(since: str | None, until: datetime) -> dict[str, list[Any]]:
    """Case id to [last seq, its hash] for every case with a step since the last seal."""
    newest = (
        select(History.case_id, func.max(History.seq).label("seq")).where(History.at <= until).group_by(History.case_id)
    )
    if since:
        newest = newest.where(History.at > datetime.fromisoformat(since))
    found = newest.subquery()
    rows = db.session.execute(
        select(History.case_id, History.seq, History.hash).join(
            found, (found.c.case_id == History.case_id) & (found.c.seq == History.seq)
        )
    )
    return {str(case_id): [seq, value] for case_id, seq, value in rows}


def digest(rows: Sequence[AuditRow]) -> str:
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


def hash_of(made: Seal) -> str:
    values = [made.id, made.at.timestamp(), made.audit_from, made.audit_to, made.audit_digest, made.heads, made.prev]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def verify() -> Iterator[str]:
    """One sentence for each fault found in chains, seals and sealed rows; nothing when all holds."""
    yield from _verify_chains()
    previous, sealed = START, {}
    for made in db.session.scalars(select(Seal).order_by(Seal.id)):
        if made.prev != previous or made.hash != hash_of(made):
            yield f"seal {made.id}: changed, removed or reordered"
        previous = made.hash
        rows = db.session.scalars(
            select(AuditRow).where(AuditRow.id >= made.audit_from, AuditRow.id <= made.audit_to).order_by(AuditRow.id)
        ).all()
        if digest(_without_earlier(rows, made)) != made.audit_digest:
            yield f"seal {made.id}: audit rows {made.audit_from}-{made.audit_to} changed, removed or inserted"
        sealed |= made.heads["cases"]
    yield from _verify_heads(sealed)


def _without_earlier(rows: Sequence[AuditRow], made: Seal) -> Sequence[AuditRow]:
    """A seal without audit rows of its own names the last row of the seal before."""
    return rows if made.audit_digest != digest([]) else []


def _verify_chains() -> Iterator[str]:
    case_ids = db.session.scalars(select(History.case_id).distinct())
    for case_id in case_ids:
        rows = (
            db.session.scalars(select(History).where(History.case_id == case_id).order_by(History.seq)).unique().all()
        )
        yield from (_tell(fault) for fault in faults(case_id, list(rows)))


def _verify_heads(sealed: dict[str, list[Any]]) -> Iterator[str]:
    for case_id, (seq, value) in sealed.items():
        found = db.session.scalar(select(History.hash).where(History.case_id == case_id, History.seq == seq))
        if found is None:
            yield f"case {case_id}: step {seq} was sealed and is gone"
        elif found != value:
            yield f"case {case_id}: step {seq} differs from its seal"
        if db.session.scalar(select(Case.id).where(Case.id == case_id)) is None:
            yield f"case {case_id}: sealed and gone"


def _tell(fault: Broken) -> str:
    return f"case {fault.case_id}: step {fault.seq} {fault.what}"
