"""The form as a page: parts, fields, rows, files, each drawn from the declaration."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.blueprints.apply.work import Work
from app.documents.models import Attachment
from app.documents.sizes import size_text
from app.kit.fields import Field, File, Group
from app.web import fields
from app.web.forms import ROW_ID, Reading, controllers
from app.web.language import lang


@dataclass(frozen=True)
class RowView:
    id: int
    place: int
    title: str
    fields: list[Markup]


@dataclass(frozen=True)
class PartView:
    """One part. `blocks`: fields as HTML, or a group with its rows. `decides`: its answers change what is asked."""

    id: str
    title: str
    blocks: list[Any]
    decides: bool


@dataclass(frozen=True)
class GroupView:
    id: str
    label: str
    hint: str
    add: str
    error: str | None
    rows: list[RowView]
    full: bool
    required: bool
    least: int
    is_group: bool = True


class FormView:
    """Draws one reading of a form."""

    def __init__(self, work: Work, reading: Reading, *, with_errors: bool) -> None:
        self.work, self.reading = work, reading
        self.errors = reading.errors if with_errors else work.refused
        self.controls = controllers(work.service)
        self.files = work.attachments()

    def parts(self) -> Iterator[PartView]:
        service, answers = self.work.service, self._answers()
        for section in service.form.sections:
            asked = [each for each in service.form.in_section(section) if each.is_asked(answers)]
            decides = any(inner.id in self.controls for each in asked for inner in (each, *rows_fields(each)))
            title = service.text(lang(), f"sections.{section}.title")
            yield PartView(section, title, [self._block(each) for each in asked], decides)

    def _answers(self) -> dict[str, Any]:
        # A choice that is wrong for another reason still decides what is shown.
        return {
            **{key: value for key, value in self.work.raw.items() if value},
            **self.work.given,
            **self.reading.answers,
        }

    def _block(self, each: Field) -> Any:
        if isinstance(each, Group):
            return self._group(each)
        value = self.work.shown(each)
        return fields.field(
            self.work.service,
            each,
            lang(),
            path=each.id,
            value=value,
            error=self.errors.get(each.id),
            files=self._rows_of(each, None),
            controls=each.id in self.controls,
        )

    def _group(self, group: Group) -> GroupView:
        service, rows = self.work.service, self.work.raw.get(group.id) or []

        def words(part: str) -> str:
            return service.field_text(lang(), group, part) or ""

        return GroupView(
            group.id,
            words("label"),
            words("hint"),
            words("add"),
            self.errors.get(group.id),
            [self._row(group, place, row, words("item")) for place, row in enumerate(rows)],
            len(rows) >= group.most,
            group.required and group.least > 0,
            group.least,
        )

    def _row(self, group: Group, place: int, row: dict[str, Any], item: str) -> RowView:
        drawn = []
        for each in group.fields:
            if not each.is_asked(row):
                continue
            path = f"{group.id}-{place}-{each.id}"
            drawn.append(
                fields.field(
                    self.work.service,
                    each,
                    lang(),
                    path=path,
                    value=row.get(each.id),
                    error=self.errors.get(path),
                    files=self._rows_of(each, row[ROW_ID]),
                    group=group,
                    controls=each.id in self.controls,
                )
            )
        return RowView(row[ROW_ID], place, item.format(n=place + 1), drawn)

    def _rows_of(self, each: Field, row: int | None) -> list[Markup]:
        if not isinstance(each, File):
            return []
        return [self._file(file) for file in self.files if file.field == each.id and file.row == row]

    def _file(self, file: Attachment) -> Markup:
        state = "checking" if file.check_state == "waiting" else ""
        drawn: Markup = fields.macros(lang()).file_row(
            file.name,
            size_text(file.size, lang()),
            href=self.work.file_address(file),
            remove_name="remove_file",
            remove_value=file.id,
            state=state,
        )
        return drawn


def rows_fields(each: Field) -> tuple[Field, ...]:
    return each.fields if isinstance(each, Group) else ()
