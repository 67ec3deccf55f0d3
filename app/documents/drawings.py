"""The ornaments and small illustrations of papers, as data URIs: the gate, its crenels, arches with numbers."""

import base64
from functools import lru_cache
from pathlib import Path

from app.documents.fonts import glyph_outline

FOLDER = Path(__file__).parent / "pictures"
GREEN, DEEP, DEEPER, SAFFRON = "#0a5b51", "#06352f", "#0a4038", "#f0b429"


@lru_cache
def drawing(name: str) -> str:
    """A file of `pictures/`."""
    return _uri((FOLDER / f"{name}.svg").read_text("utf-8"))


@lru_cache
def crenels(colour: str = GREEN, teeth: int = 58) -> str:
    """A row of merlons as on the walls of Najran, twice as wide as high."""
    path = "".join(f"M{x * 20} 10L{x * 20 + 10} 0L{x * 20 + 20} 10Z" for x in range(teeth))
    return _uri(_svg(teeth * 20, 10, f'<path fill="{colour}" d="{path}"/>'))


@lru_cache
def cover() -> str:
    """The first page of a guide: a wall with its gate under crenels, and below it the open ground."""
    wall = f'<rect width="840" height="700" fill="{DEEP}"/>'
    towers = "".join(f'<path fill="{DEEPER}" d="{_gate(30 + x * 195, 700, 5.0)}"/>' for x in range(4))
    teeth = "".join(f"M{x * 28} 699h28l-14 15z" for x in range(30))
    line = f'<rect x="64" y="196" width="712" height="2" fill="{SAFFRON}"/>'
    return _uri(_svg(840, 714, f'{wall}{towers}<path fill="{DEEP}" d="{teeth}"/>{line}'))


def _gate(left: float, bottom: float, size: float) -> str:
    """Five merlons over an arch, `size` times the mark of the portal."""
    merlons = "".join(f"l{4.5 * size} {-7 * size}l{4.5 * size} {7 * size}" for _ in range(4))
    opening = f"h{-9 * size}v{-11 * size}a{9 * size} {9 * size} 0 0 0 {-18 * size} 0v{11 * size}h{-9 * size}z"
    return f"M{left} {bottom}v{-26 * size}{merlons}v{26 * size}{opening}"


@lru_cache
def arch(number: int) -> str:
    """A gate arch that carries a number. The digits are outlines: a picture inside a PDF has no font of its own."""
    body = f'<path fill="{GREEN}" d="M3 44V20a17 17 0 0 1 34 0v24z"/>'
    return _uri(_svg(40, 44, body + _digits(str(number), size=17, middle=20, baseline=31)))


def _digits(number: str, size: float, middle: float, baseline: float) -> str:
    outlines = [glyph_outline(digit) for digit in number]
    scale = size / outlines[0][2]
    left = middle - sum(width for _, width, _ in outlines) * scale / 2
    drawn = []
    for path, width, _ in outlines:
        place = f"translate({left:.2f} {baseline}) scale({scale:.5f} {-scale:.5f})"
        drawn.append(f'<g transform="{place}"><path fill="#ffffff" d="{path}"/></g>')
        left += width * scale
    return "".join(drawn)


def _svg(width: int, height: int, body: str) -> str:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'


def _uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")
