"""شهادة صحية بيطرية لتصدير الكلاب والقطط: two approvals, a fee, and the certificate the animals travel with."""

from app.blueprints.services.veterinary_export.paper import CERTIFICATE
from app.blueprints.services.veterinary_export.rules import FIGURES, RULES
from app.kit.approvals import two_approvals
from app.kit.binding import listed
from app.kit.fields import Choice, Choices, Date, File, Files, Form, Group, Microchip, Number, Text, YesNo
from app.kit.paying import AFTER_APPROVAL, Payment
from app.kit.roles import Role
from app.kit.service import HALF, DeadlineRule, Service, reasons
from app.kit.shared import applicant_fields, counter_fields, in_section, shared

APPLICANT = in_section(
    "applicant",
    *applicant_fields(),
    Choice(id="capacity", options=("owner", "agent")),
    shared("authorisation", when={"capacity": ("agent",)}),
    *counter_fields(),
)
ANIMALS = in_section(
    "animals",
    Group(
        id="animals",
        least=1,
        most=10,
        distinct="microchip",
        fields=(
            Choice(id="species", options=("dog", "cat")),
            Text(id="animal_name", most=40),
            Text(id="breed", most=60),
            YesNo(id="dangerous_breed"),
            File(id="interior_approval", when={"dangerous_breed": ("yes",)}),
            Choice(id="sex", options=("male", "female")),
            Text(id="colour"),
            Date(id="birth_date"),
            Microchip(id="microchip"),
            Date(id="microchip_date"),
            Text(id="rabies_product"),
            Text(id="rabies_batch", most=40),
            Date(id="rabies_date"),
            Date(id="rabies_until"),
            Choices(id="other_vaccines", options=("dhppl", "trivalent"), required=False),
            Number(id="titre_value", most="1000", required=False),
        ),
    ),
)
JOURNEY = in_section(
    "journey",
    Choice(id="destination_country", source="countries", without="port"),
    Text(id="destination_city", most=60),
    Text(id="consignee", most=200),
    Choice(id="port_of_exit", source="ports"),
    Choice(id="transport", options=("air", "land", "sea")),
    Text(id="flight", required=False, most=60, when={"transport": ("air",)}),
    Date(id="travel_date"),
    Choice(id="purpose", options=("pet", "show", "sale")),
)
DOCUMENTS = in_section(
    "documents",
    Files(id="vaccination_book"),
    File(id="microchip_certificate"),
    Files(id="titre_report", when={"destination_country": listed("titre")}),
    File(id="import_permit", when={"destination_country": listed("permit")}),
)

SERVICE = Service(
    "veterinary_export",
    agency="ministry",
    office="quarantine",
    audience=("citizen", "resident", "visitor"),
    form=Form(("applicant", "animals", "journey", "documents"), APPLICANT + ANIMALS + JOURNEY + DOCUMENTS),
    workflow=two_approvals(reviewer=Role.VETERINARIAN, head=Role.SECTION_HEAD),
    payment=Payment(AFTER_APPROVAL),
    rules=RULES,
    figures=FIGURES,
    certificate=CERTIFICATE,
    documents={
        "vaccination_book": True,
        "microchip_certificate": True,
        "titre_report": False,
        "import_permit": False,
        "interior_approval": False,
        "client_id": False,
        "applicant_id": False,
    },
    deadlines=(
        DeadlineRule("answer", 5, lapse="lapse_answer", remind=(HALF, 1), reminder="return_reminder"),
        DeadlineRule("payment", 10, lapse="lapse_payment", remind=(HALF, 1), reminder="pay_reminder"),
        DeadlineRule("target", 1, unit="working", target=True),
    ),
    reasons=reasons(
        {
            "return": (
                "chip_unreadable",
                "rabies_too_recent",
                "rabies_expired",
                "travel_too_far",
                "titre_needed",
                "destination_permit_needed",
                "page_cut",
                "unclear_document",
                "missing_document",
                "expired_document",
                "data_mismatch",
                "needs_explanation",
            ),
            "refuse": ("breed_forbidden",),
            "revoke": ("issued_in_error", "false_information", "conditions_lapsed"),
        }
    ),
    one_open=False,
    declarations=("general",),
)
