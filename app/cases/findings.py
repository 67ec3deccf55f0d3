"""What was found and settled in a case, in rows of words: visit, report, valuation, award, transfer."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.cases import awards, field_visits, reports
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


def transfer(case: Case, content: Words, language: str) -> Rows:
    told = content[awards.TRANSFER]
    return [
        _row(WORDS.text(language, "desk.award.amount"), awards.amount_text(case, told["minor"], language)),
        _row(WORDS.text(language, "desk.award.reference"), told["reference"]),
    ]


def of_step(case: Case, content: Words, language: str) -> Iterator[str]:
    """One line for each thing that a step kept, as staff read it in the history."""
    if field_visits.KEY in content:
        told = field_visits.words(case, content, language)
        yield WORDS.text(language, "desk.field_visit.told", **told)
    # The words of a report and the basis of an award stand once on the page, above.
    for key in (awards.VALUATION, awards.AWARD):
        if key in content:
            yield awards.amount_text(case, content[key]["minor"], language)
    if awards.TRANSFER in content:
        yield from (f"{each['label']}: {each['value']}" for each in transfer(case, content, language))


def _row(label: str, value: str) -> dict[str, str]:
    return {"label": label, "value": value}
