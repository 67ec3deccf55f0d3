"""Reading a declared form: what was typed (kept as it is), the clean answers, and an error for each field that has one.

WTForms parses; the declared fields judge. A field not asked, given the other answers, is neither read nor missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import wtforms
from werkzeug.datastructures import MultiDict

from app.calendars.clock import now
from app.kit import rules
from app.kit.fields import Choices, Field, File, Group, Wrong
from app.kit.service import Service
from app.kit.words import WORDS

MOST_TEXT = 20_000
ROW_ID = "_id"
Files = Mapping[tuple[str, int | None], list[str]]


@dataclass
class Reading:
    """`raw`: as typed. `answers`: clean, of the fields that are asked. `errors`: path of a field to its sentence."""

    raw: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def typed(service: Service, form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, by field; rows of a group as a list. Fields that the declaration does not know have no effect."""
    parsed = _parser(service)(form)
    raw: dict[str, Any] = {}
    for each in service.form.fields:
        if each.readonly or isinstance(each, File):
            continue
        raw[each.id] = _rows(parsed[each.id].data) if isinstance(each, Group) else _bounded(parsed[each.id].data)
    return raw


@cache
def _parser(service: Service) -> type[wtforms.Form]:
    return type(f"{service.slug}_form", (wtforms.Form,), {each.id: _parsed(each) for each in service.form.fields})


def _parsed(each: Field) -> Any:
    if isinstance(each, Group):
        inner = {inner.id: _parsed(inner) for inner in each.fields if not isinstance(inner, File)}
        row = type(f"{each.id}_row", (wtforms.Form,), {**inner, "row": wtforms.StringField()})
        # One more than may be filed, so that this can be said; no page of ours ever sends as many.
        return wtforms.FieldList(wtforms.FormField(row), max_entries=each.most + 1)
    if isinstance(each, Choices):
        return wtforms.SelectMultipleField(choices=list(each.options), validate_choice=False)
    return wtforms.StringField()


def _rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with an id of their own, by which their files are found after others were added or removed."""
    found: list[dict[str, Any]] = []
    for row in rows:
        given = row.pop("row") or ""
        number = int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0
        taken = {each[ROW_ID] for each in found}
        found.append(
            {
                ROW_ID: number if number and number not in taken else _next_id(found),
                **{key: _bounded(value) for key, value in row.items()},
            }
        )
    return found


def _next_id(rows: list[dict[str, Any]]) -> int:
    return max((row[ROW_ID] for row in rows), default=0) + 1


def add_row(raw: dict[str, Any], group: Group) -> None:
    rows = raw.setdefault(group.id, [])
    if len(rows) < group.most:
        rows.append({ROW_ID: _next_id(rows)} | {inner.id: "" for inner in group.fields if not isinstance(inner, File)})


def drop_row(raw: dict[str, Any], group: Group, row_id: str) -> None:
    raw[group.id] = [row for row in raw.get(group.id, []) if str(row[ROW_ID]) != row_id]


def _bounded(value: Any) -> Any:
    """A text of a megabyte is cut far above every limit, so that its field can say that it is too long."""
    if isinstance(value, list):
        return [str(each)[:200] for each in value[:50]]
    return str(value or "")[:MOST_TEXT]


class Judge:
    """Judges what was typed against the declaration, in one language."""

    def __init__(
        self, service: Service, language: str, *, given: Mapping[str, Any], files: Files, today: date | None = None
    ) -> None:
        """`today`: the civil day of the agency, by which rules between answers are judged."""
        self.service, self.language, self.given, self.files = service, language, given, files
        self.today = today or now().date()

    def read(self, raw: dict[str, Any]) -> Reading:
        """`given`: answers that come from the identity, not from the form; they also stand in conditions."""
        reading = Reading(raw, dict(self.given))
        for each in self.service.form.fields:
            if each.is_asked(reading.answers):
                self._one(reading, each)
        self._between(reading)
        reading.answers = {
            key: value
            for key, value in reading.answers.items()
            if key in {each.id for each in self.service.form.fields}
        }
        return reading

    def _between(self, reading: Reading) -> None:
        """Rules between answers speak where the answer itself has no fault of its own."""
        service = self.service
        found = rules.judge(
            service.rules, reading.answers, today=self.today, lists=service.lists, figures=service.holding
        )
        for verdict in found:
            if not verdict.kept:
                reading.errors.setdefault(verdict.path, service.text(self.language, f"rules.{verdict.rule.code}.wrong"))

    def _one(self, reading: Reading, each: Field) -> None:
        try:
            if isinstance(each, Group):
                value: Any = self._group(reading, each)
            else:
                value = self._value(each, reading.raw.get(each.id), None)
        except Wrong as wrong:
            reading.errors[each.id] = self.sentence(each, wrong)
        else:
            if value not in (None, "", []):
                reading.answers[each.id] = value

    def _value(self, each: Field, raw: Any, row: int | None) -> Any:
        if isinstance(each, File):
            value: Any = self.files.get((each.id, row), [])
        elif each.readonly:
            value = self.given.get(each.id)
        elif isinstance(each, Choices):
            return self._chosen(each, raw or [])
        else:
            text = (raw or "").strip()
            value = each.clean(text) if text else None
        if not value and each.required:
            raise Wrong("missing")
        if isinstance(each, File) and 0 < len(value) < each.least:
            raise Wrong("too_few", limit=each.least)
        return value

    def _chosen(self, each: Choices, raw: list[str]) -> list[str]:
        if each.required and not raw:
            raise Wrong("missing")
        return [each.clean(one) for one in dict.fromkeys(raw)]

    def _group(self, reading: Reading, group: Group) -> list[dict[str, Any]]:
        rows = reading.raw.get(group.id) or []
        if len(rows) > group.most:
            raise Wrong("too_many", limit=group.most)
        if len(rows) < group.least:
            raise Wrong("missing")
        seen: set[Any] = {self.given.get("applicant_id")} if group.distinct else set()
        return [self._row(reading, group, place, row, seen) for place, row in enumerate(rows)]

    def _row(
        self, reading: Reading, group: Group, place: int, row: Mapping[str, Any], seen: set[Any]
    ) -> dict[str, Any]:
        clean: dict[str, Any] = {ROW_ID: row[ROW_ID]}
        for each in group.fields:
            if not each.is_asked(clean):
                continue
            try:
                value = self._value(each, row.get(each.id), row[ROW_ID])
                if each.id == group.distinct and value in seen:
                    raise Wrong("own" if value == self.given.get("applicant_id") else "repeated")
            except Wrong as wrong:
                reading.errors[f"{group.id}-{place}-{each.id}"] = self.sentence(each, wrong, group)
            else:
                clean[each.id] = value
                if each.id == group.distinct:
                    seen.add(value)
        return clean

    def sentence(self, each: Field, wrong: Wrong, group: Group | None = None) -> str:
        """The field's own words for this fault, else those of its type."""
        limit = wrong.params.get("limit")
        params = wrong.params | ({"limit": _limit(each, limit, self.language)} if limit is not None else {})
        if own := self.service.field_text(self.language, each, wrong.code, group):
            return own
        key = f"errors.{each.type}.{wrong.code}"
        return WORDS.text(self.language, key if WORDS.has(key) else f"errors.{each.type}.wrong", **params)


def _limit(each: Field, limit: Any, language: str) -> str:
    if each.type in ("text", "long_text"):
        return WORDS.plural(language, "forms.letters", int(limit))
    if each.type == "group":
        return WORDS.plural(language, "forms.rows", int(limit))
    return str(limit)


@cache
def controllers(service: Service) -> frozenset[str]:
    """Fields that decide whether another one is asked: changing one draws the form anew."""
    return frozenset(other for each, _group in service.form.walk() for other in each.when)


def labels(service: Service, reading: Reading, language: str) -> Iterator[tuple[str, str]]:
    """(control, sentence) of every error in the order of the form, rows of a group one after another and each named."""
    order = {each.id: at for at, each in enumerate(service.form.fields)}
    inside = {
        (group.id, each.id): at
        for group in service.form.fields
        if isinstance(group, Group)
        for at, each in enumerate(group.fields)
    }

    def place(path: str) -> tuple[int, int, int]:
        id, row, inner = (*path.split("-", 2), "", "")[:3]
        return order[id], int(row or 0), inside.get((id, inner), -1)

    groups = {each.id: each for each in service.form.fields if isinstance(each, Group)}
    for path in sorted(reading.errors, key=place):
        id, _, rest = path.partition("-")
        item = service.field_text(language, groups[id], "item") if rest and id in groups else None
        row = f"{item.format(n=int(rest.partition('-')[0]) + 1)}: " if item else ""
        yield path, row + reading.errors[path]
