"""Counts what is asked of the database: one round trip each, BEGIN and COMMIT left out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from psycopg import Cursor

from app import hot

PING = "SELECT 1"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, by whichever pool, in their order."""
    with _told(lambda connection, statement: statement) as sent:
        yield sent


@contextmanager
def modes() -> Iterator[list[bool]]:
    """For each statement sent meanwhile, whether it was a transaction of its own."""
    with _told(lambda connection, statement: connection.autocommit) as sent:
        yield sent


@contextmanager
def _told(what: Callable[[Any, str], Any]) -> Iterator[list[Any]]:
    """At the driver, or where hot statements pass it; whether an idle connection lives is no question of a page."""
    told: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("execute", "executemany"):
            patch.setattr(Cursor, name, _telling(getattr(Cursor, name), what, told))
        patch.setattr(hot.Prepared, "rows", _telling_hot(hot.Prepared.rows, what, told))
        yield told


def _telling(send: Callable[..., Any], what: Callable[[Any, str], Any], told: list[Any]) -> Callable[..., Any]:
    def sent(cursor: Any, statement: str, *values: Any, **more: Any) -> Any:
        if statement != PING:
            told.append(what(cursor.connection, statement))
        return send(cursor, statement, *values, **more)

    return sent


def _telling_hot(send: Callable[..., Any], what: Callable[[Any, str], Any], told: list[Any]) -> Callable[..., Any]:
    def sent(prepared: hot.Prepared, values: list[Any]) -> Any:
        told.append(what(prepared.connection, prepared.sent.text))
        return send(prepared, values)

    return sent
