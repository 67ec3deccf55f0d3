"""طلب موعد مع الإمارة: an appointment with the governor, the deputy or a department, and the pass for the gate."""

from app.kit.fields import Choice, Choices, File, Form, Group, LongText, NationalId, Plate, Text, YesNo
from app.kit.roles import Role
from app.kit.service import DeadlineRule, Service, reasons
from app.kit.shared import applicant_fields, in_section, shared
from app.kit.slots import Guests, Slots
from app.kit.workflow import CITIZEN, CLOCK, Stage, cancellation, standard, step

APPLICANT = in_section(
    "applicant",
    Choice(id="applicant_sector", options=("public", "private", "individual")),
    Text(id="organisation", when={"applicant_sector": ("public", "private")}),
    *applicant_fields(),
    shared("governorate", required=False),
)
VISIT = in_section(
    "visit",
    Choice(id="appointment_kind", options=("governor", "deputy", "department")),
    Choice(id="department", source="departments", when={"appointment_kind": ("department",)}),
    Choice(id="entrance_gate", source="gates"),
    Choice(id="visit_reason", options=("follow_up", "complaint", "help", "invitation", "other")),
    shared("earlier_transaction", required=False, when={"visit_reason": ("follow_up",)}),
    LongText(id="subject_text", most=500),
)
DOCUMENTS = in_section(
    "documents",
    File(id="subject_letter"),
    shared("id_image", when={"identity_source": ("other",)}),
    shared("attachments", required=False),
)
COMPANIONS = Group(
    id="companions",
    required=False,
    most=10,
    distinct="companion_id",
    fields=(
        Text(id="companion_name"),
        NationalId(id="companion_id"),
        File(id="companion_id_image", identity_card=True),
    ),
)
BELONGINGS = in_section(
    "belongings",
    YesNo(id="brings_items"),
    Choices(id="items", options=("car", "phone", "tablet", "laptop"), when={"brings_items": ("yes",)}),
    Plate(id="car_plate", when={"items": ("car",), "brings_items": ("yes",)}),
    COMPANIONS,
)

WORKFLOW = standard().plus(
    step("register", Stage.IN_REVIEW, by=Role.OFFICER, notice="registered", inputs=("transaction_number",), once=True),
    step("refer", Stage.IN_REVIEW, by=Role.OFFICER, inputs=("department",)),
    step(
        "security_check", (Stage.SUBMITTED, Stage.IN_REVIEW), by=Role.SECURITY_OFFICER, hidden=True, inputs=("result",)
    ),
    step(
        "propose_slot",
        Stage.IN_REVIEW,
        to=Stage.APPROVED,
        by=Role.OFFICER,
        notice="slot_set",
        event="scheduled",
        slot="book",
        inputs=("slot",),
        document="pass",
        needs=("security_check",),
        blocked_by_requests=True,
        decides=True,
    ),
    step(
        "reschedule",
        Stage.APPROVED,
        by=Role.OFFICER,
        notice="slot_changed",
        event="rescheduled",
        slot="move",
        inputs=("slot",),
        document="pass",
    ),
    step(
        "choose_slot",
        Stage.APPROVED,
        by=CITIZEN,
        notice="slot_changed",
        event="rescheduled",
        slot="self_move",
        inputs=("slot",),
        document="pass",
    ),
    step("ask_new_date", Stage.APPROVED, by=CITIZEN, slot="ask"),
    step(
        "attended",
        Stage.APPROVED,
        to=Stage.CLOSED,
        by=(Role.OFFICER, Role.GATE_STAFF),
        notice="completed",
        event="attended",
        outcome="attended",
        slot="attended",
    ),
    step("no_show", Stage.APPROVED, by=(Role.OFFICER, CLOCK), notice="no_show", event="no_show", slot="no_show"),
    step(
        "cancel_visit",
        Stage.APPROVED,
        by=Role.OFFICER,
        notice="slot_cancelled",
        event="visit_cancelled",
        reasons="cancel",
        slot="call_off",
        deadline="target",
        danger=True,
    ),
    cancellation(Stage.APPROVED, slot="release"),
    step(
        "close",
        Stage.APPROVED,
        to=Stage.CLOSED,
        by=(Role.OFFICER, CLOCK),
        event="closed",
        outcome="closed",
        slot="after_miss",
        needs=("no_show",),
    ),
)

SERVICE = Service(
    "emirate_appointment",
    agency="emirate",
    office="emirate_main",
    audience=("citizen", "resident", "visitor", "gcc"),
    form=Form(
        ("applicant", "visit", "documents", "belongings"),
        APPLICANT + VISIT + DOCUMENTS + BELONGINGS,
    ),
    workflow=WORKFLOW,
    documents={"subject_letter": True, "id_image": False, "companion_id": False},
    deadlines=(
        DeadlineRule("answer", 5, lapse="lapse_answer", remind=(1,), reminder="ask_reminder"),
        DeadlineRule("target", 3, unit="working", target=True),
        DeadlineRule("rechoose", 14, lapse="close"),
    ),
    reasons=reasons(
        {
            "return": (
                "unclear_document",
                "missing_document",
                "expired_document",
                "wrong_document",
                "needs_explanation",
                "subject_unclear",
                "companion_data",
            ),
            "refuse": ("outside_scope", "duplicate", "not_confirmed", "solved_without_visit", "no_slots"),
            "cancel": ("host_unavailable", "date_unsuitable"),
        }
    ),
    needs_transaction=True,
    departments="departments",
    slots=Slots(
        "appointment_kind",
        {"governor": "governor", "deputy": "deputy"},
        "department",
        gate_field="entrance_gate",
        guests=Guests("companions", "companion_name", "companion_id"),
        items_field="items",
        car_item="car",
        car_field="car_plate",
        reminder="visit_reminder",
    ),
)
