"""The one function in which a stage changes, and with it history, deadlines, messages and papers: all or nothing."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.calendars.clock import now
from app.cases import (
    awards,
    certificates,
    chain,
    deadlines,
    decision_papers,
    fees,
    field_visits,
    memory,
    papers,
    policy,
    timing,
    visits,
)
from app.cases.asked import requests_of
from app.cases.context import service_of
from app.cases.conversation import ACCEPTED, ANSWERED, LAPSED, OPEN, PREPARED, InfoRequest
from app.cases.effects import EFFECTS, FORMS, INPUTS, result
from app.cases.errors import BadInput, CaseNotFound, SomebodyFaster
from app.cases.models import Case, History
from app.cases.notices import announce, names_day
from app.documents.models import CERTIFICATE
from app.extensions import Base, db
from app.identity.actors import Actor
from app.inserts import insert_together
from app.kit.arabic import clean_text
from app.kit.workflow import FINAL, Step


def locked(case_id: uuid.UUID) -> Case:
    """The case with its row locked until the transaction ends, as it is now. Raises CaseNotFound."""
    case = db.session.scalar(
        select(Case).where(Case.id == case_id).with_for_update(of=Case).execution_options(populate_existing=True)
    )
    if case is None:
        raise CaseNotFound
    memory.forget(case)
    return case


def move(
    case_id: uuid.UUID,
    name: str,
    *,
    by: Actor,
    version: int | None,
    reasons: Sequence[str] = (),
    note: str = "",
    inputs: Mapping[str, str] | None = None,
    held: Case | None = None,
) -> History:
    """Take step `name` of a case.

    `version` is the one the page was drawn with: `Case.version` for staff, `public_version` for the citizen; None for
    the clock. `held`: the case, where the caller has locked it. Raises SomebodyFaster, StepRefused and its kinds,
    BadInput, and what the rooms below refuse.
    """
    case = held or locked(case_id)
    compare(case, version, by)
    step = policy.judge(case, name, by)
    content = _said(case, step, reasons, note) | _apply(case, step, inputs or {}, by)
    return record(case, step, by=by, content=content)


def record(case: Case, step: Step, *, by: Actor, content: dict[str, Any], first: Iterable[Base] = ()) -> History:
    """Write the step that was judged: stage, history, deadlines, messages, papers. The case is locked by the caller.

    `first`: of a case that is being made the rows that are not written yet, itself among them.
    """
    if by.acting_for:
        # Both names stand with every step that a clerk takes for a client.
        content = {"clerk": by.name, "client": case.applicant.name("ar"), "office": by.office} | content
    told = step.told_once and step.name in policy.steps_taken(case)
    row, words = chain.link(case, step, by=by, content=content)
    _change(case, step, row, by)
    insert_together(*first, row, words)
    for kind in ("target",) * step.decides + step.clears:
        deadlines.clear(case, kind)
    until = deadlines.begun_by(case, step)
    if step.document == CERTIFICATE:
        certificates.issue(case, row)
    elif step.document in (decision_papers.REPORT, decision_papers.DECISION):
        decision_papers.order_paper(case, step.document, row)
    elif step.document:
        papers.order(case, step.document, row)
    if step.notice and not told:
        on = until.last_on if until else _day_named(case, step, content)
        announce(case, step.notice, seq=row.seq, on=on, **_facts_told(case, content))
    return row


def _change(case: Case, step: Step, row: History, by: Actor) -> None:
    """The stage, the versions that pages compare, and what ending a case or opening it again brings."""
    ends, decided = step.to in FINAL and step.from_stage != step.to, step.decides and _leaves_no_work(case, step)
    # Read before anything of the case is changed, so that its row is written once.
    asked = requests_of(case) if ends or decided else []
    case.stage = step.to
    case.version += 1
    if not step.hidden:
        case.public_version += 1
        case.touched_at = row.at
    if decided:
        case.spent_days = timing.spent_days(case, asked)
    if ends:
        _finish(case, step, asked, by)
    elif step.from_stage in FINAL and step.to not in FINAL:
        case.closed_at = case.outcome = case.spent_days = None


def _leaves_no_work(case: Case, step: Step) -> bool:
    """The office is done: how long a fee, a certificate or the days that were granted then last says nothing of it."""
    awaited = service_of(case).deadline(step.deadline).ends_on if step.deadline else None
    return step.effect == "bill" or awaited is not None


def compare(case: Case, version: int | None, by: Actor) -> None:
    current = case.public_version if by.kind == "citizen" or by.acting_for else case.version
    if version is not None and version != current:
        raise SomebodyFaster


def _said(case: Case, step: Step, reasons: Sequence[str], note: str) -> dict[str, Any]:
    known = {reason.code for reason in service_of(case).reasons if reason.kind == step.reasons}
    if step.reasons and not reasons:
        raise BadInput("reasons", "errors.choices.missing")
    if set(reasons) - known:
        raise BadInput("reasons", "errors.choices.wrong")
    words = clean_text(note)[:2000]
    return ({"reasons": list(reasons)} if reasons else {}) | ({"note": words} if words else {})


def _apply(case: Case, step: Step, inputs: Mapping[str, str], by: Actor) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for each in step.inputs:
        if each == "result":
            kept |= result(step, inputs.get(each, ""))
        elif each in FORMS:
            kept |= FORMS[each](case, inputs, by)
        elif each in INPUTS:
            kept |= INPUTS[each](case, inputs.get(each, "").strip(), by)
    kept |= effect_of(case, step, by)
    if step.slot:
        kept |= visits.MODES[step.slot](case, inputs.get("slot", "").strip(), by)
    return kept


def effect_of(case: Case, step: Step, by: Actor) -> dict[str, Any]:
    """What a step does besides, and what the history keeps of it."""
    return EFFECTS[step.effect](case, by) if step.effect else {}


def _finish(case: Case, step: Step, asked: Sequence[InfoRequest], by: Actor) -> None:
    """A case ends: what was asked lapses, deadlines end, and a decision against the citizen opens the way to appeal."""
    case.closed_at, case.outcome = now(), step.outcome
    if case.spent_days is None:
        case.spent_days = timing.spent_days(case, asked)
    for request in asked:
        if request.state in (PREPARED, OPEN, ANSWERED):
            request.state = ACCEPTED if request.state == ANSWERED else LAPSED
            request.closed_at = case.closed_at
    deadlines.clear_all(case)
    if service_of(case).payment:
        fees.close(case, step, by)
    if step.slot is None and service_of(case).slots:
        visits.release(case, "", Actor(kind="clock"))


def _facts_told(case: Case, content: Mapping[str, Any]) -> dict[str, str]:
    """What the notice of a step may say of the step itself: the hour of a visit, an amount."""
    language = case.language
    return field_visits.words(case, content, language) | awards.words(case, content, language)


def _day_named(case: Case, step: Step, content: Mapping[str, Any]) -> Any:
    """The last day that counts, where the notice of a step names one."""
    if step.to != step.from_stage and service_of(case).workflow.takes_objections(step.to, step.outcome):
        return deadlines.appeal_until(case).last_on
    if found := field_visits.day_of(content):
        return found
    if not names_day(case, str(step.notice)):
        return None
    running = deadlines.open_deadline(case, "answer")
    return running.last_on if running else None
