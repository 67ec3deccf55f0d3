"""خدمات تعويض الأضرار: an inspection signed by three bodies, a valuation, an award by another person, the transfer."""

from typing import Any

from app.blueprints.services.damage_compensation.rules import FIGURES, RULES
from app.kit.approvals import FIRST, SECOND
from app.kit.fields import Choice, Date, File, Files, Form, LongText, NationalId, Number, Plate, Text, YesNo
from app.kit.letter import Letter
from app.kit.more_fields import Money
from app.kit.roles import Role
from app.kit.service import DeadlineRule, Service, reasons
from app.kit.shared import applicant_fields, counter_fields, in_section, shared
from app.kit.workflow import Stage, objection, standard, step

BY_ANOTHER = {"filing_as": ("agent", "guardian")}
LAND = {"asset_kind": ("house", "farm", "shop")}
APPLICANT = in_section(
    "applicant",
    *applicant_fields(email=False),
    shared("filing_as"),
    Text(id="harmed_name", when=BY_ANOTHER),
    NationalId(id="harmed_id", when=BY_ANOTHER),
    shared("authorisation", when=BY_ANOTHER),
    *counter_fields(),
)
CAUSES = ("flood", "rain", "earthquake", "wind", "lightning", "hail", "frost", "drought", "subsidence", "epidemic")
EVENT = in_section(
    "event",
    Choice(id="event_kind", options=(*CAUSES, "other")),
    Date(id="event_date"),
    shared("governorate"),
    shared("place"),
    shared("coordinates", required=False),
)
PROOFS = ("deed", "temporary", "power_bill", "vehicle_registration", "livestock_record")
DAMAGE = in_section(
    "damage",
    Choice(id="asset_kind", options=("house", "vehicle", "farm", "livestock", "shop")),
    Choice(id="ownership_kind", options=(*PROOFS, "none")),
    File(id="ownership_proof", when={"ownership_kind": PROOFS}),
    YesNo(id="in_wadi", when=LAND),
    Plate(id="car_plate", when={"asset_kind": ("vehicle",)}),
    Number(id="livestock_count", least="1", whole=True, when={"asset_kind": ("livestock",)}),
    Text(id="shop_licence_number", most=30, when={"asset_kind": ("shop",)}),
    YesNo(id="insured"),
    LongText(id="damage_text", most=1000),
    Money(id="estimated_amount", required=False),
    Files(id="damage_photos", least=2, most=10, kinds=("jpg", "png")),
    File(id="estimate", required=False),
)
PAYMENT = in_section("payment", shared("iban"))

AWARDED = "awarded"
SIGNATURES = {
    "sign_emirate": Role.COMMITTEE_EMIRATE,
    "sign_civil_defence": Role.COMMITTEE_CIVIL_DEFENCE,
    "sign_finance": Role.COMMITTEE_FINANCE,
}
SIGNED = tuple(SIGNATURES)
# An award that is to be made anew: neither it nor its valuation counts any longer.
REOPENED: dict[str, Any] = {"undoes": (FIRST, SECOND), "effect": "withdraw_award", "deadline": "target"}

INSPECTION = (
    step("register", Stage.IN_REVIEW, by=Role.OFFICER, notice="registered", inputs=("transaction_number",), once=True),
    step(
        "check_exclusions",
        Stage.IN_REVIEW,
        by=Role.OFFICER,
        inputs=("result",),
        options=("covered", "excluded"),
        hidden=True,
    ),
    step(
        "schedule_inspection",
        Stage.IN_REVIEW,
        by=Role.OFFICER,
        notice="inspection_set",
        inputs=("field_visit",),
        needs=("register", "check_exclusions"),
        in_favour=("check_exclusions",),
        blocked_by_requests=True,
    ),
    *(
        step(
            name,
            Stage.IN_REVIEW,
            by=role,
            inputs=("report",),
            document="report",
            needs=("schedule_inspection",),
            once=True,
            apart_from=tuple(other for other in SIGNED if other != name),
        )
        for name, role in SIGNATURES.items()
    ),
    step(
        "return_report",
        Stage.IN_REVIEW,
        by=tuple(SIGNATURES.values()),
        inputs=("internal_note",),
        effect="withdraw_report",
        needs=("schedule_inspection",),
        undoes=(*SIGNED, FIRST),
    ),
)
DECISION = (
    step(
        FIRST,
        Stage.IN_REVIEW,
        by=Role.VALUER,
        inputs=("valuation",),
        needs=SIGNED,
        in_favour=("check_exclusions",),
        apart_from=(SECOND,),
        blocked_by_requests=True,
        keeps_rules=True,
    ),
    step(
        SECOND,
        Stage.IN_REVIEW,
        to=AWARDED,
        by=Role.SECTION_HEAD,
        inputs=("award",),
        document="decision",
        notice="awarded",
        needs=(*SIGNED, FIRST),
        in_favour=("check_exclusions",),
        apart_from=(FIRST,),
        blocked_by_requests=True,
        keeps_rules=True,
        decides=True,
        objectionable=True,
    ),
    step(
        "transfer",
        AWARDED,
        to=Stage.CLOSED,
        by=Role.FINANCE_OFFICER,
        inputs=("transfer",),
        notice="transferred",
        outcome="transferred",
        apart_from=(FIRST, SECOND),
    ),
    step(
        "return_transfer",
        AWARDED,
        to=Stage.IN_REVIEW,
        by=Role.FINANCE_OFFICER,
        inputs=("internal_note",),
        undoes=(SECOND,),
        effect="withdraw_award",
        deadline="target",
    ),
    *objection(AWARDED, back_to=Stage.IN_REVIEW, **REOPENED),
    *objection(Stage.CLOSED, back_to=Stage.IN_REVIEW, against=("transferred",), **REOPENED),
)

DOCUMENTS = ("unclear_document", "missing_document", "expired_document", "data_mismatch")
EXCLUDED = ("late_claim", "insured_property", "not_citizen", "untitled_wadi", "unlicensed_premises")
REASONS = {
    "return": ("iban_mismatch", "photos_insufficient", *DOCUMENTS, "needs_explanation", "authority_insufficient"),
    "refuse": (*EXCLUDED, "not_caused_by_event", "duplicate", "false_information"),
}

SERVICE = Service(
    "damage_compensation",
    agency="emirate",
    office="emirate_main",
    audience=("citizen",),
    form=Form(("applicant", "event", "damage", "payment"), APPLICANT + EVENT + DAMAGE + PAYMENT),
    workflow=standard().plus(*INSPECTION, *DECISION),
    rules=RULES,
    figures=FIGURES,
    documents={"damage_photos": True, "ownership_proof": True, "estimate": False, "authorisation": False},
    deadlines=(
        DeadlineRule("answer", 10, lapse="lapse_answer", remind=(5, 1), reminder="ask_reminder"),
        DeadlineRule("target", 60, target=True),
    ),
    reasons=reasons(REASONS),
    one_open=False,
    letter=Letter(lines=("harmed_name", "governorate", "place")),
    needs_transaction=True,
)
