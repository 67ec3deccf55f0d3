"""A picture of an identity card as staff see it: small, grey, and written over with what it was given for."""

import io

from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.documents.fonts import font_path
from app.kit.words import WORDS

LONGEST_SIDE = 1400
EVERY = 7  # lines of letters between two lines of words
INK = (160, 29, 29, 120)


def watermarked(content: bytes, *, agency: str, number: str, language: str) -> bytes:
    """JPEG of the picture crossed by its purpose. `number`: of the request, as printed."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.grayscale(opened).convert("RGBA")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    words = WORDS.text(language, "documents.watermark", agency=agency, number=number)
    side = 2 * max(picture.size)
    cover = _lines_of(words, side, max(14, max(picture.size) // 32)).rotate(24, Image.Resampling.BILINEAR)
    left, upper = (side - picture.width) // 2, (side - picture.height) // 2
    picture.alpha_composite(cover.crop((left, upper, left + picture.width, upper + picture.height)))
    target = io.BytesIO()
    picture.convert("RGB").save(target, format="JPEG", quality=80)
    return target.getvalue()


def _lines_of(words: str, side: int, size: int) -> Image.Image:
    """A clear square of `side` dots with the words over and over. Raqm joins and orders the Arabic letters."""
    cover = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    font = ImageFont.truetype(font_path("bold"), size, layout_engine=ImageFont.Layout.RAQM)
    line = ImageDraw.Draw(cover)
    width = int(line.textlength(words, font=font)) + 3 * size
    for row, top in enumerate(range(0, side, EVERY * size)):
        for left in range(-width // 2 * (row % 2), side, width):
            line.text((left, top), words, font=font, fill=INK)
    return cover
