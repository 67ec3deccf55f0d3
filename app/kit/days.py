"""A day as people type it: 24/11/2026, 2026-11-24 or «24 11 2026», in either calendar, with either set of digits.

Read for events whose civil day counts (a vaccination, a journey), hence kept as the Gregorian day in ISO form.
"""

import re
from datetime import date

from hijridate import Hijri

from app.kit.typed import Invalid, plain

_PARTS = re.compile(r"(\d{1,4})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{1,4})", re.ASCII)
# Years of the published Umm al-Qura table, and of the papers people carry today.
_HIJRI, _GREGORIAN = range(1343, 1501), range(1800, 2201)


def day(text: str) -> str:
    """The day as 2026-11-24. Raises Invalid: missing, wrong, or no_such_day for a day its month does not have."""
    text = plain(text)
    if not text:
        raise Invalid("missing")
    found = _PARTS.fullmatch(text)
    if found is None:
        raise Invalid
    first, month, last = found.groups()
    year, on = (first, last) if len(first) == 4 else (last, first)
    if len(year) != 4 or len(on) > 2:
        raise Invalid
    return _civil(int(year), int(month), int(on)).isoformat()


def _civil(year: int, month: int, on: int) -> date:
    if not 1 <= month <= 12 or on < 1 or (year not in _HIJRI and year not in _GREGORIAN):
        raise Invalid
    try:
        return Hijri(year, month, on).to_gregorian() if year in _HIJRI else date(year, month, on)
    except (ValueError, OverflowError):
        raise Invalid("no_such_day") from None


def typed_day(iso: str) -> str:
    """A kept day as it stands in its box: 24/11/2026."""
    on = date.fromisoformat(iso)
    return f"{on.day}/{on.month}/{on.year}"
