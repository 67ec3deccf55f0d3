"""Fields that few forms ask for: amounts of money, the account it goes to, passports, a point on the map."""

from dataclasses import dataclass
from typing import ClassVar

from app.kit import identifiers, numbers
from app.kit.fields import Field, Wrong
from app.kit.typed import Invalid


@dataclass(frozen=True, kw_only=True, eq=False)
class Money(Field):
    """An amount in the currency of the agency, kept in figures (1,250.50)."""

    currency: str = "SAR"
    type: ClassVar[str] = "money"

    def clean(self, raw: str) -> str:
        try:
            return numbers.figure(numbers.read_amount(raw))
        except Invalid as invalid:
            raise Wrong(invalid.code) from invalid


@dataclass(frozen=True, kw_only=True, eq=False)
class Iban(Field):
    """A bank account of the country of the agency: without spaces, in capitals."""

    country: str = "SA"
    type: ClassVar[str] = "iban"
    personal: ClassVar[bool] = True

    def clean(self, raw: str) -> str:
        try:
            return identifiers.iban(raw, self.country)
        except Invalid as invalid:
            raise Wrong(invalid.code) from invalid


@dataclass(frozen=True, kw_only=True, eq=False)
class Passport(Field):
    """The number of a passport of any state: Latin letters and digits, in capitals."""

    type: ClassVar[str] = "passport"
    personal: ClassVar[bool] = True

    def clean(self, raw: str) -> str:
        try:
            return identifiers.passport(raw)
        except Invalid as invalid:
            raise Wrong(invalid.code) from invalid


@dataclass(frozen=True, kw_only=True, eq=False)
class Coordinates(Field):
    """A point in degrees, latitude first, as map applications give it: 24.7136, 46.6753."""

    type: ClassVar[str] = "coordinates"

    def clean(self, raw: str) -> str:
        try:
            return identifiers.coordinates(raw)
        except Invalid as invalid:
            raise Wrong(invalid.code) from invalid
