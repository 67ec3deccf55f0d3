"""A certificate: every word in Arabic and English side by side, since it is read in two countries."""

import math
from typing import Any

from app.documents.fonts import advances
from app.documents.papers.blocks import Block, Paper, is_ltr
from app.documents.snapshots import Both, CertificatePart, CertificateSnapshot, Fact
from app.kit.words import LANGUAGES, WORDS

# From the words that all certificates of the portal share, and from those of this paper.
NARROW, MOST_LINES = 28, 3  # letters to a line of a column of two
# Points: such a column, a row of its own, a place for a signature; and what all such rows, or a name under its office,
# may take of the sheet, in which types.
COLUMN, ROW, SIGNATURE, LATIN = 142.0, 389.0, 177.0, 8.6
MOST_ROWS, MOST_NAME, LEADING = 52.0, 30.0, 1.22
SIZES, NAME_SIZES = (10.0, 8.0, 6.6, 5.4, 4.4), (10.5, 8.0, 6.6, 5.4, 4.4)
NOTES = {
    "scan": "documents.certificate.scan",
    "electronic": "certificate.electronic",
    "original": "certificate.replaced",
}


def certificate_paper(snapshot: CertificateSnapshot, language: str) -> Paper:
    label = snapshot.get("number_label") or _said("documents.certificate.number")
    first = [
        _cell(label, [snapshot["number"]]),
        _cell(*_reference(snapshot)),
        _cell(_said("certificate.issued_on"), _lines(snapshot["issued_on"])),
        _cell(_said("certificate.valid_until"), _lines(snapshot["valid_until_text"])),
    ]
    parts = [_grid(snapshot["first_part"], first), *(_part(each) for each in snapshot["parts"])]
    return {
        "agency": snapshot["agency"],
        "unit": snapshot["unit"],
        "title": dict(snapshot["title"])[language],
        "titles": snapshot["title"],
        "holder": snapshot["holder"],
        "number": {"label": dict(label)[language], "value": snapshot["number"]},
        "parts": parts,
        "long_size": _long_size(parts),
        "declaration": snapshot["declaration"],
        "declaration_title": snapshot.get("declaration_label") or _said("documents.certificate.declaration"),
        "signatures": [
            each | {"size": _size([each["name"]], SIGNATURE, MOST_NAME, NAME_SIZES)} for each in snapshot["signatures"]
        ],
        "replaces": _replaces(snapshot),
        "notes": {name: _said(key) for name, key in NOTES.items()},
    }


def with_receipt(paper: Paper, number: str) -> Paper:
    """The paper with the receipt in the place of the day of the request."""
    first, *parts = paper["parts"]
    (one, _), *more = first["pairs"]
    receipt = _cell(_said("certificate.receipt"), [number])
    return paper | {"parts": [first | {"pairs": [[one, receipt], *more]}, *parts]}


def _reference(snapshot: CertificateSnapshot) -> tuple[Both, list[str]]:
    """The receipt, where a fee was paid; else the day of the request."""
    if snapshot["receipt"]:
        return _said("certificate.receipt"), [snapshot["receipt"]]
    return _said("documents.certificate.filed_on"), _lines(snapshot["filed_on"])


def _replaces(snapshot: CertificateSnapshot) -> Both | None:
    number, paper = snapshot["replaces"], snapshot.get("paper") or _said("certificate.paper")
    if not number:
        return None
    key = "documents.certificate.replaces"
    return {
        "ar": WORDS.text("ar", key, number=number, paper=paper["ar"]),
        "en": WORDS.text("en", key, number=number, paper=paper["en"]),
    }


def _said(key: str) -> Both:
    ar, en = (WORDS.text(each, key) for each in LANGUAGES)
    return {"ar": ar, "en": en}


def _part(part: CertificatePart) -> Block:
    if len(part["rows"]) == 1:
        return _grid(part["title"], [_cell(each["label"], _lines(each["value"])) for each in part["rows"][0]])
    return _table(part)


def _grid(title: Both, cells: list[dict[str, Any]]) -> Block:
    """Two facts in a row, the last row filled up; a long one has a row to itself, after those around it."""
    pairs: list[list[dict[str, Any] | None]] = []
    waiting: list[dict[str, Any]] = []
    for cell in cells:
        if _is_long(cell):
            pairs.append([cell])
            continue
        waiting.append(cell)
        if len(waiting) == 2:
            pairs.append([*waiting])
            waiting.clear()
    return {"type": "grid", "title": title, "pairs": pairs + [[each, None] for each in waiting]}


def _is_long(cell: dict[str, Any]) -> bool:
    """Whether it would take more than three lines of a narrow column, and so push the signatures off the sheet."""
    texts = [line["value"] for line in cell["lines"]]
    return sum(max(-(-len(each) // NARROW), _lines_of(each, LATIN, COLUMN)) for each in texts) > MOST_LINES


def _long_size(parts: list[Block]) -> float:
    """The largest type in which the facts that have a row to themselves leave the signatures on the first sheet."""
    pairs = [pair for part in parts for pair in part.get("pairs", ())]
    texts = [line["value"] for pair in pairs if len(pair) == 1 for line in pair[0]["lines"]]
    return _size(texts, ROW, MOST_ROWS, SIZES)


def _size(texts: list[str], room: float, most: float, sizes: tuple[float, ...]) -> float:
    """The largest type in which the texts, each in lines of `room` points, are `most` points high."""

    def height(size: float) -> float:
        return sum(_lines_of(each, size, room) for each in texts) * size * LEADING

    return next((size for size in sizes if height(size) <= most), sizes[-1])


def _lines_of(text: str, size: float, room: float) -> int:
    """How many lines of `room` points it takes. Arabic is counted: joined, its letters are half a square wide."""
    latin = sum(advances().get(ord(letter), 1.0) for letter in text) if is_ltr(text) else len(text) / 2
    return math.ceil(latin * size / room)


def _table(part: CertificatePart) -> Block:
    """A row for each animal, with its number before it; the columns of all are those of the first."""
    first = part["rows"][0]
    return {
        "type": "herd",
        "title": part["title"],
        "head": [each["label"] for each in first],
        "widths": [each["width"] for each in first],
        "rows": [[_cell(fact["label"], _lines(_short(fact))) for fact in row] for row in part["rows"]],
    }


def _short(fact: Fact) -> Both:
    """In a narrow column a date is figures alone."""
    return fact.get("short", fact["value"])


def _lines(value: Both) -> list[str]:
    return [value["ar"]] if value["en"] in ("", value["ar"]) else [value["ar"], value["en"]]


def _cell(label: Both, lines: list[str]) -> dict[str, Any]:
    found = [{"value": line, "ltr": is_ltr(line), "block": _turns(line)} for line in lines if line]
    return {"label": label, "lines": found}


def _turns(line: str) -> bool:
    """Whether a Latin line needs a direction of its own: figures and points among letters would change places."""
    return is_ltr(line) and not line.replace(" ", "").isalpha()
