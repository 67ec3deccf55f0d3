"""The steps of a letter to the agency: registered, referred from department to department, answered in writing."""

from collections.abc import Iterable

from app.kit.roles import Role
from app.kit.workflow import Stage, Step, step

REGISTER, ANSWER = "register", "answer_transaction"
# How it ends.
ANSWERED = "answered"
# Whoever has the letter: the officers who take it in, or the department it was referred to.
HOLDERS = (Role.OFFICER, Role.DEPARTMENT_OFFICER)


def correspondence() -> Iterable[Iterable[Step]]:
    """It becomes a transaction with number and Hijri year before anybody refers or answers it.

    The citizen reads of every referral, but not that a department gave one back. Its answer goes out as a letter.
    """
    return (
        step(
            REGISTER,
            Stage.IN_REVIEW,
            by=Role.OFFICER,
            notice="registered",
            inputs=("transaction_number",),
            once=True,
            keeps_rules=True,
        ),
        step("refer", Stage.IN_REVIEW, by=HOLDERS, notice="referred", inputs=("department",), needs=(REGISTER,)),
        step(
            "return_referral",
            Stage.IN_REVIEW,
            by=Role.DEPARTMENT_OFFICER,
            needs=("refer",),
            hidden=True,
            effect="department_returned",
        ),
        _answer(),
    )


def _answer() -> list[Step]:
    """The final word, from whoever has the letter; not while something is asked of the person."""
    return step(
        ANSWER,
        Stage.IN_REVIEW,
        to=Stage.CLOSED,
        by=HOLDERS,
        notice="answered",
        outcome=ANSWERED,
        inputs=("text",),
        document="letter",
        needs=(REGISTER,),
        blocked_by_requests=True,
        decides=True,
    )
