"""خدمات السجناء: what relatives ask of the emirate for a prisoner: a transfer, a leave, a pardon, a claim settled."""

from typing import Any

from app.blueprints.services.prisoner_services.rules import RULES
from app.kit.conditions import When
from app.kit.fields import Choice, Date, File, Form, LongText, NationalId, Text
from app.kit.letter import Letter
from app.kit.more_fields import Money
from app.kit.roles import Role
from app.kit.service import DeadlineRule, Service, Urgent, reasons
from app.kit.shared import applicant_fields, counter_fields, in_section, shared
from app.kit.workflow import CLOCK, Stage, Step, standard, step

KINDS = ("transfer", "leave", "pardon", "private_claim")
LEAVE = {"request_kind": ("leave",)}
LASTING = {"request_kind": tuple(kind for kind in KINDS if kind != "leave")}

APPLICANT = in_section(
    "applicant",
    *applicant_fields(email=False),
    Choice(id="relation", options=("parent", "spouse", "child", "sibling", "agent")),
    File(id="kinship_proof"),
    *counter_fields(),
)
PRISONER = in_section(
    "prisoner",
    Text(id="prisoner_name"),
    NationalId(id="prisoner_id"),
    Choice(id="prison", source="prisons"),
)
REQUEST = in_section(
    "request",
    Choice(id="request_kind", options=KINDS),
    Choice(id="target_prison", source="prisons", when={"request_kind": ("transfer",)}),
    Choice(id="leave_reason", options=("mourning", "illness", "wedding"), when=LEAVE),
    Date(id="leave_from", when=LEAVE),
    Date(id="leave_until", when=LEAVE),
    Text(id="guarantor_name", when=LEAVE),
    NationalId(id="guarantor_id", kinds=("citizen", "resident"), when=LEAVE),
    File(id="guarantor_commitment", when=LEAVE),
    Money(id="claim_amount", when={"request_kind": ("private_claim",)}),
    Text(id="judgment_number", most=40, required=False, when={"request_kind": ("private_claim", "pardon")}),
    LongText(id="reason", most=1000),
    File(id="reason_proof"),
    shared("attachments", required=False),
)


def decision(name: str, when: When, **more: Any) -> list[Step]:
    """For the applicant: what the officer writes goes out as a letter, once the prison has been asked."""
    return step(
        name,
        Stage.IN_REVIEW,
        to=Stage.APPROVED,
        by=Role.OFFICER,
        when=when,
        notice="approved",
        inputs=("text",),
        document="letter",
        needs=("register", "record_prison_answer"),
        in_favour=("record_prison_answer",),
        blocked_by_requests=True,
        keeps_rules=True,
        decides=True,
        **more,
    )


def done(name: str, when: When, **more: Any) -> list[Step]:
    return step(name, Stage.APPROVED, to=Stage.CLOSED, by=Role.OFFICER, when=when, notice="completed", **more)


WORKFLOW = standard().plus(
    step("register", Stage.IN_REVIEW, by=Role.OFFICER, notice="registered", inputs=("transaction_number",), once=True),
    step(
        "record_prison_answer",
        Stage.IN_REVIEW,
        by=Role.OFFICER,
        hidden=True,
        inputs=("result",),
        options=("no_objection", "objection"),
    ),
    decision("approve", LASTING),
    decision("approve_leave", LEAVE, deadline="return"),
    step("miss_return", Stage.APPROVED, by=CLOCK, when=LEAVE, hidden=True, deadline="target"),
    done("record_return", LEAVE, outcome="returned"),
    done("close", LASTING, event="closed", outcome="closed"),
)

SERVICE = Service(
    "prisoner_services",
    agency="emirate",
    office="emirate_main",
    audience=("citizen", "resident"),
    form=Form(("applicant", "prisoner", "request"), APPLICANT + PRISONER + REQUEST),
    workflow=WORKFLOW,
    rules=RULES,
    restricted=True,
    urgent=Urgent({"leave_reason": ("mourning", "illness")}),
    one_open_by=("request_kind", "prisoner_id"),
    documents={"kinship_proof": True, "reason_proof": True, "guarantor_commitment": False},
    deadlines=(
        DeadlineRule("answer", 5, unit="calendar", lapse="lapse_answer", remind=(1,), reminder="ask_reminder"),
        DeadlineRule("target", 10, unit="working", target=True),
        DeadlineRule("return", 0, ends_on="leave_until", lapse="miss_return", remind=(1,), reminder="leave_reminder"),
    ),
    reasons=reasons(
        {
            "return": (
                "unclear_document",
                "missing_document",
                "expired_document",
                "needs_explanation",
                "authority_insufficient",
                "guarantor_missing",
                "dates_passed",
            ),
            "refuse": ("not_eligible", "outside_scope", "duplicate", "visit_not_here", "not_confirmed"),
            "cancel": ("asked_by_citizen",),
        }
    ),
    needs_transaction=True,
    letter=Letter(
        "decision",
        lines=(
            *("request_kind", "prisoner_name", "prison", "target_prison"),
            *("leave_from", "leave_until", "guarantor_name", "claim_amount"),
        ),
        until="leave_until",
    ),
    declarations=("general", "on_behalf"),
    consents=("sensitive",),
)
