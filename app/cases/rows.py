"""Rows of other tables as one more column of a query, so that everything about a thing comes in one round trip.

    query = select(Case, listed(History, History.case_id == Case.id, by=History.seq))
    case, found = db.session.execute(query).one()
    history = revived(History, found)

What comes back is for reading: objects that no session knows, whose relationships are only those that were set.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Date, DateTime, Label, LargeBinary, Uuid, func, inspect, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.hot import detached

Row = TypeVar("Row")
READERS: dict[type, Callable[[str], Any]] = {
    Uuid: uuid.UUID,
    DateTime: datetime.fromisoformat,
    Date: date.fromisoformat,
    LargeBinary: lambda text: bytes.fromhex(text[2:]),
}


def listed(entity: Any, *where: Any, by: Any, newest: int | None = None, leaving: Sequence[str] = ()) -> Label[Any]:
    """The rows of `entity` in the order of `by`, as a column of JSON; of many only the `newest` so many, newest first.

    `where` is correlated with the query around it. `leaving`: columns that nobody needs.
    """
    wanted = select(*(each for each in entity.__table__.columns if each.key not in leaving)).where(*where)
    if newest is not None:
        wanted = wanted.order_by(by.desc()).limit(newest)
    rows = wanted.correlate_except(entity.__table__).subquery()
    ordered = rows.c[by.key].desc() if newest is not None else rows.c[by.key]
    column = func.json_agg(aggregate_order_by(func.row_to_json(rows.table_valued()), ordered))
    return select(column).select_from(rows).scalar_subquery().label(entity.__tablename__)


def revived(entity: type[Row], found: Iterable[dict[str, Any]] | None) -> list[Row]:
    """Objects of `entity` out of the JSON of `listed`."""
    return [_revive(entity, each) for each in found or ()]


def _revive(entity: type[Row], values: dict[str, Any]) -> Row:
    return detached(entity, _read(entity, values))


def _read(entity: type[Any], values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for column, key, read in _columns(entity):  # type: ignore[arg-type]
        value = values.get(column)
        yield key, value if value is None or read is None else read(value)


@cache
def _columns(entity: Any) -> Sequence[tuple[str, str, Callable[[str], Any] | None]]:
    """(column, attribute, how its text is read) of each column."""
    mapper = inspect(entity)
    return [
        (column.name, mapper.get_property_by_column(column).key, _reader(column.type))
        for column in entity.__table__.columns
    ]


def _reader(kind: Any) -> Callable[[str], Any] | None:
    return next((read for known, read in READERS.items() if isinstance(kind, known)), None)
