"""What stands on the certificate. How long it is good is a figure of the profile (rules.py)."""

from app.kit.certificate import Certificate, Line, Part

CERTIFICATE = Certificate(
    parts=(
        Part(
            "exporter_part",
            (
                Line("exporter", "applicant_name"),
                Line("identity", "applicant_id"),
                Line("destination", "destination_country"),
                Line("port_of_exit"),
                Line("consignee"),
                Line("travel", "travel_date"),
            ),
        ),
        Part(
            "animals_part",
            (
                Line("species", width=8),
                Line("breed", width=13),
                Line("sex", width=8),
                Line("colour", width=12),
                Line("age", "birth_date", age=True, width=10),
                Line("microchip", width=20),
                Line("rabies", "rabies_date", width=12),
                Line("batch", "rabies_batch", width=13),
            ),
            group="animals",
        ),
    ),
    never_beyond=("animals", "rabies_until"),
    signed_by=(
        ("veterinarian", ("approve_preliminary", "correct_certificate")),
        ("head", ("approve_final", "approve_correction")),
    ),
    recognised_by=("species", "microchip"),
)
