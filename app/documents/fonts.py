"""The letters papers are printed with: IBM Plex Sans Arabic, which holds the joined forms that xhtml2pdf draws with.

A font without these forms prints every Arabic word as black boxes and only logs a warning, so the portal checks it at
start.
"""

from functools import lru_cache
from pathlib import Path

import fontpkg_ibm_plex_sans_arabic as plex
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

FAMILY = "Plex"
FOLDER = Path(plex.ROOT) / "files"
FACES = {"normal": "IBMPlexSansArabic-Regular.ttf", "bold": "IBMPlexSansArabic-SemiBold.ttf"}
# Presentation forms of the 28 letters, hamza and ta marbuta (U+FE80-FEF4) and lam-alef (U+FEF5-FEFC), printable ASCII,
# Arabic-Indic digits, and the marks of Arabic sentences.
NEEDED = (*range(0xFE80, 0xFEFD), *range(0x20, 0x7F), *range(0x660, 0x66A), *map(ord, "،؛؟«»–—"))


class FontUnfit(Exception):
    """A configured font lacks letters; papers made with it would show boxes."""


def font_path(face: str = "normal") -> Path:
    return FOLDER / FACES[face]


@lru_cache
def covered(face: str = "normal") -> frozenset[int]:
    """Code points the face can draw."""
    with TTFont(font_path(face), lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache
def advances(face: str = "bold") -> dict[int, float]:
    """The width of each code point as a part of the type size; Arabic letters as they stand alone, which is widest."""
    with TTFont(font_path(face)) as font:
        widths, size = font["hmtx"], font["head"].unitsPerEm
        return {code: widths[name][0] / size for code, name in font.getBestCmap().items()}


def check_fonts() -> None:
    """Raises FontUnfit; called when the application starts."""
    for face, name in FACES.items():
        missing = sorted(set(NEEDED) - covered(face))
        if missing:
            raise FontUnfit(f"{name} lacks " + " ".join(f"U+{code:04X}" for code in missing[:8]))


@lru_cache
def glyph_outline(letter: str, face: str = "bold") -> tuple[str, float, float]:
    """An SVG path of one letter (y upwards, in font units), its advance width and the height of capitals."""
    with TTFont(font_path(face)) as font:
        glyphs = font.getGlyphSet()
        name = font.getBestCmap()[ord(letter)]
        pen = SVGPathPen(glyphs)
        glyphs[name].draw(pen)
        return pen.getCommands(), glyphs[name].width, font["OS/2"].sCapHeight
