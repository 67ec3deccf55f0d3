"""From a sheet to its file: laid out, rendered, and for a certificate signed. Only the worker prints."""

import io

import pikepdf

from app.documents.layout import Sheet, pdf_html
from app.documents.models import CERTIFICATE
from app.documents.papers.blocks import word
from app.documents.rendering import render_pdf
from app.documents.signature.key import signing_key
from app.documents.signature.sign import signed


def printed(sheet: Sheet) -> bytes:
    """The finished file. Raises KeyUnfit before anything is rendered where a certificate could not be signed."""
    if sheet.kind != CERTIFICATE:
        return _rendered(sheet)
    key = signing_key()
    content = _rendered(sheet, pages=1)
    if _pages(content) > 1:
        content = _rendered(sheet)
    return signed(content, key, reason=sheet.title, by=sheet.paper["agency"][sheet.language])


def _rendered(sheet: Sheet, *, pages: int = 0) -> bytes:
    html = pdf_html(sheet, pages=pages)
    return render_pdf(html, title=sheet.title, author=word(sheet.language, "paper.portal"))


def _pages(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as read:
        return len(read.pages)
