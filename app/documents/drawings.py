"""The ornaments and small illustrations of papers, as data URIs: the gate, its crenels, arches with numbers."""

import base64
import cmath
import itertools
import math
from functools import lru_cache
from pathlib import Path

from app.documents.fonts import glyph_outline

FOLDER = Path(__file__).parent / "pictures"
GREEN, DEEP, DEEPER, SAFFRON, TINT = "#0a5b51", "#06352f", "#0a4038", "#f0b429", "#dcebe7"


@lru_cache
def drawing(name: str) -> str:
    """A file of `pictures/`."""
    return _uri((FOLDER / f"{name}.svg").read_text("utf-8"))


@lru_cache
def crenels(colour: str = GREEN, teeth: int = 58) -> str:
    """A row of merlons as on the walls of Najran, twice as wide as high."""
    points = "".join(f"L{x * 20 + 10} 0L{x * 20 + 20} 10" for x in range(teeth))
    return _uri(_svg(teeth * 20, 10, f'<path fill="{colour}" d="M0 10{points}Z"/>'))


@lru_cache
def cover() -> str:
    """The first page of a guide: a wall with its gate under crenels, and below it the open ground."""
    wall = f'<rect width="840" height="700" fill="{DEEP}"/>'
    towers = "".join(f'<path fill="{DEEPER}" d="{_gate(30 + x * 195, 700, 5.0)}"/>' for x in range(4))
    teeth = "".join(f"M{x * 28} 699h28l-14 15z" for x in range(30))
    line = f'<rect x="64" y="196" width="712" height="2" fill="{SAFFRON}"/>'
    return _uri(_svg(840, 714, f'{wall}{towers}<path fill="{DEEP}" d="{teeth}"/>{line}'))


@lru_cache
def frame() -> str:
    """All that is drawn on an official paper, in one picture (in millimetres), since each more costs the renderer.

    The edge is two lines with a stone at each corner; gate and merlons stand at the head, a rosette in the ground.
    """
    lines = (
        f'<rect x="8" y="8" width="194" height="281" fill="none" stroke="{GREEN}" stroke-width="0.7"/>'
        f'<rect x="9.6" y="9.6" width="190.8" height="277.8" fill="none" stroke="{SAFFRON}" stroke-width="0.25"/>'
    )
    corners = "".join(_corner(x, y) for x in (8, 202) for y in (8, 289))
    rings = "".join(_rosette(105, 158, size, lobes) for size, lobes in ((62, 18),))
    body = f'<g fill="none" stroke="{TINT}" stroke-width="0.22">{rings}</g>{lines}{corners}'
    return _uri(_svg(210, 297, body + _head()))


def _head() -> str:
    gate = (FOLDER / "gate.svg").read_text("utf-8")
    paths = gate[gate.index("<path") : gate.rindex("</svg>")]
    tooth = 178 / 58
    teeth = "".join(f"L{16 + (n + 0.5) * tooth:.2f} 31.3L{16 + (n + 1) * tooth:.2f} 34.3" for n in range(58))
    return f'<g transform="translate(96.5 13.1) scale(0.425)">{paths}</g><path fill="{GREEN}" d="M16 34.3{teeth}Z"/>'


def _corner(x: float, y: float) -> str:
    """A square on its point over the crossing of the lines, white within."""
    outer, inner = (f"M{x} {y - r}L{x + r} {y}L{x} {y + r}L{x - r} {y}Z" for r in (3.4, 1.5))
    return f'<path fill="#ffffff" stroke="{GREEN}" stroke-width="0.5" d="{outer}"/><path fill="{SAFFRON}" d="{inner}"/>'


def _rosette(x: float, y: float, size: float, lobes: int) -> str:
    """Closed lines that swing between two circles, as on paper of value: few points, each with its tangent."""
    return "".join(f'<path d="{_swinging(x, y, size, lobes, turn * 2 * math.pi / 3)}"/>' for turn in range(3))


def _swinging(x: float, y: float, size: float, lobes: int, phase: float) -> str:
    step = 2 * math.pi / (lobes * 4)

    def at(n: int) -> tuple[complex, complex]:
        angle = n * step
        radius = 0.8 + 0.2 * math.cos(lobes * angle + phase)
        slope = -0.2 * lobes * math.sin(lobes * angle + phase)
        turn = cmath.rect(size, angle)
        return complex(x, y) + turn * radius, turn * complex(slope, radius) * step / 3

    points = [at(n) for n in range(lobes * 4 + 1)]
    drawn = [f"M{_xy(points[0][0])}"]
    for (start, out), (end, into) in itertools.pairwise(points):
        drawn.append(f"C{_xy(start + out)} {_xy(end - into)} {_xy(end)}")
    return "".join(drawn) + "Z"


def _xy(point: complex) -> str:
    return f"{point.real:.1f} {point.imag:.1f}"


@lru_cache
def seal() -> str:
    """A round seal with the gate in it: that a paper is sealed, not what by. Broken lines make its teeth and dots."""
    rings = "".join(
        f'<circle cx="50" cy="50" r="{radius}" fill="none" stroke="{GREEN}" stroke-width="{width}"{broken}/>'
        for radius, width, broken in (
            (47.6, 2.6, ' stroke-dasharray="1.56 1.56"'),
            (43, 1.2, ""),
            (40.6, 0.5, ""),
            (34.5, 2.2, ' stroke-dasharray="2.2 6.83"'),
            (28.5, 0.5, ""),
        )
    )
    return _uri(_svg(100, 100, f'{rings}<path fill="{GREEN}" d="{_gate(32, 63, 1.0)}"/>'))


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
