"""The check page: every answer as it will be filed, and the exact text that the tick signs."""

from typing import Any

from markupsafe import Markup

from app.blueprints.apply.work import Work
from app.cases import fees, receipting
from app.cases.answers import Line, Part, read
from app.cases.filing import Shown
from app.documents.sizes import size_text
from app.kit.numbers import amount
from app.web.forms import Reading
from app.web.language import lang, t
from app.web.moments import agency_of


class Check:
    def __init__(self, work: Work, reading: Reading) -> None:
        self.work = work
        self._answers = reading.answers
        hijri = agency_of(work.service.agency).counts_hijri
        self.parts: list[Part] = read(work.service.snapshot, reading.answers, lang(), hijri=hijri)
        self._given = {each.id for each in work.service.form.fields if each.readonly}
        self._files = {str(each.id): (each.name, size_text(each.size, lang())) for each in work.attachments()}

    @property
    def fees(self) -> list[dict[str, Any]]:
        """What the request will cost by the fees in force today; none where it is free."""
        service = self.work.service
        lines = fees.foreseen(service, self._answers)
        currency = agency_of(service.agency).currency
        rows: list[dict[str, Any]] = [
            {"label": label, "value": value} for label, value in receipting.rows_of(lines, currency, lang())
        ]
        total = amount(sum(line["minor"] for line in lines), currency, lang())
        return [*rows, {"label": t("payment.total"), "value": total, "total": True}] if rows else []

    @property
    def pay_when(self) -> str:
        assert self.work.service.payment is not None
        return t(f"payments.check.{self.work.service.payment.when}")

    @property
    def declaration(self) -> str:
        return self.work.service.declaration(lang())

    def shown(self) -> Shown:
        """The text of the page as it was signed, line by line."""
        lines = [f"{part.title}\n" + "\n".join(self._text(line) for line in part.lines) for part in self.parts]
        return Shown(self.declaration, "\n".join([*lines, t("declarations.signature")]))

    def _text(self, line: Line) -> str:
        rows = "".join(f"\n{title}: " + "; ".join(self._text(each) for each in inner) for title, inner in line.rows)
        return f"{line.label}: {self.value(line)}{rows}"

    def value(self, line: Line) -> str:
        return "\n".join(", ".join(self._files.get(each, ())) for each in line.files) if line.files else line.value

    def blocks(self, part: Part) -> list[tuple[str, list[dict[str, Any]]]]:
        """Rows of summary lists, those of one item under its title."""
        anchors = {id(inner): line.id for line in part.lines for _title, row in line.rows for inner in row}
        return [
            (title, [self._row(each, anchors.get(id(each), each.id), title) for each in lines])
            for title, lines in part.blocks
        ]

    def _row(self, line: Line, anchor: str, title: str) -> dict[str, Any]:
        row: dict[str, Any] = {"label": line.label, "value": self._drawn(line), "of": title}
        if line.id not in self._given:
            row["change"] = self.work.address(_anchor=f"{anchor}-field")
        return row

    def _drawn(self, line: Line) -> Markup | str:
        """A file's name keeps its own direction beside its size."""
        if not line.files:
            return line.value
        drawn = Markup("<bdi>{}</bdi> <bdi>({})</bdi>")
        return Markup("<br>").join(drawn.format(*self._files[each]) for each in line.files if each in self._files)
