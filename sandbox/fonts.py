"""The typeface of the pages: the font package the portal draws its documents with, when it is installed."""

from importlib.util import find_spec
from pathlib import Path

FILES = {"400": "IBMPlexSansArabic-Regular.ttf", "600": "IBMPlexSansArabic-SemiBold.ttf"}


def find_font(weight: str) -> Path | None:
    package = find_spec("fontpkg_ibm_plex_sans_arabic")
    if package is None or package.origin is None or weight not in FILES:
        return None
    file = Path(package.origin).parent / "files" / FILES[weight]
    return file if file.is_file() else None
