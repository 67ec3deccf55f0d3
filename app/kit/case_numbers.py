"""Numbers of requests and transactions: one place writes them, one place reads them.

A request number is a Hijri year and a serial: «1448/000123» on pages, PDFs and SMS (a slash keeps its order inside
Arabic text, a hyphen is turned round), «1448-000123» in addresses. A transaction number stands apart from its year.
"""

import re

from app.kit.typed import Invalid, compact, matching, plain

WIDTH = 6
_SEPARATORS = r"[\s/\\\u2044\u2215\u060d_.\u2010-\u2015\u2212\-]+"
_YEAR = r"1[3-6]\d\d"
# Heh with tatweel, or AH.
_YEAR_MARKS = "\u0647\u0640HhAa"


def format_number(year: int, serial: int) -> str:
    """As people read it. At least six digits of serial, more when the year needs them."""
    return f"{year}/{serial:0{WIDTH}d}"


def format_address(year: int, serial: int) -> str:
    """As it stands in an address."""
    return f"{year}-{serial:0{WIDTH}d}"


def parse_number(text: str) -> tuple[int, int]:
    """Year and serial of a request number, however it was typed: slash, hyphen, space, Arabic digits, or turned round.

    Raises Invalid("missing") or Invalid("wrong").
    """
    typed = plain(text)
    if not typed:
        raise Invalid("missing")
    found = re.fullmatch(rf"({_YEAR}){_SEPARATORS}(\d{{1,9}})", typed, re.ASCII)
    if found is None:
        # Copied from right-to-left text with a hyphen, the parts arrive in reverse; six digits cannot be a year.
        turned = re.fullmatch(rf"(\d{{{WIDTH},9}}){_SEPARATORS}({_YEAR})", typed, re.ASCII)
        if turned is None:
            raise Invalid
        year, serial = int(turned[2]), int(turned[1])
    else:
        year, serial = int(found[1]), int(found[2])
    if serial == 0:
        raise Invalid
    return year, serial


def find_number(text: str) -> tuple[int, int] | None:
    """As parse_number, or None: for search boxes that take more than numbers."""
    try:
        return parse_number(text)
    except Invalid:
        return None


def format_transaction(serial: int) -> str:
    """A transaction number from the portal's own counter, as people read it."""
    return f"{serial:0{WIDTH}d}"


def transaction_number(text: str) -> str:
    """A transaction number without its year: at least six digits, so that 67, 00067 and 000067 are one number."""
    typed = matching(r"\d{1,12}", text)
    if int(typed) == 0:
        raise Invalid
    return format_transaction(int(typed))


def transaction(text: str) -> str:
    """A transaction with its Hijri year in one box: «number/year». Typed the other way round it is understood too."""
    number, year = parse_transaction(text)
    return f"{number}/{year}"


def parse_transaction(text: str) -> tuple[str, int]:
    """Number and Hijri year out of one box. Raises Invalid("missing") or Invalid("wrong")."""
    typed = plain(text).rstrip(_YEAR_MARKS)
    if not typed:
        raise Invalid("missing")
    parts = re.split(_SEPARATORS, typed)
    if len(parts) != 2:
        raise Invalid
    number, year = parts if re.fullmatch(_YEAR, parts[1], re.ASCII) else reversed(parts)
    return transaction_number(number), hijri_year(year)


def hijri_year(text: str) -> int:
    """A Hijri year as typed or chosen, with or without its mark. Raises Invalid."""
    typed = compact(text).rstrip(_YEAR_MARKS)
    if re.fullmatch(_YEAR, typed, re.ASCII) is None:
        raise Invalid
    return int(typed)
