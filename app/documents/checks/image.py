"""Images are decoded and written anew: what is not picture (place, camera, text after the end) does not come along."""

import io
import warnings
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from app.documents.checks.kinds import JPEG, PNG, FileKind
from app.documents.errors import TooManyPixels, UnsafeFile, WrongFile

MOST_PIXELS = 40_000_000
MOST_UNPACKED = 100_000_000  # bytes of a decoded PNG, which has no smaller way to be read
# A page of A4 at 340 dots an inch; more is weight that nobody reads.
LONGEST_SIDE = 4000
FORMATS = {JPEG.id: ("JPEG", "MPO"), PNG.id: ("PNG",)}


@dataclass(frozen=True)
class CheckedImage:
    content: bytes
    width: int
    height: int


def check_image(content: bytes, kind: FileKind) -> CheckedImage:
    """The picture re-encoded, turned upright, at most 4000 dots a side, without metadata.

    Raises TooManyPixels over 40 megapixels (read from the header, before decoding), UnsafeFile for moving pictures and
    decompression bombs, WrongFile for what cannot be decoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS[kind.id]) as picture:
                return _reencoded(_opened(picture), kind)
    except Image.DecompressionBombError as bomb:
        raise TooManyPixels(limit=MOST_PIXELS // 1_000_000) from bomb
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as broken:
        raise WrongFile from broken


def _opened(picture: Image.Image) -> Image.Image:
    dots = picture.width * picture.height
    if dots > MOST_PIXELS or (picture.format == "PNG" and dots * len(picture.getbands()) > MOST_UNPACKED):
        raise TooManyPixels(limit=MOST_PIXELS // 1_000_000)
    # MPO is how telephones store one photograph with a preview; its first frame is the photograph.
    if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
        raise UnsafeFile
    # A JPEG can be decoded at half or quarter size at once, which keeps a 40-megapixel photograph out of memory.
    picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    return picture


def _reencoded(picture: Image.Image, kind: FileKind) -> CheckedImage:
    if picture.mode.startswith("I"):  # grey of 16 bits, which would come out white
        picture = picture.point(lambda level: level / 256).convert("L")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain, options = _as_written(ImageOps.exif_transpose(picture), kind)
    # Comments, profiles and text travel in `info`, and some of it would be written again unasked.
    plain.info = {}
    target = io.BytesIO()
    plain.save(target, **options)
    return CheckedImage(target.getvalue(), plain.width, plain.height)


def _as_written(picture: Image.Image, kind: FileKind) -> tuple[Image.Image, dict[str, Any]]:
    if kind is JPEG:
        return picture.convert("RGB"), {"format": "JPEG", "quality": 88}
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    return picture.convert("RGBA" if has_alpha else "RGB"), {"format": "PNG"}
