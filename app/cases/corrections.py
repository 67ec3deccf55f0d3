"""An error found after the certificate was issued: one person proposes the right answer, another confirms it.

The proposal is kept as a request that was never sent; confirmed, it changes the answer as a reply would, and the
certificate in force gives way to a corrected one. One proposal at a time.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.calendars.clock import now
from app.cases import certificates, examining, memory
from app.cases.answers import open_answers, value_text
from app.cases.changes import changes_of
from app.cases.context import agency_of, service_of
from app.cases.conversation import ACCEPTED, WITHDRAWN, InfoRequest
from app.cases.errors import BadInput, NothingChanged, RuleBroken, StepRefused
from app.cases.models import Case, Declaration
from app.cases.papers import declaration_of
from app.cases.targets import Target, targets, twice
from app.extensions import db
from app.identity.actors import Actor
from app.kit.arabic import fold
from app.kit.fields import Choice, Choices, Field, Group, Wrong
from app.kit.words import LANGUAGES, WORDS

PROPOSED = "proposed"
REASON = "issued_in_error"
Kept = dict[str, Any]


def proposed(case: Case) -> InfoRequest | None:
    """What waits for its second person."""
    rows = memory.known(case, InfoRequest)
    if rows is not None:
        return next((each for each in rows if each.state == PROPOSED), None)
    return db.session.scalar(
        select(InfoRequest).where(InfoRequest.case_id == case.id, InfoRequest.state == PROPOSED).limit(1)
    )


def made(case: Case, language: str) -> list[tuple[str, str, str]]:
    """(label, before, after) of every answer that was put right on a certificate already issued, in their order."""
    hijri = agency_of(case).counts_hijri
    return [
        (
            each.about.label(case.answers, language),
            value_text(each.about.field, each.before, language, hijri=hijri),
            value_text(each.about.field, each.after, language, hijri=hijri),
        )
        for each in changes_of(case, declaration_of(case), reason=REASON)
    ]


def fits(case: Case, inputs: Sequence[str]) -> bool:
    """Whether a step that proposes, confirms or drops has its place now."""
    if "correction" in inputs:
        return proposed(case) is None
    return not {"proposed_correction", "dropped_correction"} & set(inputs) or proposed(case) is not None


def correctable(case: Case) -> Iterator[tuple[Target, Field, Group | None]]:
    """Answers that were typed or chosen: no files, nothing that the identity gives, nothing without an answer."""
    declaration = db.session.get_one(Declaration, (case.service, case.declaration_version)).content
    answers = open_answers(case.id, case.answers)
    for about in targets(declaration, answers):
        try:
            declared, group = service_of(case).form.at(about.field["id"], about.group_id)
        except KeyError:
            continue
        plain = not declared.readonly and not about.is_file and not isinstance(declared, Choices)
        if plain and about.value(answers):
            yield about, declared, group


def propose(case: Case, inputs: Mapping[str, str], by: Actor) -> Kept:
    """`correction_target` and `correction`: which answer, and what it should have been."""
    target = inputs.get("correction_target", "")
    found = next((each for each in correctable(case) if each[0].id == target), None)
    if found is None:
        raise BadInput("correction_target", "errors.choice.missing")
    about, declared, group = found
    value = _read(case, declared, group, inputs.get("correction", "").strip())
    before = about.value(open_answers(case.id, case.answers))
    if value == before:
        raise NothingChanged
    wrong = twice(about, about.put(open_answers(case.id, case.answers), value), service_of(case).form)
    if wrong:
        raise BadInput("correction", wrong)
    if _would_break(case, about, value):
        raise RuleBroken
    request = InfoRequest(
        case_id=case.id, kind="correction", target=about.id, reason=REASON, state=PROPOSED, by_staff_id=by.staff_id
    )
    db.session.add(request)
    db.session.flush()
    request.change = json.dumps({"before": before, "after": value}, ensure_ascii=False)
    memory.forget(case)
    return {"correction": about.id}


def _read(case: Case, declared: Field, group: Group | None, typed: str) -> Any:
    if not typed:
        raise BadInput("correction", f"errors.{declared.type}.missing")
    if isinstance(declared, Choice):
        typed = _option(case, declared, group, typed)
    try:
        return declared.clean(typed)
    except Wrong as wrong:
        key = f"errors.{declared.type}.{wrong.code}"
        known = WORDS.has(key) and not wrong.params
        raise BadInput("correction", key if known else f"errors.{declared.type}.wrong") from wrong


def _option(case: Case, declared: Choice, group: Group | None, typed: str) -> str:
    """An option by its words in either language."""
    for language in LANGUAGES:
        for id, words in service_of(case).options(declared, language, group):
            if fold(typed) == fold(words):
                return id
    return typed


def _would_break(case: Case, about: Target, value: Any) -> bool:
    """A correction never makes a condition fail that held; those that time has ended stay as they are.

    As of the day of issue: a corrected certificate is good no longer than the first one.
    """
    answers, first = open_answers(case.id, case.answers), next(iter(certificates.editions(case)), None)
    on = date.fromisoformat(first.shown["issued_on"]) if first else None
    before, after = (
        {each.target + each.rule.code for each in examining.verdicts_on(case, given, on) if not each.kept}
        for given in (answers, about.put(answers, value))
    )
    return bool(after - before)


def confirm(case: Case, entered: str, by: Actor) -> Kept:
    """Put the proposed answer in its place; what was signed stays readable beside it."""
    request = _waiting(case)
    about = next(each for each, _declared, _group in correctable(case) if each.id == request.target)
    case.answers = about.put(case.answers, json.loads(request.change)["after"], seal_for=case.id)
    request.state, request.answered_at, request.closed_at = ACCEPTED, now(), now()
    db.session.flush()
    return {"correction": request.target}


def drop(case: Case, entered: str, by: Actor) -> Kept:
    """Take the proposal away: the certificate stays as it is."""
    request = _waiting(case)
    request.state, request.closed_at = WITHDRAWN, now()
    db.session.flush()
    return {"correction": request.target}


def _waiting(case: Case) -> InfoRequest:
    request = proposed(case)
    if request is None:
        raise StepRefused
    return request
