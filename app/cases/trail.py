"""Whether the audit trail holds: chains of cases, seals, and everything that was sealed.

Found are rows changed, removed, inserted or put in another order, and whole cases removed. Words that retention blanked
are no fault. Read as a stream and in one snapshot: a trail of any length needs little memory, and work that goes on
meanwhile is no fault either. Removing the newest seals is found by a seal that was noted outside (`newest`).
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, func, or_, select

from app.cases.chain import START, Broken, faults
from app.cases.models import Case, History, HistoryText, Seal
from app.cases.seals import CHUNK, Span, audit_rows, digest, hash_of
from app.extensions import db
from app.identity.audit import AuditRow

# The first seal also answers for numbers below the first: the database gives none of them.
BEFORE_ALL = -(2**63)


def verify(newest: str | None = None) -> Iterator[str]:
    """One sentence for each fault; nothing when all holds. `newest`: "<number>:<hash>" of a seal known from outside."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        yield from _chains(connection)
        yield from _stages(connection)
        yield from _seals(connection)
        if newest:
            yield from _known(connection, newest)


def erased() -> int:
    """How many steps lost their words to a retention rule: no fault, but told."""
    blank = or_(HistoryText.content.is_(None), func.jsonb_typeof(HistoryText.content) == "null")
    return db.session.scalar(select(func.count()).select_from(HistoryText).where(blank)) or 0


def newest_seal() -> str | None:
    """The newest seal as it is noted outside the database."""
    row = db.session.execute(select(Seal.id, Seal.hash).order_by(Seal.id.desc()).limit(1)).first()
    return f"{row.id}:{row.hash}" if row else None


def _stream(connection: Connection, query: Any) -> Iterator[Any]:
    yield from connection.execute(query, execution_options={"yield_per": CHUNK})


def _chains(connection: Connection) -> Iterator[str]:
    rows = (
        select(*History.__table__.columns, HistoryText.content, HistoryText.history_id)
        .outerjoin(HistoryText, HistoryText.history_id == History.id)
        .order_by(History.case_id, History.seq)
    )
    for case_id, chain in itertools.groupby(_stream(connection, rows), lambda row: row.case_id):
        yield from (_tell(fault) for fault in faults(case_id, chain))


def _stages(connection: Connection) -> Iterator[str]:
    """A case stands where its last step led; a case without any step was never filed."""
    last = select(History.case_id, func.max(History.seq).label("seq")).group_by(History.case_id).subquery()
    rows = (
        select(Case.id, Case.stage, History.to_stage)
        .outerjoin(last, last.c.case_id == Case.id)
        .outerjoin(History, (History.case_id == Case.id) & (History.seq == last.c.seq))
        .where(or_(History.to_stage.is_(None), History.to_stage != Case.stage))
        .order_by(Case.id)
    )
    for case_id, stage, led_to in _stream(connection, rows):
        if led_to is None:
            yield f"case {case_id}: has no steps"
        else:
            yield f"case {case_id}: stands at {stage}, its last step led to {led_to}"


def _seals(connection: Connection) -> Iterator[str]:
    late = _late(connection)
    pending = _pending(connection)
    previous, expected = START, 1
    for made in _stream(connection, select(*Seal.__table__.columns).order_by(Seal.id)):
        if made.id != expected or made.prev != previous or made.hash != hash_of(made):
            yield f"seal {made.id}: changed, or one before it removed, inserted or reordered"
        previous, expected = made.hash, made.id + 1
        if digest(_covered(connection, made, late, pending)) != made.audit_digest:
            yield f"seal {made.id}: audit rows {made.audit_from}-{made.audit_to} changed, removed or inserted"
        yield from _heads(connection, made.heads["cases"])


def _late(connection: Connection) -> dict[int, int]:
    """Number of each audit row that was sealed after its neighbours, to the seal that holds it."""
    rows = connection.execute(
        select(Seal.id, Seal.heads["late"]).where(func.jsonb_array_length(Seal.heads["late"]) > 0)
    )
    return {number: seal_id for seal_id, numbers in rows for number in numbers}


def _pending(connection: Connection) -> list[Span]:
    """Gaps that the next seal will look into: what lies there is not sealed yet, and no fault."""
    newest = connection.execute(select(Seal.heads).order_by(Seal.id.desc()).limit(1)).scalar()
    return [(low, high) for low, high, _born in (newest or {}).get("open", ())]


def _covered(connection: Connection, made: Any, late: dict[int, int], pending: list[Span]) -> Iterable[Any]:
    first = made.audit_from if made.id > 1 else BEFORE_ALL
    named = made.heads.get("late", [])
    query = audit_rows().where(or_(AuditRow.id.between(first, made.audit_to), AuditRow.id.in_(named)))
    for row in _stream(connection, query):
        sealed_by = late.get(row.id)
        if sealed_by is None and any(low <= row.id <= high for low, high in pending):
            continue
        if sealed_by in (None, made.id):
            yield row


def _heads(connection: Connection, heads: dict[str, list[Any]]) -> Iterator[str]:
    """Every sealed step is still there, with its case."""
    items = list(heads.items())
    for chunk in (items[start : start + CHUNK] for start in range(0, len(items), CHUNK)):
        ids = [case_id for case_id, _head in chunk]
        steps = connection.execute(select(History.case_id, History.seq, History.hash).where(History.case_id.in_(ids)))
        found = {(str(case_id), seq): value for case_id, seq, value in steps}
        cases = {str(each) for each in connection.execute(select(Case.id).where(Case.id.in_(ids))).scalars()}
        for case_id, (seq, value) in chunk:
            if case_id not in cases:
                yield f"case {case_id}: sealed and gone"
            if (case_id, seq) not in found:
                yield f"case {case_id}: step {seq} was sealed and is gone"
            elif found[case_id, seq] != value:
                yield f"case {case_id}: step {seq} differs from its seal"


def _known(connection: Connection, newest: str) -> Iterator[str]:
    number, _, value = newest.partition(":")
    found = connection.execute(select(Seal.hash).where(Seal.id == int(number))).scalar()
    if found != value:
        yield f"seal {number}: {'gone' if found is None else 'differs from the one noted outside'}"


def _tell(fault: Broken) -> str:
    return f"case {fault.case_id}: step {fault.seq} {fault.what}"
