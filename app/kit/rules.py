"""Rules between the answers of a form, judged when it is filed and again by whoever examines the case.

A service declares them in its rules.py; their words stand in texts.toml under `rules.<code>`: `label` says what is
checked, `wrong` what to do about it. Pure: days, the agency's lists and figures are given.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from app.kit.profile import Choice


@dataclass(frozen=True)
class Facts:
    """What a rule may look at. `row`: the row of the rule's group, empty for a rule of the whole form.

    `figures`: what the profile sets for the service (figures.py), as it holds on that day.
    """

    answers: Mapping[str, Any]
    today: date
    lists: Mapping[str, Sequence[Choice]]
    figures: Mapping[str, Decimal]
    row: Mapping[str, Any] = field(default_factory=dict)

    def day(self, id: str) -> date | None:
        """The day answered under `id`, in the row before the form; None while it is missing or unread."""
        given = self.row.get(id) or self.answers.get(id)
        return date.fromisoformat(given) if isinstance(given, str) and given else None

    def value(self, id: str) -> Any:
        return self.row.get(id, self.answers.get(id))

    def marked(self, source: str, id: str, mark: str) -> bool:
        """Whether the entry answered under `id` carries a mark in the agency's list `source`."""
        entry = next((each for each in self.lists.get(source, ()) if each.id == self.value(id)), None)
        return bool(entry and entry.more.get(mark))


@dataclass(frozen=True)
class Rule:
    """`kept`: True, False, or None where an answer is missing. `field`: where a fault is shown.

    `also`: other answers by which it can be put right, of the same row or of the form; a reply about one of them alone
    is told there. `on`: the day that is «today» for it: the one on which it is judged, or once and for all the one of
    filing (what was in time then does not grow late at the desk).
    """

    code: str
    field: str
    kept: Callable[[Facts], bool | None]
    group: str | None = None
    also: tuple[str, ...] = ()
    on: Literal["today", "filed"] = "today"


@dataclass(frozen=True)
class Day:
    """A day by which rules are judged, and the figures that hold on it."""

    today: date
    figures: Mapping[str, Decimal]


@dataclass(frozen=True)
class Verdict:
    """One rule judged, for one row of its group where it has one (`place` from 0, `row` its id)."""

    rule: Rule
    kept: bool
    place: int | None = None
    row: int | None = None

    @property
    def path(self) -> str:
        """The control that the fault belongs to."""
        return self.rule.field if self.place is None else f"{self.rule.group}-{self.place}-{self.rule.field}"

    @property
    def target(self) -> str:
        """The answer that the fault belongs to, as a request to the citizen names it."""
        return self._in_row(self.rule.field)

    @property
    def targets(self) -> tuple[str, ...]:
        """Every answer by which it can be put right, its own first."""
        return (self.target, *(each for id in self.rule.also for each in (self._in_row(id), id)))

    def _in_row(self, id: str) -> str:
        return id if self.row is None else f"{self.rule.group}.{self.row}.{id}"


def judge(
    rules: Sequence[Rule],
    answers: Mapping[str, Any],
    *,
    today: date,
    lists: Mapping[str, Sequence[Choice]],
    figures: Mapping[str, Decimal],
    filed: Day | None = None,
) -> Iterator[Verdict]:
    """Every rule that can be judged, in the order declared. `filed`: the day of filing, where it is past."""
    now = Day(today, figures)
    for rule in rules:
        day = filed if filed is not None and rule.on == "filed" else now
        rows = [None] if rule.group is None else answers.get(rule.group) or ()
        for place, row in enumerate(rows):
            kept = rule.kept(Facts(answers, day.today, lists, day.figures, row or {}))
            if kept is None:
                continue
            yield Verdict(rule, kept) if row is None else Verdict(rule, kept, place, row.get("_id"))
