"""المعاملات: correspondence to the municipality, registered with a number and a Hijri year, referred and answered."""

from app.kit.correspondence import correspondence
from app.kit.fields import Choice, File, Form, LongText
from app.kit.service import DeadlineRule, Service, reasons
from app.kit.shared import applicant_fields, counter_fields, in_section, shared
from app.kit.workflow import standard

APPLICANT = in_section(
    "applicant",
    *applicant_fields(email=False),
    shared("filing_as"),
    shared("authorisation", when={"filing_as": ("agent", "guardian")}),
    Choice(id="on_behalf_of", options=("person", "establishment", "public_body")),
    shared("establishment_id", when={"on_behalf_of": ("establishment",)}),
    *counter_fields(),
)
MATTER = in_section(
    "matter",
    Choice(id="topic", source="topics"),
    shared("subject"),
    LongText(id="matter_text"),
    shared("earlier_transaction", required=False),
    File(id="letter", when={"on_behalf_of": ("establishment", "public_body")}),
    shared("attachments", required=False),
)
WORKFLOW = standard().plus(*correspondence())

SERVICE = Service(
    "general_transaction",
    agency="municipality",
    office="municipality_main",
    audience=("citizen", "resident", "gcc", "establishment", "public_body"),
    form=Form(("applicant", "matter"), APPLICANT + MATTER),
    workflow=WORKFLOW,
    documents={"letter": False, "authorisation": False},
    deadlines=(
        DeadlineRule("answer", 10, lapse="lapse_answer", remind=(5, 1), reminder="ask_reminder"),
        DeadlineRule("target", 5, unit="working", target=True),
    ),
    reasons=reasons(
        {
            "return": (
                "unclear_document",
                "missing_document",
                "needs_explanation",
                "authority_insufficient",
                "several_matters",
            ),
            "refuse": ("outside_scope", "duplicate", "own_service"),
            "cancel": ("asked_by_citizen",),
        }
    ),
    one_open=False,
    needs_transaction=True,
    departments="municipal_departments",
    declarations=("general", "on_behalf"),
)
