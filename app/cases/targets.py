"""What a request to the citizen is about: a field of the form as it was filed, also in one row of a group.

A row's field is written `group.row.field`, every other target is the id of its field. A group as a whole and a tick are
no targets: the first has no form of its own on the page of a case, the second is a signature.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.cases.answers import Answers, seal_value
from app.kit.fields import Form

FILES = ("file", "files")
NEVER = ("group", "tick")


@dataclass(frozen=True)
class Target:
    """`field` and `group` as the declaration of the filing keeps them; `row`: the id of a row of the group."""

    field: Mapping[str, Any]
    group: Mapping[str, Any] | None = None
    row: int | None = None

    @property
    def id(self) -> str:
        return f"{self.group['id']}.{self.row}.{self.field['id']}" if self.group else str(self.field["id"])

    @property
    def group_id(self) -> str | None:
        return self.group["id"] if self.group else None

    def beside(self, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answers that decide whether this one is asked: those of its row, else of the form."""
        return next((row for row in self._rows(answers) if row.get("_id") == self.row), {}) if self.group else answers

    @property
    def is_file(self) -> bool:
        return self.field["type"] in FILES

    def value(self, answers: Mapping[str, Any]) -> Any:
        """The answer as it stands; `answers` in clear."""
        if self.group is None:
            return answers.get(self.field["id"])
        return self.beside(answers).get(self.field["id"])

    def put(self, answers: Mapping[str, Any], value: Any, *, seal_for: uuid.UUID | None = None) -> Answers:
        """The answers with this one changed and every other as it was. `seal_for`: the case, for stored answers."""
        if seal_for is not None and self.field["personal"]:
            value = seal_value(seal_for, self.id, value)
        own = str(self.field["id"])
        if self.group is None:
            return {**answers, own: value}
        rows = [{**row, own: value} if row.get("_id") == self.row else row for row in self._rows(answers)]
        return {**answers, self.group["id"]: rows}

    def label(self, answers: Mapping[str, Any], language: str) -> str:
        """As the citizen knows it from the form: «Companion 2: picture of the card»."""
        own = str(self.field["label"][language])
        if self.group is None:
            return own
        places = [row.get("_id") for row in self._rows(answers)]
        place = places.index(self.row) + 1 if self.row in places else self.row
        return f"{self.group['item'][language].format(n=place)}: {own}"

    def _rows(self, answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return list(answers.get(self.group["id"]) or ()) if self.group else []


def targets(declaration: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[Target]:
    """Everything in a case that something may be asked about, in the order of the form."""
    for section in declaration["sections"]:
        for each in section["fields"]:
            if each["type"] == "group":
                for row in answers.get(each["id"]) or ():
                    inner = (field for field in each["fields"] if field["type"] not in NEVER)
                    yield from (Target(field, each, row.get("_id")) for field in inner)
            elif each["type"] not in NEVER:
                yield Target(each)


def find_target(declaration: Mapping[str, Any], answers: Mapping[str, Any], id: str) -> Target | None:
    """The target of this id; None for «other», and for what the case does not hold."""
    return next((each for each in targets(declaration, answers) if each.id == id), None)


def twice(about: Target, answers: Mapping[str, Any], form: Form) -> str | None:
    """The sentence for an answer that each row has to itself, when it stands in another row or is the applicant's own.

    As the form says of its rows, so no later answer may bring in what the form refuses. `answers` in clear.
    """
    group = next((group for each, group in form.walk() if group and group.id == about.group_id), None)
    if group is None or group.distinct != about.field["id"]:
        return None
    value = about.value(answers)
    if value == answers.get("applicant_id"):
        return f"errors.{about.field['type']}.own"
    rows = [row.get(group.distinct) for row in answers.get(group.id) or ()]
    return f"errors.{about.field['type']}.repeated" if rows.count(value) > 1 else None
