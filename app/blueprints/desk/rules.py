"""The conditions of a service, and a correction that waits, as whoever examines a case reads them."""

import json
from dataclasses import dataclass

from app.cases import corrections, papers
from app.cases.answers import value_text
from app.cases.context import agency_of, service_of
from app.cases.examining import verdicts_of
from app.cases.models import Case
from app.cases.targets import find_target
from app.kit.rules import Verdict
from app.kit.workflow import Stage
from app.web.language import lang


@dataclass(frozen=True)
class RuleView:
    """`about`: the row of a group it was judged for, by the label of its field."""

    label: str
    about: str
    kept: bool


def rules_of(case: Case) -> list[RuleView]:
    """What does not hold comes first. Nothing once it is decided: days that were granted pass."""
    workflow = service_of(case).workflow
    if case.stage != Stage.SUBMITTED and not any(step.keeps_rules for step in workflow.from_stage(case.stage)):
        return []
    found = [RuleView(_label(case, each), _about(case, each), each.kept) for each in verdicts_of(case)]
    return sorted(found, key=lambda each: each.kept)


def _label(case: Case, verdict: Verdict) -> str:
    return service_of(case).text(lang(), f"rules.{verdict.rule.code}.label")


def _about(case: Case, verdict: Verdict) -> str:
    target = find_target(papers.declaration_of(case), case.answers, verdict.target) if verdict.row else None
    return target.label(case.answers, lang()) if target else ""


@dataclass(frozen=True)
class CorrectionView:
    label: str
    before: str
    after: str


def correction_of(case: Case) -> CorrectionView | None:
    """What one person proposed and another has to confirm."""
    request = corrections.proposed(case)
    about = find_target(papers.declaration_of(case), case.answers, request.target) if request else None
    if request is None or about is None:
        return None
    change, hijri = json.loads(request.change), agency_of(case).counts_hijri
    before, after = (value_text(about.field, change[part], lang(), hijri=hijri) for part in ("before", "after"))
    return CorrectionView(about.label(case.answers, lang()), before, after)
