"""What was found and settled in a case, in words: report, valuation, award, transfer."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.cases import awards, reports
from app.cases.context import service_of
from app.cases.models import Case
from app.kit.words import WORDS

Rows = list[dict[str, str]]
Words = Mapping[str, Any]


def award(case: Case, found: Words, language: str) -> Rows:
    """An amount and its basis, whether valued or awarded."""
    service = service_of(case)
    return [
        _row(service.text(language, "outputs.decision.amount"), awards.amount_text(case, found["minor"], language)),
        _row(service.text(language, "outputs.decision.basis"), found["basis"]),
    ]


def report(case: Case, found: reports.Report, language: str) -> Rows:
    service = service_of(case)
    return [_row(service.text(language, f"outputs.report.{part}"), found.words[part]) for part in reports.PARTS]


def of_step(case: Case, content: Words, language: str) -> Iterator[str]:
    """What staff read under a step in the history, where its own words do not say it."""
    if awards.VALUATION in content:
        yield awards.amount_text(case, content[awards.VALUATION]["minor"], language)
    if awards.TRANSFER in content:
        yield f"{WORDS.text(language, 'desk.award.reference')}: {content[awards.TRANSFER]['reference']}"


def _row(label: str, value: str) -> dict[str, str]:
    return {"label": label, "value": value}
