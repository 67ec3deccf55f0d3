"""Sealing personal data anew, after a new key was put first. In batches, while the portal serves; safe to run again."""

import base64
import time
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.cases.answers import SEALED
from app.cases.models import Case
from app.extensions import Base, db, transaction
from app.vault import Sealed, SealedRow, key_of, vault

BATCH = 200
SETTLE_SECONDS = 30.0


def reseal(*, settle_seconds: float = SETTLE_SECONDS) -> int:
    """Seal every value of an older key with the current one, until a whole pass finds none; gives how many it were.

    A transaction that was open when the key changed may still bring a value of the old one: the last pass comes after
    the longest of them has ended.
    """
    done = found = _pass()
    while found:
        found = _pass()
        done += found
    time.sleep(settle_seconds)
    return done + _pass()


def _pass() -> int:
    sealed_rows = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, SealedRow)]
    return sum(_walk(model, _reseal_row) for model in sealed_rows) + _walk(Case, _reseal_answers)


def _walk(model: Any, work: Callable[[Any], int]) -> int:
    """Every row of a table in the order of ids, each batch in a transaction of its own."""
    done, last = 0, uuid.UUID(int=0)
    while True:
        with transaction():
            query = select(model).where(model.id > last).order_by(model.id).limit(BATCH).with_for_update(of=model)
            rows = db.session.scalars(query).unique().all()
            done += sum(work(row) for row in rows)
        if not rows:
            return done
        last = rows[-1].id
        db.session.expunge_all()


def _reseal_row(row: Any) -> int:
    done = 0
    for name, attribute in vars(type(row)).items():
        if isinstance(attribute, Sealed):
            value = getattr(row, attribute.column)
            if value is not None and key_of(bytes(value)) != vault.current_key:
                setattr(row, name, getattr(row, name))
                done += 1
    return done


def _reseal_answers(case: Case) -> int:
    done = 0

    def renewed(value: Any, place: str) -> Any:
        nonlocal done
        if isinstance(value, list):
            return [renewed(each, f"{place}.{each.get('_id')}" if isinstance(each, dict) else place) for each in value]
        if isinstance(value, dict) and SEALED not in value:
            return {key: renewed(each, f"{place}.{key}" if place else key) for key, each in value.items()}
        if not isinstance(value, dict) or key_of(old := base64.b64decode(value[SEALED])) == vault.current_key:
            return value
        done += 1
        context = f"case:{case.id}:{place}"
        return {SEALED: base64.b64encode(vault.seal(vault.open(old, context), context)).decode("ascii")}

    answers = renewed(case.answers, "")
    if done:
        case.answers = answers
    return done
