"""The cashier's day: a till is opened, money goes in and out of it, and at the end it is counted and closed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.calendars.clock import now
from app.extensions import db
from app.kit.errors import NotFound
from app.payments.errors import DayIsOpen, NoOpenDay
from app.payments.models import Money
from app.payments.return_models import CashDay, CashEntry
from app.payments.states import CASH

# Agency and office whose tills somebody oversees; None in a place means all of them.
Place = tuple[str | None, str | None]


@dataclass(frozen=True)
class Sums:
    """What went through a till, in minor units: all of it, and what must lie in it as cash."""

    cash: int
    terminal: int
    taken: int
    given_back: int


def open_day(staff_id: uuid.UUID, *, agency: str, office: str, currency: str, on: date) -> CashDay:
    """Open a till. Raises DayIsOpen: a cashier has one at a time, also with two windows."""
    day = CashDay(id=uuid.uuid4(), staff_id=staff_id, agency=agency, office=office, currency=currency, on_day=on)
    try:
        with db.session.begin_nested():
            db.session.add(day)
            db.session.flush()
    except IntegrityError as taken:
        raise DayIsOpen from taken
    return day


def running(staff_id: uuid.UUID) -> CashDay | None:
    return db.session.scalar(select(CashDay).where(CashDay.staff_id == staff_id, CashDay.closed_at.is_(None)))


def locked(staff_id: uuid.UUID) -> CashDay:
    """The cashier's open till, nobody else at it until the transaction ends. Raises NoOpenDay."""
    wanted = select(CashDay).where(CashDay.staff_id == staff_id, CashDay.closed_at.is_(None)).with_for_update()
    day = db.session.scalar(wanted.execution_options(populate_existing=True))
    if day is None:
        raise NoOpenDay
    return day


def put(day: CashDay, money: Money, *, method: str, amount: int) -> CashEntry:
    """One movement of a locked till; `amount` negative for what is handed back."""
    entry = CashEntry(id=uuid.uuid4(), cash_day_id=day.id, money_id=money.id, method=method, amount=amount, at=now())
    db.session.add(entry)
    db.session.flush()
    return entry


def close(day: CashDay, counted: int, note: str) -> None:
    """Close a locked till with what was counted in it; what should lie there is fixed with it."""
    day.expected, day.counted, day.note, day.closed_at = sums(day.id).cash, counted, note[:500], now()
    db.session.flush()


def sums(day_id: uuid.UUID) -> Sums:
    cash = CashEntry.method == CASH
    row = db.session.execute(
        select(
            func.coalesce(func.sum(CashEntry.amount).filter(cash), 0),
            func.coalesce(func.sum(CashEntry.amount).filter(~cash), 0),
            func.coalesce(func.sum(CashEntry.amount).filter(CashEntry.amount > 0), 0),
            func.coalesce(func.sum(CashEntry.amount).filter(CashEntry.amount < 0), 0),
        ).where(CashEntry.cash_day_id == day_id)
    ).one()
    return Sums(*(int(each) for each in row))


def entries(day_id: uuid.UUID) -> Sequence[CashEntry]:
    """Movements in their order."""
    rows = select(CashEntry).where(CashEntry.cash_day_id == day_id).options(joinedload(CashEntry.money))
    return db.session.scalars(rows.order_by(CashEntry.at, CashEntry.id)).all()


def day_of(day_id: uuid.UUID) -> CashDay:
    """Raises NotFound."""
    day = db.session.get(CashDay, day_id)
    if day is None:
        raise NotFound
    return day


def days(places: Sequence[Place], staff_id: uuid.UUID | None, limit: int = 60) -> Sequence[CashDay]:
    """The newest tills of these places, and one's own."""
    within = [_at(*place) for place in places]
    query = select(CashDay).where(or_(CashDay.staff_id == staff_id, *within))
    return db.session.scalars(query.order_by(CashDay.opened_at.desc()).limit(limit)).all()


def _at(agency: str | None, office: str | None) -> ColumnElement[bool]:
    held = [(CashDay.agency, agency), (CashDay.office, office)]
    return and_(true(), *(column == value for column, value in held if value is not None))
