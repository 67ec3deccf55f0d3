"""From HTML to PDF with xhtml2pdf as shipped. Only the worker calls this; a web process never renders.

The templates keep to what it does right (docs/decisions/documents.md): no colspan, no justify, no nowrap, every column
with a width, what runs from left to right in a block of its own. Anything it warns about is a fault of a template.
"""

import io
import logging
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from xhtml2pdf import pisa
from xhtml2pdf.config.resources import ResourceAccessPolicy

from app.documents.fonts import FACES, FOLDER, covered

log = logging.getLogger(__name__)
# Vowel signs: the renderer drops them after having measured them. The page beside the PDF keeps them.
VOWELS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
# What gives direction has no glyph; blocks with a `dir` do that work.
UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")


# Keyboards of neighbours write kaf and yeh with other code points, for which the font has no joined forms; one such
# letter would take its whole line apart.
TWINS = str.maketrans({"\u06a9": "\u0643", "\u06cc": "\u064a", "\u06c1": "\u0647"})
LOZENGE = "\u25ca"


class RenderFailed(Exception):
    """The renderer reported errors."""


def render_pdf(html: str, *, title: str, author: str) -> bytes:
    """The PDF of a page made from one of our own templates. Nothing is fetched but the two fonts."""
    target = io.BytesIO()
    policy = ResourceAccessPolicy.server(FOLDER, allow_remote=False, max_image_pixels=4_000_000)
    with _warnings_without_text():
        result = pisa.CreatePDF(
            printable(html),
            dest=target,
            link_callback=_font_file,
            resource_policy=policy,
            # The title of the head would be stored in joined forms, which a search does not find.
            context_meta={"title": plain(title), "author": plain(author)},
        )
    if result.err:
        raise RenderFailed(f"{result.err} errors")
    return target.getvalue()


def plain(text: str) -> str:
    """NFC, without vowel signs and marks of direction."""
    return UNSEEN.sub("", VOWELS.sub("", unicodedata.normalize("NFC", text)))


def printable(text: str) -> str:
    """`plain`, with a lozenge for each letter that the font cannot draw (an emoji, another script)."""
    text = plain(text).translate(TWINS)
    # Each letter is looked up once: pictures stand in the page as long rows of the same sixty-four.
    return text.translate({ord(letter): LOZENGE for letter in set(text) if not _is_drawable(letter)})


def _is_drawable(letter: str) -> bool:
    return letter.isspace() or ord(letter) in covered()


def _font_file(uri: str, _relative: str | None) -> str:
    """The templates name fonts by face. Everything else in them is a data URI, and the policy stops the rest."""
    face = FACES.get(uri.removeprefix("font:"))
    return str(FOLDER / face) if face else uri


@contextmanager
def _warnings_without_text() -> Iterator[None]:
    """Log that the renderer warned, and where: its own lines quote the page, which holds personal data."""
    source = logging.getLogger("xhtml2pdf")
    counter = _Counter()
    propagate, source.propagate = source.propagate, False
    source.addHandler(counter)
    try:
        yield
    finally:
        source.removeHandler(counter)
        source.propagate = propagate
        if counter.seen:
            log.warning("xhtml2pdf warned %d times: %s", len(counter.seen), counter.seen)


class _Counter(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{record.name}:{record.lineno}")
