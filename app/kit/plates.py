"""Saudi vehicle plates: three of seventeen letters and one to four digits.

Stored in Arabic reading order, letters before digits («ابح 1234»). The Latin side of a plate prints the same letters
under the Arabic ones, so read from the left it has them in reverse.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from app.kit.typed import Invalid, compact

TEXTS = Path(__file__).parent.parent / "texts" / "plates.toml"
# Spellings of plate letters that keyboards give: alef with hamza or madda, yeh with dots, Persian yeh and kaf, tatweel.
_SPELLINGS = str.maketrans(
    {"\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627"}
    | {"\u064a": "\u0649", "\u06cc": "\u0649", "\u06a9": "\u0643", "\u0640": ""}
)


@cache
def _letters() -> dict[str, str]:
    """Arabic to Latin."""
    rows = tomllib.loads(TEXTS.read_text("utf-8"))["letters"].values()
    return {row["ar"]: row["en"] for row in rows}


def plate(text: str) -> str:
    """The plate as stored, from either script and with the digits on either side."""
    typed = compact(text).upper().translate(_SPELLINGS)
    found = re.fullmatch(r"(\D{3})(\d{1,4})|(\d{1,4})(\D{3})", typed, re.ASCII)
    if found is None:
        raise Invalid
    letters = _in_arabic(found[1] or found[4])
    number = int(found[2] or found[3])
    if number == 0:
        raise Invalid
    return f"{letters} {number}"


def _in_arabic(letters: str) -> str:
    if all(letter in _letters() for letter in letters):
        return letters
    arabic = {latin: letter for letter, latin in _letters().items()}
    if not all(letter in arabic for letter in letters):
        raise Invalid
    return "".join(arabic[letter] for letter in reversed(letters))


def plate_spaced(stored: str) -> str:
    """As printed in Arabic, letters apart so that they do not join."""
    letters, number = stored.split(" ")
    return f"{' '.join(letters)} {number}"


def plate_latin(stored: str) -> str:
    """As printed in Latin: «JBA 1234»."""
    letters, number = stored.split(" ")
    return f"{''.join(_letters()[letter] for letter in reversed(letters))} {number}"
