"""The steps of services that hand out a paper: approved by two people and paid for, or issued free of charge."""

from collections.abc import Iterable

from app.kit.roles import Role
from app.kit.workflow import (
    CLOCK,
    GATEWAY,
    PRELIMINARY,
    Stage,
    Step,
    Workflow,
    cancellation,
    objection,
    standard,
    step,
)

FIRST, SECOND = "approve_preliminary", "approve_final"
CORRECT, CONFIRM = "correct_certificate", "approve_correction"


def two_approvals(*, reviewer: str, head: str) -> Workflow:
    """A specialist approves for the time being, the head of the section for good or not: never the same person.

    What is wrong goes back to the applicant with its reasons, who corrects all of it in time, without extension. After
    the second approval a bill is due, and the certificate once it is paid.
    """
    common = standard(reviewer=reviewer, asked="returned", lapsed="cancelled_uncorrected", extends=False)
    return common.plus(
        step(
            FIRST,
            Stage.IN_REVIEW,
            to=PRELIMINARY,
            by=reviewer,
            notice="preliminarily_approved",
            event="preliminarily_approved",
            told_once=True,
            apart_from=(SECOND,),
            blocked_by_requests=True,
            keeps_rules=True,
        ),
        step("return_to_vet", PRELIMINARY, to=Stage.IN_REVIEW, by=head, inputs=("internal_note",), apart_from=(FIRST,)),
        step(
            SECOND,
            PRELIMINARY,
            to=Stage.APPROVED,
            by=head,
            notice="pay",
            event="approved",
            effect="bill",
            deadline="payment",
            apart_from=(FIRST,),
            blocked_by_requests=True,
            keeps_rules=True,
            decides=True,
        ),
        cancellation((PRELIMINARY, Stage.APPROVED)),
        *paid_certificate(reviewer=reviewer, head=head),
    )


def paid_certificate(*, reviewer: str, head: str) -> Iterable[Iterable[Step]]:
    """From the bill to the end of the certificate: paid or not in time, and what becomes of it."""
    return (
        step(
            "pay",
            Stage.APPROVED,
            to=Stage.ISSUED,
            by=(GATEWAY, Role.CASHIER),
            notice="issued",
            event="issued",
            document="certificate",
            clears=("payment",),
            apart=True,
        ),
        step(
            "lapse_payment",
            Stage.APPROVED,
            to=Stage.CANCELLED,
            by=CLOCK,
            notice="cancelled_unpaid",
            event="cancelled_unpaid",
            outcome="cancelled_unpaid",
            effect="void_bill",
        ),
        *certificate_life(reviewer=reviewer, head=head),
    )


def permit(
    *, officer: str, head: str, needs: tuple[str, ...] = (), in_favour: tuple[str, ...] = ()
) -> Iterable[Iterable[Step]]:
    """A paper without a fee: an officer finds it right, known to the house alone; the head of the section issues it, or
    sends it back with a word, after which the officer has to find it right again.

    `needs`, `in_favour`: steps that come before both, the latter with a `result` for the applicant. Beside it belongs
    `standard(unsettles=(FIRST,))`: what the citizen answers after it is found right by nobody yet.
    """
    return (
        step(
            FIRST,
            Stage.IN_REVIEW,
            by=officer,
            hidden=True,
            needs=needs,
            in_favour=in_favour,
            apart_from=(SECOND,),
            blocked_by_requests=True,
            keeps_rules=True,
        ),
        step(
            "return_to_officer",
            Stage.IN_REVIEW,
            by=head,
            hidden=True,
            inputs=("internal_note",),
            needs=(FIRST,),
            undoes=(FIRST,),
            apart_from=(FIRST,),
        ),
        step(
            SECOND,
            Stage.IN_REVIEW,
            to=Stage.ISSUED,
            by=head,
            notice="permit_issued",
            event="issued",
            document="certificate",
            needs=(FIRST,),
            in_favour=in_favour,
            apart_from=(FIRST,),
            blocked_by_requests=True,
            keeps_rules=True,
            decides=True,
        ),
        *certificate_life(reviewer=officer, head=head),
    )


def certificate_life(*, reviewer: str, head: str) -> Iterable[Iterable[Step]]:
    """What becomes of an issued paper: corrected by two people, revoked, expired, objected to."""
    return (
        step("print_hand_over", Stage.ISSUED, by=Role.COUNTER_AGENT, event="handed_over", apart=True),
        *correction(reviewer=reviewer, head=head),
        step(
            "revoke",
            Stage.ISSUED,
            to=Stage.CLOSED,
            by=head,
            notice="revoked",
            event="revoked",
            outcome="revoked",
            effect="revoke_certificate",
            reasons="revoke",
            danger=True,
        ),
        step(
            "expire",
            Stage.ISSUED,
            to=Stage.CLOSED,
            by=CLOCK,
            event="expired",
            outcome="expired",
            effect="expire_certificate",
        ),
        # Against a revocation: what was revoked wrongly comes back as a new edition, free of charge.
        *objection(Stage.CLOSED, back_to=Stage.ISSUED, against=("revoked",), document="certificate"),
    )


def correction(*, reviewer: str, head: str) -> Iterable[Iterable[Step]]:
    """An error found after issue: corrected by one person, confirmed by another, free of charge."""
    return (
        step(CORRECT, Stage.ISSUED, by=reviewer, inputs=("correction",), apart_from=(SECOND, CONFIRM)),
        step(
            CONFIRM,
            Stage.ISSUED,
            by=head,
            notice="certificate_corrected",
            event="superseded",
            effect="supersede",
            document="certificate",
            inputs=("proposed_correction",),
            needs=(CORRECT,),
            apart_from=(FIRST, CORRECT),
        ),
        step("drop_correction", Stage.ISSUED, by=(head, reviewer), inputs=("dropped_correction",), needs=(CORRECT,)),
    )
