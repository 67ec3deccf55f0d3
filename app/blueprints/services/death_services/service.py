"""خدمات الوفيات: permits to transport or bury a deceased person, or to register a death that was reported late."""

from app.blueprints.services.death_services.paper import PERMIT
from app.blueprints.services.death_services.rules import FIGURES, HOME, RULES
from app.kit.approvals import FIRST, permit
from app.kit.binding import unlisted
from app.kit.fields import Choice, Date, File, Form, LongText, NationalId, Text, YesNo
from app.kit.roles import Role
from app.kit.service import HALF, DeadlineRule, Service, Urgent, reasons
from app.kit.shared import applicant_fields, counter_fields, in_section, shared
from app.kit.workflow import Stage, standard, step

INSIDE, OUTSIDE, BURIAL, LATE = "transport_inside", "transport_outside", "burial_non_saudi", "late_report"

APPLICANT = in_section(
    "applicant",
    *applicant_fields(email=False),
    Choice(id="relation", options=("relative", "agent", "employer", "embassy")),
    File(id="kinship_proof"),
    *counter_fields(),
)
DECEASED = in_section(
    "deceased",
    Text(id="deceased_name"),
    Choice(id="deceased_nationality", source="countries"),
    NationalId(id="deceased_id", required=False),
    Date(id="death_date"),
    Text(id="death_place"),
    YesNo(id="accident"),
)
REQUEST = in_section(
    "request",
    Choice(id="request_kind", options=(INSIDE, OUTSIDE, BURIAL, LATE)),
    Text(id="destination_city", when={"request_kind": (INSIDE,)}),
    Choice(id="destination_country", source="countries", without=HOME, when={"request_kind": (OUTSIDE,)}),
    Choice(id="port_of_exit", source="ports", when={"request_kind": (OUTSIDE,)}),
    Text(id="burial_place", when={"request_kind": (BURIAL,)}),
    Text(id="receiver_name", when={"request_kind": (INSIDE, OUTSIDE, BURIAL)}),
    LongText(id="delay_reason", most=500, when={"request_kind": (LATE,)}),
    File(id="death_notice"),
    File(
        id="embassy_letter",
        when={"request_kind": (OUTSIDE, BURIAL), "deceased_nationality": unlisted(HOME)},
    ),
    File(id="police_report", when={"accident": ("yes",)}),
    shared("attachments", required=False),
)

WORKFLOW = standard(unsettles=(FIRST,)).plus(
    step("register", Stage.IN_REVIEW, by=Role.OFFICER, notice="registered", inputs=("transaction_number",), once=True),
    step(
        "call_applicant",
        Stage.IN_REVIEW,
        by=Role.OFFICER,
        hidden=True,
        inputs=("result",),
        options=("reached", "no_answer", "wrong_number"),
    ),
    step(
        "record_consent",
        Stage.IN_REVIEW,
        by=Role.OFFICER,
        hidden=True,
        inputs=("result",),
        options=("investigators", "embassy", "health_facility", "municipality", "civil_affairs"),
    ),
    *permit(officer=Role.OFFICER, head=Role.SECTION_HEAD, needs=("register",)),
)

SERVICE = Service(
    "death_services",
    agency="emirate",
    office="emirate_main",
    audience=("citizen", "resident", "visitor", "gcc", "establishment"),
    form=Form(("applicant", "deceased", "request"), APPLICANT + DECEASED + REQUEST),
    workflow=WORKFLOW,
    rules=RULES,
    figures=FIGURES,
    certificate=PERMIT,
    documents={"death_notice": True, "kinship_proof": True, "embassy_letter": False, "police_report": False},
    deadlines=(
        DeadlineRule("answer", 15, lapse="lapse_answer", remind=(HALF, 1), reminder="ask_reminder"),
        DeadlineRule("target", 1, unit="working", target=True),
    ),
    # An officer is on duty for them on holidays too, so the day is one of the calendar.
    urgent=Urgent({"request_kind": (INSIDE, OUTSIDE, BURIAL)}, unit="calendar"),
    reasons=reasons(
        {
            "return": (
                "unclear_document",
                "missing_document",
                "embassy_letter_missing",
                "data_mismatch",
                "needs_explanation",
                "authority_insufficient",
            ),
            "refuse": ("investigation_open", "not_confirmed", "outside_scope", "duplicate"),
            "revoke": ("issued_in_error", "false_information"),
            "cancel": ("asked_by_citizen",),
        }
    ),
    one_open=False,
    restricted=True,
    rated_at_issue=False,
    needs_transaction=True,
    declarations=("general",),
    consents=("sensitive",),
)
