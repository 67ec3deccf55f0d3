"""A report that several persons sign: the first writes its words, the others sign the very same ones.

Who signs is said by the workflow: every step with the input `report`. Each of them stands once until `undoes` takes
it back, and the paper is made with the last signature.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.cases import standing
from app.cases.answers import open_answers
from app.cases.context import service_of
from app.cases.errors import BadInput
from app.cases.models import Case, History
from app.documents import orders
from app.documents.models import DocumentState
from app.identity.actors import Actor
from app.kit.arabic import clean_text
from app.kit.fields import File, Group
from app.kit.workflow import Step
from app.vault import vault

KEY, PAPER = "report", "report"
# Tells nothing of the answers that the report is about; differs once one of them has changed.
ABOUT = "report_about"
PARTS = ("cause", "extent")
MOST = 2000
WITHDRAW = "withdraw_report"


@dataclass(frozen=True)
class Report:
    """`signatures`: the rows of the steps that stand, in the order they were taken."""

    words: Mapping[str, str]
    signatures: tuple[History, ...]
    is_complete: bool


def report_of(case: Case) -> Report | None:
    """The report as far as it is signed; None while nobody has written it."""
    signed = tuple(row for row in standing.rows_of(case) if KEY in standing.said(row))
    if not signed:
        return None
    return Report(standing.said(signed[0])[KEY], signed, {row.step for row in signed} == signers(case))


def signers(case: Case) -> set[str]:
    return {each.name for each in service_of(case).workflow.steps if KEY in each.inputs}


def sign(case: Case, entered: Mapping[str, str], by: Actor) -> dict[str, Any]:
    """The words of the first who signs; for the others those that stand, whatever is sent. Raises BadInput."""
    found = report_of(case)
    words = dict(found.words) if found else {part: _part(entered, part) for part in PARTS}
    return {KEY: words, ABOUT: _about(case)}


def is_outdated(case: Case, step: Step) -> bool:
    """Whether somebody would sign, or decide on the report, under other answers than those it was first signed for."""
    rests = KEY in step.inputs or bool(signers(case)) and signers(case) <= set(step.needs)
    found = report_of(case) if rests else None
    return found is not None and standing.said(found.signatures[0]).get(ABOUT, "") not in ("", _about(case))


def _about(case: Case) -> str:
    """Of every answer but files, which may be sent again, and who and how to be reached or paid: those are sealed."""
    answers = open_answers(case.id, case.answers)
    plain = [each.id for each in service_of(case).form.fields if not (each.personal or isinstance(each, File | Group))]
    told = {id: answers[id] for id in plain if answers.get(id) is not None}
    return vault.lookup(ABOUT, json.dumps(told, sort_keys=True)).hex()


def fits(case: Case, step: Step) -> bool:
    """A report is sent back only where somebody has signed one."""
    return step.effect != WITHDRAW or report_of(case) is not None


def _part(entered: Mapping[str, str], part: str) -> str:
    words, name = clean_text(entered.get(f"{KEY}_{part}", "")), f"{KEY}_{part}"
    if not words:
        raise BadInput(name, f"desk.report.{part}_missing")
    if len(words) > MOST:
        raise BadInput(name, "cases.errors.too_long", limit=MOST)
    return words


def withdraw(case: Case, by: Actor) -> dict[str, Any]:
    """The report is to be written anew: its paper, if it was made, is no longer good."""
    orders.revoke(case.id, PAPER, DocumentState.SUPERSEDED)
    return {}
