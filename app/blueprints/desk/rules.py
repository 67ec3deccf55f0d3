"""The conditions of a service as whoever examines a case reads them."""

from dataclasses import dataclass

from app.cases import papers
from app.cases.context import service_of
from app.cases.examining import verdicts_of
from app.cases.models import Case
from app.cases.targets import find_target
from app.kit.rules import Verdict
from app.web.language import lang


@dataclass(frozen=True)
class RuleView:
    """`about`: the row of a group it was judged for, by the label of its field."""

    label: str
    about: str
    kept: bool


def rules_of(case: Case) -> list[RuleView]:
    """What does not hold comes first."""
    found = [RuleView(_label(case, each), _about(case, each), each.kept) for each in verdicts_of(case)]
    return sorted(found, key=lambda each: each.kept)


def _label(case: Case, verdict: Verdict) -> str:
    return service_of(case).text(lang(), f"rules.{verdict.rule.code}.label")


def _about(case: Case, verdict: Verdict) -> str:
    target = find_target(papers.declaration_of(case), case.answers, verdict.target) if verdict.row else None
    return target.label(case.answers, lang()) if target else ""
