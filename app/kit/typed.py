"""What a person typed where an identifier belongs, before anybody asks which identifier it is.

The first step of every reader in `app.kit.identifiers`; not for names and free text (`app.kit.arabic`).
"""

import re

from app.kit.arabic import has_bidi_controls, strip_direction_marks, western_digits

_GAPS = re.compile(r"[\s\u00ad\u2010-\u2015\u2212\-]+")
# Longer than any identifier with its spaces; a text of a megabyte is refused before a pattern sees it.
_LONGEST = 320


class Invalid(ValueError):
    """It cannot be such an identifier. `code` names the error text of its type: `common.errors.<type>.<code>`."""

    def __init__(self, code: str = "wrong") -> None:
        super().__init__(code)
        self.code = code


def plain(text: str) -> str:
    """Trimmed, with Western digits and without direction marks. Raises Invalid for bidi controls, NUL or length."""
    if len(text) > _LONGEST or has_bidi_controls(text) or "\x00" in text:
        raise Invalid
    return western_digits(strip_direction_marks(text)).strip()


def compact(text: str) -> str:
    """As `plain`, and without spaces and hyphens. Raises Invalid("missing") when nothing is left."""
    text = _GAPS.sub("", plain(text))
    if not text:
        raise Invalid("missing")
    return text


def matching(pattern: str, text: str) -> str:
    """The compact text if all of it fits the pattern. Raises Invalid."""
    text = compact(text)
    # ASCII only: in Python \d also matches digits of forty other scripts.
    if re.fullmatch(pattern, text, re.ASCII) is None:
        raise Invalid
    return text
