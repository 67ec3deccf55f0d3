"""Fields that more than one service asks for. Their words stand in common.toml under `fields`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.kit.fields import (
    Choice,
    Email,
    EstablishmentId,
    Field,
    File,
    Files,
    LongText,
    Mobile,
    NationalId,
    Text,
    Transaction,
)
from app.kit.more_fields import Coordinates, Iban

COUNTER = "counter"
# Who came to the office: the client himself, or somebody in his place.
WHO_CAME = ("client", "representative")
SENT = {"who_came": ("representative",)}

SHARED: dict[str, Callable[..., Field]] = {
    "applicant_name": lambda **more: Text(id="applicant_name", readonly=True, **more),
    "applicant_id": lambda **more: NationalId(id="applicant_id", readonly=True, **more),
    "mobile": lambda **more: Mobile(id="mobile", **more),
    "email": lambda **more: Email(id="email", **more),
    "filing_as": lambda **more: Choice(id="filing_as", options=("owner", "agent", "guardian"), **more),
    "authorisation": lambda **more: File(id="authorisation", **more),
    "id_image": lambda **more: File(id="id_image", identity_card=True, **more),
    "governorate": lambda **more: Choice(id="governorate", source="governorates", **more),
    "district": lambda **more: Text(id="district", **more),
    "place": lambda **more: Text(id="place", most=300, **more),
    "coordinates": lambda **more: Coordinates(id="coordinates", **more),
    "establishment_id": lambda **more: EstablishmentId(id="establishment_id", **more),
    "iban": lambda **more: Iban(id="iban", **more),
    "subject": lambda **more: Text(id="subject", **more),
    "earlier_transaction": lambda **more: Transaction(id="earlier_transaction", **more),
    "attachments": lambda **more: Files(id="attachments", **more),
    "client_id_image": lambda **more: File(id="client_id_image", identity_card=True, channel=COUNTER, **more),
    "representative_name": lambda **more: Text(id="representative_name", channel=COUNTER, when=SENT, **more),
    "representative_id": lambda **more: NationalId(id="representative_id", channel=COUNTER, when=SENT, **more),
    "applicant_id_image": lambda **more: File(
        id="applicant_id_image", identity_card=True, channel=COUNTER, when=SENT, **more
    ),
    "notes": lambda **more: LongText(id="notes", most=500, **more),
}


def shared(name: str, **more: Any) -> Field:
    """The shared field `name` with its words; keys given here override."""
    return replace(SHARED[name](**more), use=name)


def applicant_fields(*, email: bool = True) -> tuple[Field, ...]:
    """Who files, as the sign-in says it, and where messages reach him. `email`: whether an address is insisted upon."""
    return shared("applicant_name"), shared("applicant_id"), shared("mobile"), shared("email", required=email)


def counter_fields(**more: Any) -> tuple[Field, ...]:
    """What a request asks for only at the counter. A service whose form has them can be filed there for a client."""
    names = ("client_id_image", "representative_name", "representative_id", "applicant_id_image")
    return tuple(shared(name, **more) for name in names)


def in_section(section: str, *fields: Field) -> tuple[Field, ...]:
    """Fields of one part of the form, in order."""
    return tuple(replace(each, section=section) for each in fields)
