"""What may be asked of the citizen in a case, and what was: each as one line in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.cases import papers
from app.cases.answers import open_answers
from app.cases.context import service_of
from app.cases.conversation import InfoRequest
from app.cases.errors import BadInput
from app.cases.models import Case
from app.cases.requests import target_of
from app.cases.targets import Target, targets
from app.cases.timeline import reason_text
from app.web.language import lang, t

OTHER = "other"


@dataclass(frozen=True)
class Asked:
    """One request. `about`: the label of the field, or what kind of thing is meant."""

    request: InfoRequest
    kind: str
    about: str
    reason: str
    text: str
    state: str
    files: tuple[str, ...]


def items_of(case: Case) -> dict[str, list[tuple[str, str]]]:
    """What to choose from, by kind: pairs («kind:field», words). Only fields that this case's answers call for."""
    return {kind: list(items) for kind, items in _grouped(case).items()}


def _grouped(case: Case) -> dict[str, Iterator[tuple[str, str]]]:
    answers = open_answers(case.id, case.answers)
    asked = [each for each in targets(papers.declaration_of(case), answers) if _may_be_asked(case, each, answers)]
    files = [each for each in asked if each.is_file]

    def pairs(kind: str, about: list[Target]) -> Iterator[tuple[str, str]]:
        return ((f"{kind}:{each.id}", each.label(answers, lang())) for each in about)

    missing = [
        *pairs("document", [each for each in files if not each.value(answers)]),
        (f"document:{OTHER}", t("desk.requests.other_document")),
    ]
    return {
        "replacement": pairs("replacement", [each for each in files if each.value(answers)]),
        "document": iter(missing),
        "correction": pairs("correction", [each for each in asked if not each.is_file]),
        "answer": iter([(f"answer:{OTHER}", t("desk.requests.question"))]),
    }


def _may_be_asked(case: Case, about: Target, answers: Mapping[str, Any]) -> bool:
    """Neither what the identity gave nor what these answers do not call for."""
    try:
        declared, _group = service_of(case).form.at(about.field["id"], about.group_id)
    except KeyError:
        return False
    return not service_of(case).is_fixed(declared) and declared.is_asked(about.beside(answers))


def reasons_of(case: Case) -> list[tuple[str, str]]:
    service = service_of(case)
    return [(each.code, service.text(lang(), f"reasons.{each.code}.label")) for each in service.reasons_of("return")]


def asked_of(case: Case, requests: list[InfoRequest]) -> list[Asked]:
    return [_asked(case, each) for each in requests]


def _asked(case: Case, request: InfoRequest) -> Asked:
    other = t("desk.requests.question" if request.kind == "answer" else "desk.requests.other_document")
    target = target_of(case, request.target)
    about = target.label(case.answers, lang()) if target else other
    return Asked(
        request,
        t(f"desk.requests.kinds.{request.kind}"),
        about,
        reason_text(case, request.reason, lang(), about, at=request.prepared_at),
        request.text,
        t(f"desk.requests.states.{request.state}"),
        tuple((request.reply or {}).get("files", ())),
    )


def check_reason(case: Case, kind: str, reason: str) -> None:
    """A question has no document that could be unclear. Raises BadInput."""
    key = f"reasons.{reason}.text"
    if kind == "answer" and service_of(case).has_text(key) and "{document}" in service_of(case).text(lang(), key):
        raise BadInput("reason", "desk.requests.reason_names_document")
