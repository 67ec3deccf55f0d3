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
    "establishment_id": lambda **more: EstablishmentId(id="establishment_id", **more),
    "earlier_transaction": lambda **more: Transaction(id="earlier_transaction", **more),
    "attachments": lambda **more: Files(id="attachments", **more),
    "notes": lambda **more: LongText(id="notes", most=500, **more),
}


def shared(name: str, **more: Any) -> Field:
    """The shared field `name` with its words; keys given here override."""
    return replace(SHARED[name](**more), use=name)


def in_section(section: str, *fields: Field) -> tuple[Field, ...]:
    """Fields of one part of the form, in order."""
    return tuple(replace(each, section=section) for each in fields)
