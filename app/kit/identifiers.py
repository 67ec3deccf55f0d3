"""Numbers that name people and things, read as people type them and normalised for storage and comparison.

Every reader returns the normalised text or raises `Invalid(code)`, the code being a key of `common.errors.<type>`.
All accept Arabic and Persian digits, spaces and hyphens. Direction marks are dropped; embeddings, overrides and
isolates are refused, because two identifiers that look alike must be alike.
A sign-in provider's value is believed even where a checksum fails: `identity(…, trusted=True)`.
"""

import re

from stdnum import iban as iban_number
from stdnum import luhn
from stdnum.exceptions import ValidationError

from app.kit.case_numbers import (
    find_number,
    format_address,
    format_number,
    format_transaction,
    hijri_year,
    parse_number,
    parse_transaction,
    transaction,
    transaction_number,
)
from app.kit.mobiles import gateway_form, mobile, national_form
from app.kit.plates import plate, plate_latin, plate_spaced
from app.kit.typed import Invalid, compact, matching, plain

__all__ = [
    "Invalid",
    "border_number",
    "compact",
    "coordinates",
    "email",
    "emirates_id",
    "establishment_id",
    "find_number",
    "format_address",
    "format_number",
    "format_transaction",
    "gateway_form",
    "gcc_id",
    "hijri_year",
    "iban",
    "identity_kind",
    "identity",
    "is_doubtful",
    "masked",
    "microchip",
    "mobile",
    "national_address",
    "national_form",
    "national_id",
    "parse_number",
    "parse_transaction",
    "passport",
    "person_id",
    "personal_number",
    "plain",
    "plate",
    "plate_latin",
    "plate_spaced",
    "transaction",
    "transaction_number",
]


def national_id(text: str) -> str:
    """A Saudi national identity (1…) or residence number (2…): ten digits that pass Luhn."""
    number = matching(r"[12]\d{9}", text)
    if not luhn.is_valid(number):
        raise Invalid
    return number


def border_number(text: str) -> str:
    """The number of a visitor, by visa or at the border (3…-6…); it has no checksum."""
    return matching(r"[3-6]\d{9}", text)


def person_id(text: str) -> str:
    """Identity, residence or border number, as the Saudi authorities know a person."""
    return national_id(text) if compact(text)[0] in "12" else border_number(text)


def gcc_id(text: str) -> str:
    """The civil number of a citizen of a Gulf state, whose lengths differ: 8 to 15 digits."""
    return matching(r"\d{8,15}", text)


def personal_number(text: str) -> str:
    """The Qatari personal number: century, year, country, serial; eleven digits without checksum."""
    return matching(r"[23]\d{10}", text)


def emirates_id(text: str) -> str:
    """The Emirates identity number, with or without hyphens. Its checksum is a hint only: official samples fail it."""
    return matching(r"784[12]\d{11}", text)


_READERS = {"SA": person_id, "QA": personal_number, "AE": emirates_id}


def identity(text: str, country: str = "SA", *, trusted: bool = False) -> str:
    """A person's number in a country; other Gulf states than SA, QA, AE have no form of their own here.

    A trusted provider's value is believed in spite of its form.
    """
    if trusted:
        return matching(r"[0-9A-Za-z]{4,20}", text)
    return _READERS.get(country, gcc_id)(text)


def is_doubtful(text: str, country: str) -> bool:
    """Whether a number does not follow the rules of its country, Luhn of the Emirates included: a warning for staff."""
    try:
        number = identity(text, country)
    except Invalid:
        return True
    return country == "AE" and not luhn.is_valid(number)


def identity_kind(text: str, country: str) -> str:
    """citizen, resident or visitor by the first digit in Saudi Arabia; elsewhere the number does not tell: person."""
    if country != "SA":
        return "person"
    return {"1": "citizen", "2": "resident"}.get(compact(text)[0], "visitor")


def establishment_id(text: str) -> str:
    """The unified number of an establishment (7…) or its commercial registration: ten digits."""
    return matching(r"[1-57]\d{9}", text)


def iban(text: str, country: str = "SA") -> str:
    """An IBAN of this country without spaces, in capitals."""
    number = compact(text).upper()
    try:
        number = str(iban_number.validate(number))
    except ValidationError:
        raise Invalid from None
    if not number.isascii() or not number.startswith(country):
        raise Invalid
    return number


def coordinates(text: str) -> str:
    """Latitude and longitude in degrees, at most six decimals each. Raises Invalid."""
    text = plain(text).replace("\u066b", ".").replace("\u060c", ",").replace("\u061b", ",")
    found = re.fullmatch(r"(-?\d{1,2}(?:\.\d{1,12})?)(?:\s*,\s*|\s+)(-?\d{1,3}(?:\.\d{1,12})?)", text, re.ASCII)
    if found is None:
        raise Invalid if text else Invalid("missing")
    latitude, longitude = (round(float(each), 6) for each in found.groups())
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Invalid
    return f"{_degrees(latitude)}, {_degrees(longitude)}"


def _degrees(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def passport(text: str) -> str:
    """The number of a passport after ICAO 9303: up to nine characters, in a few states more; at least one a digit."""
    return matching(r"(?=.*\d)[A-Za-z0-9]{5,12}", text).upper()


def microchip(text: str) -> str:
    """The transponder of an animal after ISO 11784: fifteen digits."""
    return matching(r"\d{15}", text)


def national_address(text: str) -> str:
    """The short Saudi address: four letters and four digits."""
    return matching(r"[A-Za-z]{4}\d{4}", text).upper()


def email(text: str) -> str:
    """An e-mail address in the form that every mail server takes; the domain in small letters."""
    text = plain(text)
    if not text:
        raise Invalid("missing")
    name, at, domain = text.rpartition("@")
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    is_name = re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", name)
    is_domain = re.fullmatch(rf"(?:{label}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]", domain)
    if not (at and is_name and is_domain) or len(name) > 64 or len(text) > 254:
        raise Invalid
    return f"{name}@{domain.lower()}"


def masked(text: str, shown: int = 4) -> str:
    """All but the last characters as dots, for pages where the owner should only recognise it."""
    return "\u2022" * max(0, len(text) - shown) + text[-shown:]
