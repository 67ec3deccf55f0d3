"""How long a text is as an SMS. One letter outside the GSM alphabet turns the whole message into UCS-2."""

from dataclasses import dataclass
from math import ceil

from app.kit.arabic import strip_bidi, strip_tashkeel

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Sent as an escape and a letter.
_GSM_DOUBLE = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True)
class Measure:
    """Units are septets in GSM and 16-bit units in UCS-2."""

    coding: str
    units: int
    parts: int


def measure(text: str) -> Measure:
    """Coding, units and parts of a message. An empty text has no parts."""
    if all(letter in _GSM or letter in _GSM_DOUBLE for letter in text):
        sizes = [2 if letter in _GSM_DOUBLE else 1 for letter in text]
        return Measure("GSM", sum(sizes), _parts(sizes, single=160, joined=153))
    sizes = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return Measure("UCS-2", sum(sizes), _parts(sizes, single=70, joined=67))


def _parts(sizes: list[int], *, single: int, joined: int) -> int:
    """Parts of a message; a letter of two units is never cut, so a part may end one unit early."""
    if sum(sizes) <= single:
        return ceil(sum(sizes) / single)
    parts, free = 1, joined
    for size in sizes:
        if size > free:
            parts, free = parts + 1, joined
        free -= size
    return parts


def sms_ready(text: str) -> str:
    """A text as it goes to the gateway: no vowel marks and direction characters, each of which costs a unit."""
    lines = strip_bidi(strip_tashkeel(text)).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines).strip()
