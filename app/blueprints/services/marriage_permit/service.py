"""خدمات الزواج: permission to marry a person who is not a Saudi national. Only the two and the office learn of it."""

from app.blueprints.services.marriage_permit.paper import PERMISSION
from app.blueprints.services.marriage_permit.rules import FIGURES, RULES
from app.kit.approvals import FIRST, permit
from app.kit.fields import Choice, Date, File, Form, LongText, NationalId, Number, Text, YesNo
from app.kit.more_fields import Money, Passport
from app.kit.roles import Role
from app.kit.service import HALF, DeadlineRule, Service, reasons
from app.kit.shared import applicant_fields, in_section, shared
from app.kit.workflow import Stage, standard, step

FOR_ANOTHER = {"filing_as": ("agent", "guardian")}
MARITAL = ("single", "divorced", "widowed", "married")

APPLICANT = in_section(
    "applicant",
    *applicant_fields(),
    shared("filing_as"),
    shared("authorisation", when=FOR_ANOTHER),
    Text(id="principal_name", when=FOR_ANOTHER),
    NationalId(id="principal_id", when=FOR_ANOTHER),
)
FIRST_PARTY = in_section(
    "first_party",
    Choice(id="marital_status", options=MARITAL),
    File(id="status_proof", when={"marital_status": ("divorced", "widowed")}),
    Number(id="children_count", most="40", whole=True),
    Text(id="occupation"),
    Money(id="monthly_income"),
    File(id="income_proof"),
    File(id="photo_applicant"),
)
SECOND_PARTY = in_section(
    "spouse",
    Text(id="spouse_name"),
    Choice(id="spouse_nationality", source="countries", without="home"),
    Date(id="spouse_birth_date"),
    Choice(id="spouse_residence", options=("inside", "outside")),
    NationalId(id="spouse_residence_id", kinds=("resident",), when={"spouse_residence": ("inside",)}),
    Passport(id="spouse_passport_number"),
    File(id="spouse_passport"),
    Choice(id="spouse_marital_status", options=MARITAL),
    File(id="spouse_status_proof"),
    File(id="photo_spouse"),
    YesNo(id="kinship"),
    Text(id="guardian_name", required=False),
)
REQUEST = in_section(
    "request",
    LongText(id="reason", most=1000),
    Date(id="test_date"),
    File(id="medical_test"),
    File(id="family_record", required=False),
    shared("attachments", required=False),
)

WORKFLOW = standard(unsettles=(FIRST,)).plus(
    step("register", Stage.IN_REVIEW, by=Role.OFFICER, notice="registered", inputs=("transaction_number",), once=True),
    step("security_review", Stage.IN_REVIEW, by=Role.SECURITY_OFFICER, hidden=True, inputs=("result",)),
    step(
        "record_ministry_decision",
        Stage.IN_REVIEW,
        by=Role.OFFICER,
        inputs=("result",),
        options=("granted", "declined"),
        needs=("register",),
    ),
    *permit(
        officer=Role.OFFICER,
        head=Role.SECTION_HEAD,
        needs=("register", "security_review", "record_ministry_decision"),
        in_favour=("record_ministry_decision",),
    ),
)

SERVICE = Service(
    "marriage_permit",
    agency="emirate",
    office="emirate_main",
    audience=("citizen", "resident"),
    form=Form(
        ("applicant", "first_party", "spouse", "request"),
        APPLICANT + FIRST_PARTY + SECOND_PARTY + REQUEST,
    ),
    workflow=WORKFLOW,
    rules=RULES,
    figures=FIGURES,
    certificate=PERMISSION,
    documents={
        "spouse_passport": True,
        "medical_test": True,
        "income_proof": True,
        "marital_status": True,
        "personal_photos": True,
        "family_record": False,
        "authorisation": False,
    },
    deadlines=(
        DeadlineRule("answer", 15, lapse="lapse_answer", remind=(HALF, 1), reminder="ask_reminder"),
        DeadlineRule("target", 60, target=True),
    ),
    reasons=reasons(
        {
            "return": (
                "unclear_document",
                "missing_document",
                "expired_document",
                "data_mismatch",
                "needs_explanation",
                "authority_insufficient",
                "translation_missing",
                "test_expired",
            ),
            "refuse": ("not_eligible", "not_confirmed", "false_information", "residence_irregular"),
            "revoke": ("issued_in_error", "conditions_lapsed"),
        }
    ),
    restricted=True,
    needs_transaction=True,
    declarations=("general", "on_behalf"),
    consents=("sensitive",),
)
