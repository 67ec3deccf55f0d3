"""Addresses of the portal in what it wrote itself, as links: whoever gets a receipt by message presses it."""

import re

from markupsafe import Markup, escape

# A full stop or bracket that ends the sentence is no part of the address.
PATH = r"/[\w\-./~%?=&]*[\w\-/~%=&]"


def linked(text: str, house: str) -> Markup:
    """`text` as HTML, each address below `house` (scheme and host, no path) a link; every other one stays words."""
    if not house:
        return escape(text)
    written = re.compile(f"({re.escape(house.rstrip('/'))}{PATH})")
    pieces = (
        Markup('<a class="link" href="{0}"><bdi dir="ltr">{0}</bdi></a>').format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(written.split(text))
    )
    return Markup("").join(pieces)
