"""What was read together with a case (dossier.py), kept with it until somebody locks it to change something."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from app.cases.models import Case

Row = TypeVar("Row")
PLACE = "_dossier"


def remember(case: Case, rows: Mapping[type, Sequence[Any]]) -> None:
    """Every row of these entities that belongs to the case; the reading functions answer from them."""
    case.__dict__[PLACE] = rows


def known(case: Case, entity: type[Row]) -> list[Row] | None:
    """The rows of `entity` when they were read with the case; None when they have to be asked for."""
    found: Mapping[type, Sequence[Row]] | None = case.__dict__.get(PLACE)
    return None if found is None or entity not in found else list(found[entity])


def forget(case: Case) -> None:
    """From now on every reading function asks the database again."""
    case.__dict__.pop(PLACE, None)
