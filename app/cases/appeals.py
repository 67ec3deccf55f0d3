"""Objections to a decision: filed by the citizen, answered by somebody who took no part in it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select

from app.calendars.clock import now
from app.cases import deadlines, memory, papers, policy, queries, standing, steps
from app.cases.context import agency_of, service_of
from app.cases.conversation import Appeal, ThreadEntry
from app.cases.errors import BadInput, StepRefused
from app.cases.models import Case, History
from app.cases.notices import announce
from app.documents.models import Attachment
from app.extensions import db
from app.identity.actors import Actor
from app.kit.arabic import clean_text
from app.kit.service import DeadlineRule
from app.kit.words import WORDS
from app.kit.workflow import Stage

EVIDENCE = "appeal:"
DISMISSED = "dismissed"
OUTCOMES = ("accepted", "partly", DISMISSED)


class TookPart(StepRefused):
    """Whoever had a hand in the decision does not judge the objection to it."""

    text_key = "appeals.errors.took_part"


def appeal_of(case: Case) -> Appeal | None:
    """The newest objection of a case."""
    remembered = memory.known(case, Appeal)
    if remembered is not None:
        return next(iter(remembered), None)
    return db.session.scalar(select(Appeal).where(Appeal.case_id == case.id).order_by(Appeal.at.desc()).limit(1))


def evidence_field(appeal: Appeal) -> str:
    """The name under which a file in support lies among the case's files."""
    return f"{EVIDENCE}{appeal.id}"


def evidence_of(case: Case, appeal: Appeal) -> list[Attachment]:
    return [each for each in papers.attachments_of(case) if each.field == evidence_field(appeal)]


def may_be_against(case: Case) -> bool:
    """Whether the case has ended by a decision that its citizen may object to, as its service declares."""
    return service_of(case).workflow.takes_objections(case.stage, case.outcome)


def decision_of(case: Case) -> History | None:
    """The step that ended the case as it stands now."""
    ended = [row for row in queries.history_of(case) if row.to_stage == case.stage != row.from_stage]
    return ended[-1] if ended and case.is_final else None


def answer_of(case: Case) -> str:
    """The words in which a case was answered; empty where it ended otherwise, and while it is examined (again)."""
    moved = [row for row in queries.history_of(case) if row.to_stage != row.from_stage]
    since = max((place for place, row in enumerate(moved) if row.to_stage == Stage.IN_REVIEW), default=0)
    given = [((row.words.content if row.words else None) or {}).get("text", "") for row in moved[since:]]
    return next(filter(None, reversed(given)), "")


def may_appeal(case: Case) -> bool:
    """Such a decision may be objected to once; after a new one again."""
    if not may_be_against(case):
        return False
    last, decided_at = appeal_of(case), standing.decided_at(case)
    if last is None:
        return True
    # The one that waits is answered first: it was taken in before its decision was taken back and made anew.
    return last.decided_at is not None and decided_at is not None and last.at < decided_at


def answer_by(case: Case, appeal: Appeal) -> date:
    """The last day on which the body owes its answer."""
    return deadlines.term(case, _rule(case), appeal.at).last_on


def _rule(case: Case) -> DeadlineRule:
    """Nothing happens by itself after it: whoever answers for the decisions sees what is late."""
    return DeadlineRule("appeal", agency_of(case).appeal_answer_days, unit="calendar")


def file(case_id: uuid.UUID, *, subject: str, grounds: str, late_reason: str, by: Actor) -> Appeal:
    """Take in an objection. After the last day it needs a reason and is judged by the body."""
    case = steps.locked(case_id)
    step = policy.judge(case, "object", by)
    if not may_appeal(case):
        raise StepRefused
    entered = (("subject", clean_text(subject)[:500]), ("grounds", clean_text(grounds)[:2000]))
    for name, words in entered:
        if not words:
            raise BadInput(name, f"appeal.{name}_missing")
    late = clean_text(late_reason)[:500]
    if deadlines.appeal_until(case).is_over(now()) and not late:
        raise BadInput("late_reason", "cases.errors.late_reason_missing")
    found = Appeal(case_id=case.id, late_reason=late, at=now(), **dict(entered))
    db.session.add(found)
    deadlines.set_deadline(case, "appeal", basis_at=found.at, rule=_rule(case))
    row = steps.record(case, step, by=by, content={"appeal": str(found.id)})
    announce(case, "appeal_received", seq=row.seq, on=answer_by(case, found))
    return found


@dataclass(frozen=True)
class Open:
    """One objection that waits for an answer."""

    case: Case
    appeal: Appeal
    answer_by: date

    @property
    def is_late(self) -> bool:
        return now().astimezone(agency_of(self.case).zone).date() > self.answer_by


def waiting(actor: Actor) -> Sequence[Open]:
    """Objections this actor may judge, the oldest first; those he had a part in are left out."""
    took_part = exists().where(History.case_id == Case.id, or_(*_is(actor)))
    rows = db.session.execute(
        queries.visible(actor)
        .add_columns(Appeal)
        .join(Appeal, Appeal.case_id == Case.id)
        .where(Appeal.decided_at.is_(None), ~took_part)
        .order_by(Appeal.at)
        .limit(200)
    ).unique()
    return [Open(case, appeal, answer_by(case, appeal)) for case, appeal in rows if can_be_answered(case)]


def can_be_answered(case: Case) -> bool:
    """Not while the decision that was objected to is taken back, nor once the request was given up."""
    return service_of(case).step("answer_appeal", case.stage) is not None


def _is(actor: Actor) -> list[ColumnElement[bool]]:
    same = [History.actor_staff_id == actor.staff_id]
    return [*same, History.actor_key == actor.identity_key] if actor.identity_key else list(same)


def decide(case_id: uuid.UUID, outcome: str, words: str, *, by: Actor, version: int) -> History:
    """Answer the open objection. Dismissed: the refusal stands with the answer; else the case is under review again."""
    case = steps.locked(case_id)
    steps.compare(case, version, by)
    step = policy.judge(case, "answer_appeal" if outcome == DISMISSED else "reopen", by)
    found = appeal_of(case)
    if found is None or found.decided_at is not None:
        raise StepRefused
    if db.session.scalar(select(exists().where(History.case_id == case.id, or_(*_is(by))))):
        raise TookPart
    answer = clean_text(words)[:2000]
    if outcome not in OUTCOMES:
        raise BadInput("outcome", "errors.choice.missing")
    if not answer:
        raise BadInput("answer", "errors.long_text.missing")
    found.outcome, found.answer, found.decided_at, found.decided_by_id = outcome, answer, now(), by.staff_id
    deadlines.clear(case, "appeal")
    row = steps.record(case, step, by=by, content={"outcome": outcome} | steps.effect_of(case, step, by))
    _tell(case, f"{WORDS.text(case.language, f'appeal.{outcome}')}\n\n{answer}", by)
    announce(case, "appeal_answered", seq=row.seq)
    return row


def _tell(case: Case, body: str, by: Actor) -> None:
    who = {"case_id": case.id, "person_id": case.applicant_id}
    db.session.add(ThreadEntry(**who, author_kind="staff", author_staff_id=by.staff_id, body=body))
