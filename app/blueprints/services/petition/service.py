"""خدمة الاستدعاء الإلكتروني: a plea to the emirate, registered, referred and answered in writing."""

from app.blueprints.services.petition.rules import RULES
from app.kit.correspondence import ANSWERED, REGISTER, correspondence
from app.kit.fields import Choice, Form, LongText, Text, YesNo
from app.kit.roles import Role
from app.kit.service import DeadlineRule, Service, reasons
from app.kit.shared import applicant_fields, in_section, shared
from app.kit.workflow import Stage, objection, standard, step

APPLICANT = in_section(
    "applicant",
    *applicant_fields(email=False),
    shared("governorate"),
    shared("filing_as"),
    shared("authorisation", when={"filing_as": ("agent", "guardian")}),
)
MATTER = in_section(
    "matter",
    YesNo(id="before_court"),
    Choice(id="addressee", options=("governor", "deputy", "department")),
    Choice(id="department", source="departments", when={"addressee": ("department",)}),
    Choice(id="petition_kind", options=("complaint", "grievance", "help", "other")),
    shared("subject"),
    LongText(id="petition_text", most=3000),
    shared("earlier_transaction", required=False),
    Text(id="opposing_party", required=False),
    shared("attachments", required=False),
)

WORKFLOW = standard().plus(
    *correspondence(),
    step("join_earlier", Stage.IN_REVIEW, by=Role.OFFICER, inputs=("earlier_transaction",), needs=(REGISTER,)),
    # An answer may be a no: whoever reads it so is heard by somebody who took no part in it.
    *objection(Stage.CLOSED, back_to=Stage.IN_REVIEW, against=(ANSWERED,), deadline="target"),
)

SERVICE = Service(
    "petition",
    agency="emirate",
    office="emirate_main",
    audience=("citizen", "resident"),
    form=Form(("applicant", "matter"), APPLICANT + MATTER),
    workflow=WORKFLOW,
    rules=RULES,
    documents={"supporting_papers": False, "authorisation": False},
    deadlines=(
        DeadlineRule("answer", 10, lapse="lapse_answer", remind=(5, 1), reminder="ask_reminder"),
        DeadlineRule("target", 10, unit="working", target=True),
    ),
    reasons=reasons(
        {
            "return": (
                "unclear_document",
                "missing_document",
                "needs_explanation",
                "authority_insufficient",
                "several_matters",
                "offensive_text",
            ),
            "refuse": ("court_matter", "outside_scope", "duplicate"),
            "cancel": ("asked_by_citizen",),
        }
    ),
    # One matter in each, so that somebody may have several.
    one_open=False,
    needs_transaction=True,
    departments="departments",
    declarations=("general", "on_behalf"),
)
