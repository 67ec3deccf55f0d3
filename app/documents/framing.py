"""The frame of an official paper: drawn once in a process, and laid beneath every sheet from then on.

Drawn anew for each paper it would cost the renderer an eighth of a page.
"""

import io
import zlib
from functools import cache

import pikepdf
from flask import current_app

from app.documents import drawings
from app.documents.rendering import render_pdf


def framed(content: bytes) -> tuple[bytes, int]:
    """The file with the frame beneath each page, and how many pages it has."""
    with pikepdf.open(io.BytesIO(content)) as paper:
        drawing = paper.copy_foreign(frame().Root.Frame)
        for page in paper.pages:
            name = page.add_resource(drawing, pikepdf.Name.XObject)
            page.contents_add(f"q {name} Do Q".encode("ascii"), prepend=True)
        target = io.BytesIO()
        # As they are: packing every stream anew costs more than all the rest.
        paper.save(target, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
        return target.getvalue(), len(paper.pages)


@cache
def frame() -> pikepdf.Pdf:
    """A file whose root holds the frame. A worker makes it before it forks, which also reads fonts and styles."""
    html = current_app.jinja_env.get_template("documents/pdf/frame.html").render(frame=drawings.frame)
    drawn = pikepdf.open(io.BytesIO(render_pdf(html, title="", author="")))
    picture = drawn.pages[0].as_form_xobject()
    picture.write(zlib.compress(picture.read_bytes(), 9), filter=pikepdf.Name.FlateDecode)
    drawn.Root.Frame = drawn.make_indirect(picture)
    return drawn
