"""Extensions that are not bound to an application yet, and the two words of consistency: transaction and on_commit.

Whatever must happen only when data are safe (waking a queue) is handed to `on_commit`; everything else belongs inside
the transaction. Operations never commit: the edge that opened `transaction()` does.
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from app.calendars.clock import now

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    # One registry that carries both: Flask-SQLAlchemy copies this class, and the copy may not state the map again.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: DateTime(timezone=True), uuid.UUID: UUID(as_uuid=True)},
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False}, disable_autonaming=True)
migrate = Migrate()
limiter = Limiter(key_func=get_remote_address, headers_enabled=False, swallow_errors=True, in_memory_fallback_enabled=True)


def id_column() -> Mapped[uuid.UUID]:
    """A uuid made in Python, so that sealed fields can be bound to their row before it is inserted."""
    return mapped_column(UUID(as_uuid=True), primary_key=True, default=uuid.uuid4)


def at_column(**kwargs: object) -> Mapped[datetime]:
    """An aware UTC instant; `now` unless given."""
    return mapped_column(DateTime(timezone=True), default=now, **kwargs)  # type: ignore[arg-type]


def on_commit(callback: Callable[[], object]) -> None:
    """Run `callback` after the open transaction has committed; never when it rolled back."""
    db.session.info.setdefault("on_commit", []).append(callback)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit at the end, roll back on any exception; then run what `on_commit` collected.

    A callback that fails is logged and does not undo or hide what is already committed: it only rings bells.
    """
    db.session.info["on_commit"] = []
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        db.session.info["on_commit"] = []
        raise
    callbacks, db.session.info["on_commit"] = db.session.info["on_commit"], []
    for callback in callbacks:
        try:
            callback()
        except Exception:
            log.exception("after-commit callback failed")
