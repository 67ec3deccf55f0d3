"""What the texts of the portal keep to, as functions over one sentence: spelling, punctuation, digits, agreement.

Wrong spellings are data (tests/support/misspellings.toml); nothing here knows a file or a service.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ARABIC = re.compile(r"[\u0621-\u064a]")
MARKS = re.compile(r"[\u064b-\u0652\u0670]")
BIDI = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
EASTERN_DIGITS = re.compile(r"[\u0660-\u0669\u06f0-\u06f9]")
TATWEEL = re.compile(r"(?<![بلكه])ـ|(?<=[بلك])ـ(?! [\dA-Z«{])")
LATIN_PUNCTUATION = re.compile(r"[,;?](?!\d)")
SPACES = re.compile(r" [،.؟:؛]|[^\S\n]{2,}")
PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
# 3-10 take the plural, 11-99 the singular in the accusative.
AGREEMENT = (
    re.compile(r"(?<![\d.,])(?:[3-9]|10) (?:يوم|يومًا|ساعة|شهر|سنة|ملف|رقم|حرف|ريال|مرافق|صورة|رسالة)(?![ء-ْ])"),
    re.compile(
        r"(?<![\d.,])(?:1[1-9]|[2-9]\d) "
        r"(?:أيام|ساعات|أشهر|سنوات|ملفات|أرقام|حروف|أحرف|ريالات|صور|يوم|رقم|حرف|ريال|ملف)(?![ء-ْ])(?! عمل)"
    ),
)
_WORDS = tomllib.loads((Path(__file__).parent / "misspellings.toml").read_text("utf-8"))
MISSPELLINGS: dict[str, str] = _WORDS["wrong"]
# Right in SMS and PDF texts, where a mark costs a character or prints badly.
PLAIN: frozenset[str] = frozenset(_WORDS["plain"])


def faults(arabic: str, *, plain: bool) -> Iterator[str]:
    """What is wrong with an Arabic sentence. `plain`: it goes into an SMS or a PDF, without any mark."""
    rules = {
        "bidi control character": BIDI,
        "Eastern digits; use 0-9": EASTERN_DIGITS,
        "tatweel": TATWEEL,
        "exclamation mark": re.compile("!"),
        "Latin punctuation": LATIN_PUNCTUATION,
        "space before punctuation, or two": SPACES,
    } | ({"tashkeel in a plain text": MARKS} if plain else {})
    yield from (f"{what}: {arabic}" for what, rule in rules.items() if rule.search(arabic))
    yield from _misspelt(arabic, plain)
    yield from (f"number agreement «{found.group()}»" for rule in AGREEMENT if (found := rule.search(arabic)))


def _misspelt(arabic: str, plain: bool) -> Iterator[str]:
    for word, right in MISSPELLINGS.items():
        dual = word == "يوما" and "يوما عمل" in arabic
        if word not in arabic or (plain and word in PLAIN) or dual:
            continue
        if re.search(rf"(?<![ء-ْ]){word}(?![ء-ْ])", arabic):
            yield f"«{word}» should be «{right}»"


def pair_faults(pair: dict[str, str], known: set[str]) -> Iterator[str]:
    """What is wrong between the two languages of one text. `known`: placeholders there are."""
    for language in ("ar", "en"):
        if not pair[language].strip():
            yield f"{language} is empty"
    in_ar, in_en = (set(PLACEHOLDER.findall(pair[language])) for language in ("ar", "en"))
    if in_ar != in_en:
        yield f"placeholders differ: {sorted(in_ar)} / {sorted(in_en)}"
    if unknown := (in_ar | in_en) - known:
        yield f"unknown placeholders {sorted(unknown)}"
    if "{" in PLACEHOLDER.sub("", pair["ar"] + pair["en"]):
        yield "stray brace"
    if ARABIC.search(pair["en"]):
        yield f"Arabic letters in English: {pair['en']}"


def filled(text: str, samples: dict[str, str], language: str) -> str:
    """The text with its longest samples; English gets Latin letters in the same number."""

    def value(match: re.Match[str]) -> str:
        sample = samples[match.group(1)]
        return "x" * len(sample) if language == "en" and ARABIC.search(sample) else sample

    return PLACEHOLDER.sub(value, text)
