"""What was entered on the inquiry form, read the way people type it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import current_app

from app.identity.actors import Actor
from app.kit.arabic import western_digits
from app.kit.case_numbers import hijri_year, transaction_number
from app.kit.typed import Invalid
from app.web.language import t


@dataclass
class Entry:
    """`errors`: control to sentence. `typed`: as it was typed, to be shown again."""

    typed: Mapping[str, str]
    agency: str = ""
    number: str = ""
    year: int = 0
    digits: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def read_entry(form: Mapping[str, str], *, owner: Actor | None) -> Entry:
    entry = Entry({name: form.get(name, "")[:40] for name in ("agency", "number", "hijri_year", "digits")})
    if entry.typed["agency"] in current_app.extensions["profile"].agencies:
        entry.agency = entry.typed["agency"]
    else:
        entry.errors["agency"] = t("inquiries.transaction.fields.agency.missing")
    _number_and_year(entry)
    digits = western_digits(entry.typed["digits"]).strip()
    if len(digits) == 4 and digits.isdecimal():
        entry.digits = digits
    elif owner is None or owner.kind != "citizen" or digits:
        entry.errors["digits"] = t("inquiries.factor.id_last4_wrong" if digits else "inquiries.factor.id_last4_missing")
    return entry


def _number_and_year(entry: Entry) -> None:
    for name in ("number", "hijri_year"):
        try:
            if name == "number":
                entry.number = transaction_number(entry.typed[name])
            else:
                entry.year = hijri_year(entry.typed[name])
        except Invalid as wrong:
            entry.errors[name] = t(f"inquiries.transaction.fields.{name}.{wrong.code}")
