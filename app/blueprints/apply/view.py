"""The form as a page: which parts, fields and rows it has, and each of them drawn from the declaration."""

from typing import Any, NamedTuple

from markupsafe import Markup

from app.blueprints.apply.work import Work
from app.documents.models import Attachment
from app.documents.sizes import size_text
from app.kit.fields import Field, File, Group
from app.web import fields
from app.web.forms import ROW_ID, Reading, controllers
from app.web.language import lang


class RowView(NamedTuple):
    """A row of a group. `fields`: paths of what is asked in it."""

    id: int
    place: int
    title: str
    fields: tuple[str, ...]


class GroupView(NamedTuple):
    """A part that may be repeated. `least`: as many rows cannot be removed."""

    id: str
    label: str
    hint: str
    add: str
    error: str | None
    rows: tuple[RowView, ...]
    full: bool
    required: bool
    least: int


class PartView(NamedTuple):
    """One part. `blocks`: paths of fields, or a group with its rows. `decides`: its answers change what is asked."""

    id: str
    title: str
    blocks: tuple[str | GroupView, ...]
    decides: bool


class FormView:
    """One reading of a form: `parts` say how it is made, without an answer; `drawn` holds each field by its path."""

    def __init__(self, work: Work, reading: Reading, *, with_errors: bool) -> None:
        self.work, self.reading = work, reading
        self.errors = reading.errors if with_errors else work.refused
        self.controls = controllers(work.service)
        self.files = work.attachments()
        self.language = lang()
        self.drawn: dict[str, Markup] = {}
        self.parts = self._parts()

    def _parts(self) -> tuple[PartView, ...]:
        service, answers, parts = self.work.service, self._answers(), []
        for section, declared in service.form.by_section:
            asked = [each for each in declared if each.is_asked(answers)]
            decides = any(inner.id in self.controls for each in asked for inner in (each, *rows_fields(each)))
            title = service.text(self.language, f"sections.{section}.title")
            parts.append(PartView(section, title, tuple(self._block(each) for each in asked), decides))
        return tuple(parts)

    def _answers(self) -> dict[str, Any]:
        # A choice that is wrong for another reason still decides what is shown.
        return {
            **{key: value for key, value in self.work.raw.items() if value},
            **self.work.given,
            **self.reading.answers,
        }

    def _block(self, each: Field) -> str | GroupView:
        return self._group(each) if isinstance(each, Group) else self._draw(each, each.id, self.work.shown(each))

    def _draw(self, each: Field, path: str, value: Any, *, group: Group | None = None, row: int | None = None) -> str:
        """Draws one field, and tells under which path."""
        self.drawn[path] = fields.field(
            self.work.service,
            each,
            self.language,
            path=path,
            value=value,
            error=self.errors.get(path),
            files=self._rows_of(each, row),
            group=group,
            controls=each.id in self.controls,
        )
        return path

    def _group(self, group: Group) -> GroupView:
        service, rows = self.work.service, self.work.raw.get(group.id) or []

        def words(part: str) -> str:
            return service.field_text(self.language, group, part) or ""

        return GroupView(
            group.id,
            words("label"),
            words("hint"),
            words("add"),
            self.errors.get(group.id),
            tuple(self._row(group, place, row, words("item")) for place, row in enumerate(rows)),
            len(rows) >= group.most,
            group.required and group.least > 0,
            group.least,
        )

    def _row(self, group: Group, place: int, row: dict[str, Any], item: str) -> RowView:
        asked = (each for each in group.fields if each.is_asked(row))
        drawn = tuple(
            self._draw(each, f"{group.id}-{place}-{each.id}", row.get(each.id), group=group, row=row[ROW_ID])
            for each in asked
        )
        return RowView(row[ROW_ID], place, item.format(n=place + 1), drawn)

    def _rows_of(self, each: Field, row: int | None) -> list[Markup]:
        if not isinstance(each, File):
            return []
        return [self._file(file) for file in self.files if file.field == each.id and file.row == row]

    def _file(self, file: Attachment) -> Markup:
        state = "checking" if file.check_state == "waiting" else ""
        drawn: Markup = fields.macros(self.language).file_row(
            file.name,
            size_text(file.size, self.language),
            href=self.work.file_address(file),
            remove_name="remove_file",
            remove_value=file.id,
            state=state,
        )
        return drawn


def rows_fields(each: Field) -> tuple[Field, ...]:
    return each.fields if isinstance(each, Group) else ()
