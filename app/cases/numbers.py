"""Request numbers (one sequence per Hijri year of filing) and transaction numbers (per agency and Hijri year)."""

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.cases.models import TransactionCounter
from app.extensions import db


def next_serial(year: int) -> int:
    """The next request number of a Hijri year. Gaps happen, a number never comes back."""
    taken, sequence = text("SELECT nextval(to_regclass(:name))"), {"name": f"case_serial_{int(year)}"}
    number = db.session.scalar(taken, sequence)
    if number is None:  # the first request of a year
        ensure_sequence(year)
        number = db.session.execute(taken, sequence).scalar_one()
    return int(number)


def next_serials(year: int, many: int) -> list[int]:
    """So many request numbers of a Hijri year at once."""
    ensure_sequence(year)
    taken = text("SELECT nextval(CAST(:name AS regclass)) FROM generate_series(1, :many)")
    return list(db.session.scalars(taken, {"name": f"case_serial_{int(year)}", "many": many}))


def ensure_sequence(year: int) -> None:
    """Make the sequence of a year before its first day; two at once do no harm."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('case_serial'))"))
    db.session.execute(text(f"CREATE SEQUENCE IF NOT EXISTS case_serial_{int(year)}"))


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
