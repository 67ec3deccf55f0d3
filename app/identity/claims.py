"""Claims of the national provider, read into one shape. The provider is believed, not its spelling."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.identity.models import identity_key
from app.identity.refusals import MissingClaims, SignInRefused
from app.kit.arabic import clean_line
from app.kit.identifiers import Invalid, email, identity, mobile
from app.kit.identifiers import identity_kind as kind_by_number

COUNTRIES = ("SA", "QA", "AE")
ID_TYPES = ("citizen", "resident", "visitor", "gcc")
ARABIC = re.compile("[\u0620-\u064a]")
LONGEST_NAME = 200


@dataclass(frozen=True)
class Identity:
    """A person as the provider states him. Dates are kept as given, each in its own calendar."""

    country: str
    number: str
    id_type: str
    name_ar: str | None
    name_en: str | None
    birthdate: str | None
    birthdate_hijri: str | None
    gender: str | None
    nationality: str | None
    mobile: str | None
    email: str | None

    @property
    def key(self) -> bytes:
        return identity_key(self.country, self.number)


def read(claims: Mapping[str, Any], country: str) -> Identity:
    """`country` is where a number belongs when no claim says so. Raises MissingClaims without number or name."""
    country = str(claims.get("id_country") or country)
    if country not in COUNTRIES:
        raise SignInRefused("id_country")
    number = read_number(claims, country)
    name_ar, name_en = _names(claims)
    if number is None or not (name_ar or name_en):
        raise MissingClaims("national_id" if number is None else "name")
    return Identity(
        country=country,
        number=number,
        id_type=_id_type(claims, number, country),
        name_ar=name_ar,
        name_en=name_en,
        birthdate=_line(claims, "birthdate", 20),
        birthdate_hijri=_line(claims, "birthdate_hijri", 20),
        gender=_line(claims, "gender", 20),
        nationality=_line(claims, "nationality", 60),
        mobile=_read(mobile, claims.get("phone_number"), country),
        email=_read(email, claims.get("email")),
    )


def read_number(claims: Mapping[str, Any], country: str) -> str | None:
    """The identity number. Providers have been seen to send it as a JSON number."""
    raw = claims.get("national_id")
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return None
    try:
        return identity(str(raw)[:100], country, trusted=True)
    except (Invalid, ValueError):
        return None


def _id_type(claims: Mapping[str, Any], number: str, country: str) -> str:
    stated = claims.get("id_type")
    if stated in ID_TYPES:
        return str(stated)
    guess = kind_by_number(number, country)
    return guess if guess in ID_TYPES else "citizen"


def _names(claims: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Arabic and Latin name; a bare `name` counts for the script it is written in."""
    arabic, latin = _line(claims, "name_ar", LONGEST_NAME), _line(claims, "name_en", LONGEST_NAME)
    plain = _line(claims, "name", LONGEST_NAME)
    if plain and ARABIC.search(plain):
        return arabic or plain, latin
    return arabic, latin or plain


def _line(claims: Mapping[str, Any], name: str, most: int) -> str | None:
    value = claims.get(name)
    return clean_line(value)[:most].strip() or None if isinstance(value, str) else None


def _read(reader: Any, value: object, *args: str) -> str | None:
    """A value that the person may also enter himself: one that cannot be read is as good as none."""
    if not isinstance(value, str):
        return None
    try:
        return str(reader(value, *args))
    except (Invalid, ValueError):
        return None


@dataclass(frozen=True)
class StaffIdentity:
    email: str | None
    email_verified: bool
    name: str
    key: bytes | None
    mobile: str | None = None


def read_staff(claims: Mapping[str, Any], country: str) -> StaffIdentity:
    country = str(claims.get("id_country") or country)
    number = read_number(claims, country) if country in COUNTRIES else None
    return StaffIdentity(
        email=_read(email, claims.get("email")),
        email_verified=claims.get("email_verified") is True,
        name=_line(claims, "name", LONGEST_NAME) or "",
        key=identity_key(country, number) if number else None,
        mobile=_read(mobile, claims.get("phone_number"), country),
    )
