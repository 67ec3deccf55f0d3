"""صوت المستفيد: a complaint, a suggestion or thanks to any agency; what is not answered in time goes up."""

from app.kit.fields import Choice, Form, LongText
from app.kit.roles import Role
from app.kit.service import DeadlineRule, Service, reasons
from app.kit.shared import in_section, shared
from app.kit.workflow import CLOCK, Stage, Step, cancellation, objection, standard, step

# With the supervisor, because the office did not answer in time.
ESCALATED = "escalated"
ANSWERED = "answered"

APPLICANT = in_section("applicant", shared("applicant_name"), shared("applicant_id"))
MATTER = in_section(
    "matter",
    Choice(id="voice_kind", options=("complaint", "suggestion", "thanks")),
    Choice(id="about_agency", source="agencies"),
    shared("subject"),
    LongText(id="happened", most=2000),
    LongText(id="wish", most=500, required=False, when={"voice_kind": ("complaint", "suggestion")}),
    shared("attachments", required=False),
)


def answer(stage: str, by: str) -> list[Step]:
    """The final word, with what it came to; the person reads both."""
    return step(
        "answer_voice",
        stage,
        to=Stage.CLOSED,
        by=by,
        notice="answered",
        outcome=ANSWERED,
        inputs=("text",),
        reasons="answer",
        blocked_by_requests=True,
        decides=True,
    )


WORKFLOW = standard().plus(
    answer(Stage.IN_REVIEW, Role.OFFICER),
    step(
        "escalate",
        (Stage.SUBMITTED, Stage.IN_REVIEW),
        to=ESCALATED,
        by=CLOCK,
        notice="escalated",
        event="escalated",
        # The higher officer has as long again, from this day.
        deadline="target",
        blocked_by_requests=True,
    ),
    answer(ESCALATED, Role.SUPERVISOR),
    cancellation(ESCALATED),
    # «أعد فتح الشكوى»: heard by somebody who did not answer it.
    *objection(Stage.CLOSED, back_to=Stage.IN_REVIEW, against=(ANSWERED,), deadline="target"),
)

SERVICE = Service(
    "citizen_voice",
    agency="emirate",
    office="emirate_main",
    agency_by="about_agency",
    hears_complaints=True,
    audience=("citizen", "resident", "visitor", "gcc"),
    form=Form(("applicant", "matter"), APPLICANT + MATTER),
    workflow=WORKFLOW,
    deadlines=(
        DeadlineRule("answer", 5, lapse="lapse_answer", remind=(1,), reminder="ask_reminder"),
        DeadlineRule("target", 5, unit="working", target=True, lapse="escalate"),
    ),
    reasons=reasons(
        {
            "return": ("needs_explanation", "unclear_document"),
            "refuse": ("outside_scope", "duplicate"),
            "answer": (
                "solved",
                "explained",
                "apology",
                "partly",
                "unfounded",
                "suggestion_adopted",
                "suggestion_kept",
                "thanks_passed_on",
            ),
        }
    ),
    one_open=False,
)
