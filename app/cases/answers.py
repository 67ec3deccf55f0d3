"""The answers of a case: personal ones are sealed inside the JSON, and read back in the words of their filing."""

import base64
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.calendars.wording import full_date
from app.kit.fields import Form, Group
from app.kit.mobiles import national_form
from app.kit.numbers import amount, read_amount
from app.kit.plates import plate_spaced
from app.vault import vault

SEALED = "$"
Answers = dict[str, Any]


def seal_answers(case_id: uuid.UUID, form: Form, answers: Mapping[str, Any]) -> Answers:
    """The answers as they may be stored: every field whose type is personal is sealed for its place."""
    sealed: Answers = {}
    for each in form.fields:
        if each.id not in answers:
            continue
        value = answers[each.id]
        if isinstance(each, Group):
            personal = {inner.id for inner in each.fields if inner.personal}
            sealed[each.id] = [
                {
                    key: _seal(case_id, f"{each.id}.{row.get('_id')}.{key}", inner) if key in personal else inner
                    for key, inner in row.items()
                }
                for row in value
            ]
        else:
            sealed[each.id] = _seal(case_id, each.id, value) if each.personal and value is not None else value
    return sealed


def seal_value(case_id: uuid.UUID, place: str, value: Any) -> Any:
    """One changed answer as it may be stored; `place`: the field's id, inside a group `group.row.field`."""
    return value if value is None else _seal(case_id, place, value)


def open_answers(case_id: uuid.UUID, stored: Mapping[str, Any]) -> Answers:
    """The answers in clear."""
    return {
        key: [_open_row(case_id, key, row) for row in value] if _is_rows(value) else _open(case_id, key, value)
        for key, value in stored.items()
    }


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _open_row(case_id: uuid.UUID, group: str, row: Mapping[str, Any]) -> Answers:
    return {key: _open(case_id, f"{group}.{row.get('_id')}.{key}", value) for key, value in row.items()}


def _seal(case_id: uuid.UUID, place: str, value: str) -> dict[str, str]:
    return {SEALED: base64.b64encode(vault.seal(value, f"case:{case_id}:{place}")).decode("ascii")}


def _open(case_id: uuid.UUID, place: str, value: Any) -> Any:
    if isinstance(value, dict) and SEALED in value:
        return vault.open(base64.b64decode(value[SEALED]), f"case:{case_id}:{place}")
    return value


@dataclass(frozen=True)
class Line:
    """One answer as read: its label, and its value in words. `files` are attachment ids; `rows` those of a group."""

    id: str
    type: str
    label: str
    value: str = ""
    files: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple["Line", ...]], ...] = ()


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    lines: tuple[Line, ...] = field(default=())

    @property
    def blocks(self) -> list[tuple[str, list[Line]]]:
        """The lines in their order, those of one item (an animal, a companion) under its title; "" for the others."""
        found: list[tuple[str, list[Line]]] = []
        for line in self.lines:
            if line.rows:
                found += [(title, list(inner)) for title, inner in line.rows]
            elif found and not found[-1][0]:
                found[-1][1].append(line)
            else:
                found.append(("", [line]))
        return found


def read(declaration: Mapping[str, Any], answers: Mapping[str, Any], language: str, *, hijri: bool) -> list[Part]:
    """The answers by section, in the labels the case was filed under (`declaration.content`).

    `hijri`: whether the agency counts by that calendar.
    """
    return [
        Part(section["id"], section["label"][language], tuple(_lines(section["fields"], answers, language, hijri)))
        for section in declaration["sections"]
    ]


def _lines(fields: list[Mapping[str, Any]], answers: Mapping[str, Any], language: str, hijri: bool) -> Iterator[Line]:
    for each in fields:
        value = answers.get(each["id"])
        if value in (None, "", []):
            continue
        label = each["label"][language]
        if each["type"] == "group":
            rows = tuple(
                (each["item"][language].format(n=place), tuple(_lines(each["fields"], row, language, hijri)))
                for place, row in enumerate(value, 1)
            )
            yield Line(each["id"], "group", label, rows=rows)
        elif each["type"] in ("file", "files"):
            yield Line(each["id"], each["type"], label, files=tuple(value))
        elif each["type"] == "tick":
            continue
        else:
            yield Line(each["id"], each["type"], label, value=value_text(each, value, language, hijri=hijri))


def _mobile(number: str) -> str:
    """As people of the country write it, in one run: a space or a plus would turn round inside Arabic."""
    return national_form(number).replace(" ", "")


_AS_READ = {"mobile": _mobile, "plate": plate_spaced}


def value_text(each: Mapping[str, Any], value: Any, language: str, *, hijri: bool) -> str:
    """An answer in words; `each`: its field as the declaration keeps it."""
    options = each.get("options")
    if each["type"] == "date":
        return full_date(date.fromisoformat(value), language, hijri=hijri)
    if each["type"] == "money":
        return amount(read_amount(value), each["currency"], language, plain_text=True)
    if not options:
        return _AS_READ.get(each["type"], str)(value)
    chosen = value if isinstance(value, list) else [value]
    comma = "\u060c " if language == "ar" else ", "
    return comma.join(options[id][language] if id in options else str(id) for id in chosen)
