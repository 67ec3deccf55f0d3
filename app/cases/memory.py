"""What was read together with a case (dossier.py), kept with it until somebody locks it to change something."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from app.cases.models import Case

Row = TypeVar("Row")
PLACE = "_dossier"


def remember(case: Case, rows: Mapping[type, Sequence[Any]]) -> None:
    """Every row of these entities that belongs to the case; the reading functions answer from them."""
    case.__dict__[PLACE] = dict(rows)


def known(case: Case, entity: type[Row]) -> list[Row] | None:
    """The rows of `entity` when they were read with the case; None when they have to be asked for."""
    found: Mapping[type, Sequence[Row]] | None = case.__dict__.get(PLACE)
    return None if found is None or entity not in found else list(found[entity])


def once(case: Case, key: object, ask: Callable[[], Row]) -> Row:
    """What `ask` says, asked once for as long as the case is only read."""
    found: dict[object, Any] | None = case.__dict__.get(PLACE)
    if found is None:
        return ask()
    if key not in found:
        found[key] = ask()
    answer: Row = found[key]
    return answer


def forget(case: Case) -> None:
    """From now on every reading function asks the database again."""
    case.__dict__.pop(PLACE, None)
