"""What stands on the letter of permission. How long it is good is a figure of the profile (rules.py)."""

from app.kit.certificate import APPLICANT, Certificate, Line, Part

PERMISSION = Certificate(
    parts=(
        Part("first_party", (Line("name", APPLICANT), Line("identity", "applicant_id"))),
        Part(
            "second_party",
            (
                Line("name", "spouse_name"),
                Line("nationality", "spouse_nationality"),
                Line("birth_date", "spouse_birth_date"),
                Line("passport", "spouse_passport_number"),
                Line("residence", "spouse_residence_id"),
            ),
        ),
    ),
    instead={APPLICANT: "principal_name", "applicant_id": "principal_id"},
    signed_by=(
        ("officer", ("approve_preliminary", "correct_certificate")),
        ("head", ("approve_final", "approve_correction")),
    ),
    recognised_by=("passport",),
    remind=(30, 7),
)
