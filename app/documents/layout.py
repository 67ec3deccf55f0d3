"""A paper laid out as HTML: once for the renderer, once as the accessible page with the very same words.

Works outside a request, since the worker has none; so templates of papers use only what is handed to them here.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from markupsafe import Markup

from app.documents import drawings
from app.documents.codes import spaced
from app.documents.papers.blocks import Paper, word
from app.documents.qr import qr_picture


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
        return f"{self.paper['title']} {number['value']}" if number else str(self.paper["title"])


def pdf_html(sheet: Sheet) -> str:
    """The HTML that xhtml2pdf draws."""
    return _render(f"documents/pdf/{sheet.kind}.html", sheet)


def page_html(sheet: Sheet) -> Markup:
    """The same words as an <article> for a page of the portal; it prints well by itself."""
    return Markup(_render(f"documents/page/{sheet.kind}.html", sheet))  # noqa: S704  (made by an autoescaping template)


def verify_address(code: str, kind: str = "") -> str:
    """Where the QR code leads: a pass to the gate, whose page tells a stranger only whether it is good today."""
    place = "gate" if kind == "pass" else "verify"
    return f"{current_app.config['SETTINGS'].public_url.rstrip('/')}/{place}/{code}"


def _render(template: str, sheet: Sheet) -> str:
    # Straight from the environment: context processors of the application expect a request.
    return current_app.jinja_env.get_template(template).render(_context(sheet))


def _context(sheet: Sheet) -> dict[str, Any]:
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
        "qr": qr_picture(address) if address else "",
        "code_spaced": spaced(sheet.code) if sheet.code else "",
        "verify_address": address,
        "drawing": drawings.drawing,
        "crenels": drawings.crenels,
        "arch": drawings.arch,
        "cover": drawings.cover,
    }
