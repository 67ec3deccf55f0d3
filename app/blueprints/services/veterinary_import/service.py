"""تصريح استيراد حيوان أليف: the sister of the export certificate, for animals that are on their way here."""

from app.blueprints.services.veterinary_import.paper import PERMIT
from app.blueprints.services.veterinary_import.rules import FIGURES, RULES
from app.kit.approvals import two_approvals
from app.kit.binding import listed
from app.kit.fields import Choice, Date, File, Files, Form, Group, Microchip, Number, Text
from app.kit.paying import AFTER_APPROVAL, Payment
from app.kit.roles import Role
from app.kit.service import HALF, DeadlineRule, Service, reasons
from app.kit.shared import applicant_fields, counter_fields, in_section, shared
from app.kit.workflow import Stage, step

APPLICANT = in_section(
    "applicant",
    *applicant_fields(),
    *counter_fields(),
)
ANIMALS = in_section(
    "animals",
    Group(
        id="animals",
        least=1,
        most=5,
        distinct="microchip",
        fields=(
            Choice(id="species", options=("dog", "cat")),
            Text(id="animal_name", most=40),
            Text(id="breed", most=60),
            Choice(id="sex", options=("male", "female")),
            Text(id="colour"),
            Date(id="birth_date"),
            Microchip(id="microchip"),
            Date(id="rabies_date"),
            Number(id="titre_value", most="1000", required=False),
            File(id="animal_photo"),
        ),
    ),
)
JOURNEY = in_section(
    "journey",
    Choice(id="origin_country", source="countries", without="port"),
    Choice(id="port_of_entry", source="ports"),
    Choice(id="transport", options=("air", "land", "sea")),
    Date(id="arrival_date"),
    Files(id="vaccination_book"),
    File(id="titre_report", when={"origin_country": listed("titre")}),
    shared("attachments", required=False),
)

SERVICE = Service(
    "veterinary_import",
    agency="ministry",
    office="quarantine",
    audience=("citizen", "resident", "visitor"),
    form=Form(("applicant", "animals", "journey"), APPLICANT + ANIMALS + JOURNEY),
    workflow=two_approvals(reviewer=Role.VETERINARIAN, head=Role.SECTION_HEAD).plus(
        step(
            "record_arrival",
            Stage.ISSUED,
            to=Stage.CLOSED,
            by=Role.VETERINARIAN,
            effect="expire_certificate",
            outcome="arrived",
        ),
    ),
    rules=RULES,
    figures=FIGURES,
    payment=Payment(AFTER_APPROVAL, per="animals"),
    certificate=PERMIT,
    documents={"vaccination_book": True, "titre_report": False, "animal_photo": True},
    deadlines=(
        DeadlineRule("answer", 5, lapse="lapse_answer", remind=(HALF, 1), reminder="return_reminder"),
        DeadlineRule("payment", 10, lapse="lapse_payment", remind=(HALF, 1), reminder="pay_reminder"),
        DeadlineRule("target", 3, unit="working", target=True),
    ),
    reasons=reasons(
        {
            "return": (
                "unclear_document",
                "missing_document",
                "expired_document",
                "data_mismatch",
                "needs_explanation",
            ),
            "refuse": ("breed_forbidden", "origin_suspended", "titre_low", "too_young"),
            "revoke": ("issued_in_error", "false_information", "conditions_lapsed"),
        }
    ),
    one_open=False,
    declarations=("general",),
)
