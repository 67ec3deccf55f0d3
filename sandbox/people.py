"""The demo people: citizens with a telephone, and staff; read from people.toml."""

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Arabic-Indic and Persian digits are typed as they stand on the keyboard of the person.
DIGITS = {**{0x660 + n: str(n) for n in range(10)}, **{0x6F0 + n: str(n) for n in range(10)}}


def western(text: str) -> str:
    """Digits 0-9 whatever keyboard they came from, without the spaces and marks around them."""
    return "".join(sign for sign in text.translate(DIGITS) if sign.isascii() and sign.isalnum())


@dataclass(frozen=True)
class Person:
    key: str
    label: dict[str, str]
    claims: dict[str, Any] = field(hash=False)

    @property
    def sub(self) -> str:
        """Opaque, and the same after any restart and in any data folder."""
        return hashlib.sha256(f"sandbox:{self.key}:{self.claims['national_id']}".encode()).hexdigest()[:24]

    @property
    def name(self) -> str:
        return str(self.claims.get("name", self.claims["national_id"]))

    @property
    def mobile(self) -> str:
        """As gateways write it: international, without +."""
        return str(self.claims.get("phone_number", "")).removeprefix("+")


class People:
    def __init__(self, path: Path) -> None:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        self.citizens = [self._person(row, "note") for row in tree["citizens"]]
        self.staff = [self._person(row | {"email_verified": True}, "role") for row in tree["staff"]]

    @staticmethod
    def _person(row: dict[str, Any], label: str) -> Person:
        return Person(row["key"], row[label], {k: v for k, v in row.items() if k not in {"key", label}})

    def citizen(self, key: str) -> Person | None:
        return next((person for person in self.citizens if person.key == key), None)

    def employee(self, key: str) -> Person | None:
        return next((person for person in self.staff if person.key == key), None)

    def by_number(self, typed: str) -> Person | None:
        number = western(typed)
        return next((person for person in self.citizens if person.claims["national_id"] == number), None)
