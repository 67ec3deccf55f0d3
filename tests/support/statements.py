"""Counts what is asked of the database: one round trip each, BEGIN and COMMIT left out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, by whichever pool, in their order."""
    with _told(lambda connection, statement: statement) as sent:
        yield sent


@contextmanager
def modes() -> Iterator[list[bool]]:
    """For each statement sent meanwhile, whether it was a transaction of its own."""
    with _told(lambda connection, statement: connection.connection.driver_connection.autocommit) as sent:
        yield sent


@contextmanager
def _told(what: Callable[[Connection, str], Any]) -> Iterator[list[Any]]:
    told: list[Any] = []

    def note(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        told.append(what(connection, statement))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(Engine, "before_cursor_execute", note)
