"""One synthetic case as rows: answers of every required field, a chained history, its deadline and its first notice."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from app.cases import deadlines
from app.cases.answers import seal_answers
from app.cases.chain import START, digest_of, hash_of
from app.cases.demo.copying import Rows
from app.kit.case_numbers import format_number, format_transaction
from app.kit.fields import Choice, Choices, File, Group
from app.kit.service import Service
from app.kit.words import WORDS
from app.kit.workflow import FINAL

SUBMIT, START_REVIEW = ("submit", "draft"), ("start_review", "submitted")


@dataclass(frozen=True)
class Fate:
    """How far a case has come: its steps as (name, from stage), and how often this happens."""

    weight: int
    steps: tuple[tuple[str, str], ...]

    @property
    def names(self) -> set[str]:
        return {name for name, _stage in self.steps}


FATES: Mapping[str, Fate] = {
    "new": Fate(8, (SUBMIT,)),
    "in_review": Fate(14, (SUBMIT, START_REVIEW)),
    "registered": Fate(8, (SUBMIT, START_REVIEW, ("register", "in_review"))),
    "answered": Fate(55, (SUBMIT, START_REVIEW, ("register", "in_review"), ("answer_transaction", "in_review"))),
    "refused": Fate(10, (SUBMIT, START_REVIEW, ("refuse", "in_review"))),
    "cancelled": Fate(5, (SUBMIT, ("cancel", "submitted"))),
}


@dataclass(frozen=True)
class Plan:
    """`person` files for `service` at a moment of the past; `first`: the person has no row yet."""

    service: Service
    person: Any
    fate: Fate
    at: datetime
    first: bool


@dataclass(frozen=True)
class Made:
    id: uuid.UUID
    year: int
    serial: int
    transaction: int | None


def write_case(rows: Rows, plan: Plan, made: Made) -> None:
    """Every row of one case."""
    steps = [plan.service.workflow.find(*step) for step in plan.fate.steps]
    last = steps[-1]
    assert last is not None
    moments = [plan.at + timedelta(hours=7 * place) for place in range(len(steps))]
    closed = moments[-1] if last.to in FINAL else None
    number = format_transaction(made.transaction) if made.transaction else None
    rows.add(
        "case",
        id=made.id,
        year=made.year,
        serial=made.serial,
        service=plan.service.slug,
        agency=plan.service.agency,
        office=plan.service.office,
        declaration_version=plan.service.version,
        applicant_id=plan.person.id,
        channel="portal",
        language="ar",
        stage=str(last.to),
        version=len(steps),
        public_version=len(steps),
        answers=seal_answers(made.id, plan.service.form, _answers(plan)),
        transaction_number=number,
        transaction_year=made.year if number else None,
        filed_at=plan.at,
        touched_at=moments[-1],
        closed_at=closed,
        outcome=last.outcome if closed else None,
        spent_days=(closed - plan.at) / timedelta(days=1) if closed else None,
    )
    _write_history(rows, plan, made, steps, moments)
    _write_rest(rows, plan, made, is_open=closed is None)


def _write_history(rows: Rows, plan: Plan, made: Made, steps: list[Any], moments: list[datetime]) -> None:
    previous = START
    for seq, (step, at) in enumerate(zip(steps, moments, strict=True), 1):
        content = _content(step.name, made)
        row = {
            "id": uuid.uuid4(),
            "case_id": made.id,
            "seq": seq,
            "step": step.name,
            "from_stage": str(step.from_stage),
            "to_stage": str(step.to),
            "actor_kind": "citizen" if step.for_citizen else "staff",
            "actor_person_id": plan.person.id if step.for_citizen else None,
            "actor_staff_id": None,
            "actor_key": plan.person.key if step.for_citizen else None,
            "acting_for": None,
            "hidden": step.hidden,
            "at": at,
            "digest": digest_of(content),
            "prev": previous,
        }
        previous = hash_of(SimpleNamespace(**row))
        rows.add("history", **row, hash=previous)
        rows.add("history_text", history_id=row["id"], content=content)


def _content(step: str, made: Made) -> dict[str, Any]:
    if step == "submit":
        return {"channel": "portal"}
    if step == "register":
        return {"transaction": format_transaction(made.transaction or 0), "hijri_year": made.year}
    return {"reasons": ["outside_scope"]} if step == "refuse" else {}


def _write_rest(rows: Rows, plan: Plan, made: Made, *, is_open: bool) -> None:
    """Signature, the first notice in the thread, and the internal target of a case that is still open."""
    signed = plan.service.declaration("ar")
    digest = hashlib.sha256(f"{signed}{made.id}".encode()).hexdigest()
    who = {"case_id": made.id, "person_id": plan.person.id}
    rows.add("signature", **who, signed_at=plan.at, text_shown=signed, shown_hash=digest)
    words, number = WORDS.raw["shared_notices"]["submitted"], format_number(made.year, made.serial)
    rows.add(
        "thread_entry",
        id=uuid.uuid4(),
        **who,
        at=plan.at,
        author_kind="system",
        visible=True,
        event="submitted",
        subject=words["subject"]["ar"].format(number=number),
        body=words["body"]["ar"].format(number=number, service=plan.service.title_in_messages("ar")),
        read_at=plan.at if made.serial % 10 else None,
    )
    if is_open:
        _write_target(rows, plan, made)


def _write_target(rows: Rows, plan: Plan, made: Made) -> None:
    case: Any = SimpleNamespace(agency=plan.service.agency)
    for rule in plan.service.deadlines:
        if rule.target:
            term = deadlines.term(case, rule, plan.at)
            rows.add(
                "deadline",
                id=uuid.uuid4(),
                case_id=made.id,
                kind=rule.kind,
                basis_at=plan.at,
                amount=rule.days,
                unit=str(deadlines.unit_of(rule, case)),
                due_at=term.due_at,
                last_on=term.last_on,
                state="open",
                cycle=1,
            )


def _answers(plan: Plan) -> dict[str, Any]:
    own = {"applicant_name": plan.person.name, "applicant_id": plan.person.number, "mobile": plan.person.mobile}
    return {**_form_answers(plan.service), **own}


# What stands for an answer that is no words; nothing special is the case.
PLAIN = {
    "tick": "yes",
    "yes_no": "no",
    "email": "person@example.com",
    "date": "2026-01-01",
    "number": "1",
    "money": "1,000",
}


@cache
def _form_answers(service: Service) -> dict[str, Any]:
    """A minimal answer for every required field: the first option, the field's own label as a text; no files."""
    answers: dict[str, Any] = {"identity_source": "national"}
    for each in service.form.fields:
        if not each.required or not each.is_asked(answers) or isinstance(each, File | Group):
            continue
        if isinstance(each, Choice):
            first = PLAIN.get(each.type) or next(iter(each.options), "")
            answers[each.id] = [first] if isinstance(each, Choices) else first
        else:
            answers[each.id] = PLAIN.get(each.type) or service.field_text("ar", each, "label") or each.id
    return {each.id: answers[each.id] for each in service.form.fields if each.id in answers}
