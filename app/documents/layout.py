"""A paper laid out as HTML: once for the renderer, once as the accessible page with the very same words.

Works outside a request, since the worker has none; so templates of papers use only what is handed to them here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from markupsafe import Markup

from app.documents import drawings
from app.documents.fonts import advances
from app.documents.papers.blocks import Paper, word
from app.documents.qr import qr_dots, qr_picture
from app.kit.codes import spaced

# The body of a sheet is 178 mm wide, a cell loses twice 2.2 mm, and tables are set in ten and a half points.
SHEET_POINTS, PADDING, LARGEST = 504.0, 14.0, 10.5
LOOKS_LIKE = {"decision": "letter", "report": "letter"}


@dataclass(frozen=True)
class Sheet:
    """What a template gets: the paper, its language, and the code under which it can be verified (None for guides)."""

    kind: str
    language: str
    paper: Paper
    code: str | None = None

    @property
    def title(self) -> str:
        number = self.paper.get("number")
        more = f" {number['value']}" if number else f"{word(self.language, 'comma')}{self.paper['subtitle']}"
        return f"{self.paper['title']}{more}"


def pdf_html(sheet: Sheet, *, pages: int = 0) -> str:
    """The HTML that xhtml2pdf draws. `pages`: how many there will be; not knowing, it lays everything out twice."""
    return _render(template_of("pdf", sheet.kind), sheet, qr_dots, pages=pages)


def page_html(sheet: Sheet) -> Markup:
    """The same words as an <article> for a page of the portal; it prints well by itself."""
    return Markup(_render(template_of("page", sheet.kind), sheet, qr_picture))  # noqa: S704  (made by an autoescaping template)


def template_of(form: str, kind: str) -> str:
    """Of a kind of paper, as "pdf" or "page": papers made of the same pieces share one."""
    return f"documents/{form}/{LOOKS_LIKE.get(kind, kind)}.html"


def verify_address(code: str, kind: str = "") -> str:
    """Where the QR code leads: a pass to the gate, whose page tells a stranger only whether it is good today."""
    place = "gate" if kind == "pass" else "verify"
    return f"{current_app.config['SETTINGS'].public_url.rstrip('/')}/{place}/{code}"


def verify_place() -> str:
    """The verification page as it is printed for somebody who types it: without the scheme."""
    return f"{current_app.config['SETTINGS'].public_url.rstrip('/').partition('://')[2]}/verify"


def _render(template: str, sheet: Sheet, qr: Callable[[str], str], **more: Any) -> str:
    # Straight from the environment: context processors of the application expect a request.
    return current_app.jinja_env.get_template(template).render(_context(sheet, qr), **more)


def _context(sheet: Sheet, qr: Callable[[str], str]) -> dict[str, Any]:
    other = "en" if sheet.language == "ar" else "ar"
    address = verify_address(sheet.code, sheet.kind) if sheet.code else sheet.paper.get("address", "")
    return {
        "paper": sheet.paper,
        "language": sheet.language,
        "other": other,
        "start": "right" if sheet.language == "ar" else "left",
        "end": "left" if sheet.language == "ar" else "right",
        "demo": current_app.config["SETTINGS"].demo,
        "say": lambda key: word(sheet.language, key),
        "say_other": lambda key: word(other, key),
        "qr": qr(address) if address else "",
        "code_spaced": spaced(sheet.code) if sheet.code else "",
        "verify_address": address,
        "fold": fold,
        "drawing": drawings.drawing,
        "crenels": drawings.crenels,
        "arch": drawings.arch,
        "cover": drawings.cover,
        "seal": drawings.seal,
        "verify_place": verify_place(),
    }


def fold(text: str, percent: int, size: float = LARGEST) -> str:
    """Words too long for a column of `percent` of the sheet, cut by spaces: they would run over the margin."""
    return re.sub(r"\S{8,}", lambda word: _cut(word.group(), percent * SHEET_POINTS / 100 - PADDING, size), text)


def _cut(word: str, room: float, size: float) -> str:
    pieces, used = [""], 0.0
    for letter in word:
        width = advances().get(ord(letter), 1.0) * size
        if used + width > room:
            pieces, used = [*pieces, ""], 0.0
        pieces[-1] += letter
        used += width
    return " ".join(pieces)
