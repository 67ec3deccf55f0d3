"""The fields a form is declared with. Structure only: sentences stand in texts.toml under the same ids.

A field knows how to read one answer (`clean`): it returns the normalised value or raises `Wrong(code)`, the code naming
the sentence in the field's own words or in common.errors.<type>.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from app.kit import arabic, case_numbers, days, identifiers, mobiles, plates
from app.kit.conditions import is_met
from app.kit.typed import Invalid

Answer = Any


class Wrong(Exception):
    """An answer cannot be accepted; `code` is `missing`, `wrong` or a further case of its type."""

    def __init__(self, code: str = "wrong", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """`when`: shown and asked only for these answers of earlier fields. `use`: takes its words from common.fields.

    `channel`: asked only where a request is filed that way (`counter`), and no field at all elsewhere.
    """

    id: str
    required: bool = True
    section: str = ""
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    use: str | None = None
    readonly: bool = False
    channel: str | None = None
    type: ClassVar[str] = "text"
    personal: ClassVar[bool] = False

    def clean(self, raw: str) -> Answer:
        return raw

    def is_asked(self, answers: Mapping[str, Answer]) -> bool:
        """Whether the field belongs to the form, given the answers to earlier fields and, under "channel", the way."""
        if self.channel is not None and answers.get("channel") != self.channel:
            return False
        return is_met(self.when, answers)


@dataclass(frozen=True, kw_only=True, eq=False)
class Text(Field):
    most: int = 120
    least: int = 1
    type: ClassVar[str] = "text"

    def clean(self, raw: str) -> str:
        text = arabic.clean_line(raw)
        if len(text) > self.most:
            raise Wrong("too_long", limit=self.most)
        if len(text) < self.least or not any(letter.isalnum() for letter in text):
            raise Wrong
        return text


@dataclass(frozen=True, kw_only=True, eq=False)
class LongText(Text):
    most: int = 2000
    type: ClassVar[str] = "long_text"

    def clean(self, raw: str) -> str:
        text = arabic.clean_text(raw)
        if len(text) > self.most:
            raise Wrong("too_long", limit=self.most)
        if not any(letter.isalnum() for letter in text):
            raise Wrong
        return text


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice(Field):
    """One of `options` (ids), or of the list `source` that the agency keeps, less entries with the mark `without`."""

    options: tuple[str, ...] = ()
    source: str | None = None
    without: str = ""
    type: ClassVar[str] = "choice"

    def clean(self, raw: str) -> str:
        if raw not in self.options:
            raise Wrong
        return raw


@dataclass(frozen=True, kw_only=True, eq=False)
class Choices(Choice):
    type: ClassVar[str] = "choices"


@dataclass(frozen=True, kw_only=True, eq=False)
class YesNo(Choice):
    options: tuple[str, ...] = ("yes", "no")
    type: ClassVar[str] = "yes_no"


@dataclass(frozen=True, kw_only=True, eq=False)
class Tick(Field):
    type: ClassVar[str] = "tick"

    def clean(self, raw: str) -> str:
        if raw != "yes":
            raise Wrong
        return raw


@dataclass(frozen=True, kw_only=True, eq=False)
class NationalId(Field):
    """A person's number in the country of the agency (docs/glossary.md, identity number); `kinds`: of whom alone."""

    country: str = "SA"
    kinds: tuple[str, ...] = ()
    type: ClassVar[str] = "national_id"
    personal: ClassVar[bool] = True

    def clean(self, raw: str) -> str:
        number = _identifier(identifiers.identity, raw, self.country)
        if self.kinds and identifiers.identity_kind(number, self.country) not in self.kinds:
            raise Wrong
        return number


@dataclass(frozen=True, kw_only=True, eq=False)
class Mobile(Field):
    country: str = "SA"
    type: ClassVar[str] = "mobile"
    personal: ClassVar[bool] = True

    def clean(self, raw: str) -> str:
        return _identifier(mobiles.mobile, raw, self.country)


@dataclass(frozen=True, kw_only=True, eq=False)
class Email(Field):
    type: ClassVar[str] = "email"
    personal: ClassVar[bool] = True

    def clean(self, raw: str) -> str:
        return _identifier(identifiers.email, raw)


@dataclass(frozen=True, kw_only=True, eq=False)
class Plate(Field):
    type: ClassVar[str] = "plate"

    def clean(self, raw: str) -> str:
        return _identifier(plates.plate, raw)


@dataclass(frozen=True, kw_only=True, eq=False)
class EstablishmentId(Field):
    type: ClassVar[str] = "establishment_id"

    def clean(self, raw: str) -> str:
        return _identifier(identifiers.establishment_id, raw)


@dataclass(frozen=True, kw_only=True, eq=False)
class Transaction(Field):
    """A transaction's number and Hijri year, in one box as printed: number/year."""

    type: ClassVar[str] = "transaction"

    def clean(self, raw: str) -> str:
        return _identifier(case_numbers.transaction, raw)


@dataclass(frozen=True, kw_only=True, eq=False)
class Date(Field):
    """The day of an event, typed in either calendar and kept as the Gregorian day in ISO form."""

    type: ClassVar[str] = "date"

    def clean(self, raw: str) -> str:
        return _identifier(days.day, raw)


@dataclass(frozen=True, kw_only=True, eq=False)
class Microchip(Field):
    """The transponder of an animal after ISO 11784: fifteen digits."""

    type: ClassVar[str] = "microchip"

    def clean(self, raw: str) -> str:
        return _identifier(identifiers.microchip, raw)


@dataclass(frozen=True, kw_only=True, eq=False)
class Number(Field):
    """A quantity, kept as its decimal text; `least` and `most` are the bounds that the field itself sets.

    `whole`: of what is counted and never divided.
    """

    least: str = "0"
    most: str = "1000000"
    whole: bool = False
    type: ClassVar[str] = "number"

    def clean(self, raw: str) -> str:
        text = arabic.western_digits(raw).strip().replace("\u066b", ".")
        if re.fullmatch(r"\d{1,9}" if self.whole else r"\d{1,9}(\.\d{1,4})?", text, re.ASCII) is None:
            raise Wrong
        if Decimal(text) < Decimal(self.least):
            raise Wrong("too_small", limit=self.least)
        if Decimal(text) > Decimal(self.most):
            raise Wrong("too_big", limit=self.most)
        return text


@dataclass(frozen=True, kw_only=True, eq=False)
class File(Field):
    """One document, or `least` to `most` of a kind. Its answer is a list of attachment ids; sizes in bytes."""

    most_bytes: int = 5 * 1024 * 1024
    least: int = 1
    most: int = 1
    kinds: tuple[str, ...] = ("pdf", "jpg", "png")
    identity_card: bool = False
    type: ClassVar[str] = "file"


@dataclass(frozen=True, kw_only=True, eq=False)
class Files(File):
    most: int = 5
    type: ClassVar[str] = "files"


@dataclass(frozen=True, kw_only=True, eq=False)
class Group(Field):
    """A part of the form that may be repeated; its answer is a list of rows, each with an id under "_id"."""

    fields: tuple[Field, ...] = ()
    least: int = 0
    most: int = 10
    distinct: str | None = None
    type: ClassVar[str] = "group"


@dataclass(frozen=True)
class Form:
    """The whole declared form, in order. Sections are ids in their order."""

    sections: tuple[str, ...]
    fields: tuple[Field, ...]

    def field(self, id: str) -> Field:
        """The field of this id, also inside groups; raises KeyError."""
        for each, _group in self.walk():
            if each.id == id:
                return each
        raise KeyError(id)

    def at(self, id: str, group: str | None) -> tuple[Field, Group | None]:
        """A field with its group, by both ids; raises KeyError."""
        for each, beside in self.walk():
            if each.id == id and (beside.id if beside else None) == group:
                return each, beside
        raise KeyError(id)

    def walk(self) -> Iterator[tuple[Field, Group | None]]:
        for each in self.fields:
            yield each, None
            if isinstance(each, Group):
                for inner in each.fields:
                    yield inner, each

    @cached_property
    def by_section(self) -> tuple[tuple[str, tuple[Field, ...]], ...]:
        """Each section with its fields."""
        return tuple((section, tuple(self.in_section(section))) for section in self.sections)

    def in_section(self, section: str) -> list[Field]:
        return [each for each in self.fields if each.section == section]


def _identifier(check: Any, raw: str, *more: object) -> str:
    try:
        return str(check(raw, *more))
    except Invalid as invalid:
        raise Wrong(invalid.code) from invalid
