"""One harmless step for many cases, each in a transaction of its own: a refused one does not hold up the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.cases import queries, steps
from app.cases.context import service_of
from app.cases.errors import StepRefused
from app.cases.models import Case
from app.cases.queue import PAGE
from app.extensions import transaction
from app.identity.actors import Actor
from app.kit.case_numbers import find_number, format_number
from app.kit.errors import Refused
from app.web.language import t

ASSIGN = "assign"
OFFERED = ("start_review", ASSIGN)


@dataclass(frozen=True)
class Outcome:
    """What became of one case. `words`: why not, where it was refused."""

    number: str
    done: bool
    words: str = ""


def take(actor: Actor, chosen: Sequence[str], name: str, assignee: str) -> list[Outcome]:
    """Take step `name` for each ticked case («1448-000123.4»: number and the version that was on the page)."""
    return [_one(actor, each, name, assignee) for each in dict.fromkeys(chosen[:PAGE])]


def _one(actor: Actor, chosen: str, name: str, assignee: str) -> Outcome:
    number, _, version = chosen.partition(".")
    shown = _as_printed(number)
    try:
        with transaction():
            case = queries.case_for(actor, number)
            _allow(case, name)
            steps.move(case.id, name, by=actor, version=_version(version), inputs={"assignee": assignee})
    except Refused as refused:
        return Outcome(shown, False, t(refused.text_key, **refused.params))
    return Outcome(shown, True)


def _allow(case: Case, name: str) -> None:
    """Assigning, and what a declaration marks as harmless in bulk."""
    step = service_of(case).step(name, case.stage)
    if step is None or not (step.bulk or step.name == ASSIGN):
        raise StepRefused


def _as_printed(number: str) -> str:
    found = find_number(number)
    return format_number(*found) if found else number[:20]


def _version(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
