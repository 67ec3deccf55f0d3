"""Request numbers (one sequence per Hijri year of filing) and transaction numbers (per agency and Hijri year)."""

from sqlalchemy import Integer, String, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.cases.models import TransactionCounter
from app.extensions import db

# The next request number of a Hijri year, where a statement asks for more; None for the first request of a year. Gaps
# happen, a number never comes back.
NEXT_SERIAL = func.nextval(func.to_regclass(bindparam("sequence", type_=String)), type_=Integer)


def sequence_of(year: int) -> str:
    return f"case_serial_{int(year)}"


def first_serial(year: int) -> int:
    """A request number of a year that has no sequence yet."""
    return next_serials(year, 1)[0]


def next_serials(year: int, many: int) -> list[int]:
    """So many request numbers of a Hijri year at once."""
    ensure_sequence(year)
    taken = text("SELECT nextval(CAST(:name AS regclass)) FROM generate_series(1, :many)")
    return list(db.session.scalars(taken, {"name": sequence_of(year), "many": many}))


def ensure_sequence(year: int) -> None:
    """Make the sequence of a year before its first day; two at once do no harm."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('case_serial'))"))
    db.session.execute(text(f"CREATE SEQUENCE IF NOT EXISTS {sequence_of(year)}"))


def next_transaction(agency: str, year: int) -> int:
    """The next transaction number of an agency in a Hijri year; its row stays locked until commit, so no gaps."""
    db.session.execute(insert(TransactionCounter).values(agency=agency, year=year, last=0).on_conflict_do_nothing())
    counter = db.session.scalars(
        select(TransactionCounter)
        .where(TransactionCounter.agency == agency, TransactionCounter.year == year)
        .with_for_update()
    ).one()
    counter.last += 1
    return counter.last
