"""What stands on the permit. How long it is good is a figure of the profile (rules.py)."""

from app.kit.certificate import Certificate, Line, Part

PERMIT = Certificate(
    parts=(
        Part(
            "importer_part",
            (
                Line("importer", "applicant_name"),
                Line("identity", "applicant_id"),
                Line("origin", "origin_country"),
                Line("port_of_entry"),
                Line("transport"),
                Line("arrival", "arrival_date"),
            ),
        ),
        Part(
            "animals_part",
            (
                Line("species", width=9),
                Line("breed", width=16),
                Line("sex", width=9),
                Line("colour", width=16),
                Line("age", "birth_date", age=True, width=12),
                Line("microchip", width=22),
                Line("rabies", "rabies_date", width=16),
            ),
            group="animals",
        ),
    ),
    signed_by=(
        ("veterinarian", ("approve_preliminary", "correct_certificate")),
        ("head", ("approve_final", "approve_correction")),
    ),
    recognised_by=("species", "microchip"),
    remind=(7,),
)
