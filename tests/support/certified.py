"""A service that ends with a certificate, without what stands between approval and issue: the export of animals."""

from dataclasses import replace

from app.kit.roles import Role
from app.kit.service import Reason, Service
from app.kit.workflow import CLOCK, Stage, Step, Workflow, step
from tests.support.declared import SERVICES

VET = SERVICES["veterinary_export"]
AFTER = ("pay", "lapse_payment", "correct_certificate", "drop_correction", "approve_correction", "revoke", "expire")


def certified() -> Service:
    """Issued by the head of section at once; corrected, revoked and ended as any certificate."""
    kept = [(_free(each),) for each in VET.workflow.steps if each.name not in AFTER]
    workflow = Workflow.of(
        *kept,
        step(
            "issue", Stage.APPROVED, to=Stage.ISSUED, by=Role.SECTION_HEAD, notice="issued", event="issued",
            document="certificate",
        ),
        step(
            "approve_correction", Stage.ISSUED, by=Role.SECTION_HEAD, event="superseded", effect="supersede",
            document="certificate",
        ),
        step(
            "revoke", Stage.ISSUED, to=Stage.CLOSED, by=Role.SECTION_HEAD, event="revoked", effect="revoke_certificate",
            reasons="revoke", notice="revoked", outcome="revoked",
        ),
        step("expire", Stage.ISSUED, to=Stage.CLOSED, by=CLOCK, effect="expire_certificate", outcome="expired"),
    )  # fmt: skip
    reasons = (*(each for each in VET.reasons if each.kind != "revoke"), Reason("issued_in_error", "revoke"))
    return replace(VET, workflow=workflow, reasons=reasons, payment=None)


def _free(each: Step) -> Step:
    """Nothing to pay after the second approval."""
    return replace(each, effect=None, deadline=None, notice=None) if each.effect == "bill" else each
