"""What stands on the permit: of a burial the cemetery, of a transport the way. How long it is good is a figure."""

from app.kit.certificate import Certificate, Line, Part

PERMIT = Certificate(
    parts=(
        Part(
            "deceased_part",
            (
                Line("deceased", "deceased_name", initials=True),
                Line("identity", "deceased_id"),
                Line("nationality", "deceased_nationality"),
                Line("death_date"),
                Line("from_place", "death_place"),
            ),
        ),
        Part(
            "action_part",
            (
                Line("action", "request_kind"),
                Line("to_city", "destination_city"),
                Line("to_country", "destination_country"),
                Line("port_of_exit"),
                Line("burial_place"),
                Line("receiver", "receiver_name"),
                Line("applicant", "applicant_name"),
            ),
        ),
    ),
    titled_by="request_kind",
    signed_by=(
        ("officer", ("approve_preliminary", "correct_certificate")),
        ("head", ("approve_final", "approve_correction")),
    ),
    recognised_by=("deceased", "action"),
)
