"""From a sheet to its file: laid out, rendered, and for a certificate signed. Only the worker prints."""

from flask import current_app

from app.documents.framing import frame, framed
from app.documents.layout import Sheet, pdf_html, template_of
from app.documents.models import CERTIFICATE
from app.documents.orders import PAPERS
from app.documents.papers.blocks import word
from app.documents.qr import qr_dots
from app.documents.rendering import render_pdf
from app.documents.signature.key import signing_key
from app.documents.signature.sign import signed


def prepare() -> None:
    """Read once what papers are made of; a worker does so before it forks, so that each fork finds it ready."""
    frame()
    qr_dots("https://")
    for kind in PAPERS:
        current_app.jinja_env.get_template(template_of("pdf", kind))


def printed(sheet: Sheet) -> bytes:
    """The finished file. Raises KeyUnfit before anything is rendered where a certificate could not be signed."""
    if sheet.kind != CERTIFICATE:
        return _rendered(sheet)
    key = signing_key()
    content, pages = framed(_rendered(sheet, pages=1))
    if pages > 1:
        content, _pages = framed(_rendered(sheet))
    return signed(content, key, reason=sheet.title, by=sheet.paper["agency"][sheet.language])


def _rendered(sheet: Sheet, *, pages: int = 0) -> bytes:
    html = pdf_html(sheet, pages=pages)
    return render_pdf(html, title=sheet.title, author=word(sheet.language, "paper.portal"))
