"""Counts, amounts and file sizes in words that agree with them, with Western digits in both languages.

Money is held in minor units (halalas, dirhams, fils): whole numbers, never floats.
"""

from decimal import ROUND_CEILING, Decimal, InvalidOperation

from app.kit.arabic import strip_tashkeel
from app.kit.plurals import category
from app.kit.typed import Invalid, plain
from app.kit.words import WORDS

MINOR = 100
_KILO = 1024
# One hundred thousand million: beyond any fee, within any column.
_MOST_MINOR = 10**13
_ARABIC_DECIMAL, _ARABIC_THOUSANDS = "\u066b", "\u066c"


def category_of(language: str, count: int | Decimal) -> str:
    """The CLDR plural category, fractions included: those are always «other»."""
    whole = int(count)
    return category(language, whole) if whole == count else "other"


def grouped(count: int) -> str:
    """1,250,000."""
    return f"{count:,}"


def figure(minor: int) -> str:
    """An amount in figures alone: 1,250 or 1,250.50."""
    whole, rest = divmod(abs(minor), MINOR)
    text = f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"
    return f"-{text}" if minor < 0 else text


def amount(minor: int, currency: str, language: str, *, plain_text: bool = False) -> str:
    """The placeholder {amount}: figure and currency word in agreement. `plain_text` has no marks, for SMS and PDF.

    Money in a currency that we have no word for came by somebody's mistake: it is named by its code.
    """
    known = WORDS.raw["numbers"]["currencies"]
    if currency not in known:
        return f"{figure(minor)} {currency}"
    forms = known[currency][language]
    text = str(forms[category_of(language, Decimal(minor) / MINOR)].format(count=figure(minor)))
    return strip_tashkeel(text) if plain_text else text


def read_amount(text: str) -> int:
    """Minor units of an amount as typed: 1250.50, 1,250, with Arabic digits and separators. Raises Invalid."""
    typed = plain(text).replace(_ARABIC_DECIMAL, ".").replace(_ARABIC_THOUSANDS, ",").replace(",", "")
    if not typed:
        raise Invalid("missing")
    if not typed.isascii() or not typed.replace(".", "", 1).isdigit():
        raise Invalid
    try:
        minor = Decimal(typed) * MINOR
    except InvalidOperation:
        raise Invalid from None
    if minor != int(minor) or minor > _MOST_MINOR:
        raise Invalid
    return int(minor)


def read_count(text: str, *, least: int | None = None, most: int | None = None) -> int:
    """A whole number as typed. Raises Invalid: missing, wrong, too_small, too_big."""
    typed = plain(text).replace(_ARABIC_THOUSANDS, "").replace(",", "")
    if not typed:
        raise Invalid("missing")
    if not typed.isascii() or not typed.isdigit() or len(typed) > 12:
        raise Invalid
    count = int(typed)
    if least is not None and count < least:
        raise Invalid("too_small")
    if most is not None and count > most:
        raise Invalid("too_big")
    return count


def file_size(size: int, language: str) -> str:
    """The placeholder {size}. Rounded up to a tenth, so that a file over its limit never reads as equal to it."""
    if size < _KILO:
        return WORDS.text(language, "numbers.sizes.bytes", count=size)
    unit, name = (_KILO, "kilobytes") if size <= _KILO * (_KILO - 1) else (_KILO**2, "megabytes")
    tenths = (Decimal(size) / unit).quantize(Decimal("0.1"), rounding=ROUND_CEILING)
    count = f"{int(tenths):,}" if tenths == int(tenths) else f"{tenths:,}"
    return WORDS.text(language, f"numbers.sizes.{name}", count=count)
