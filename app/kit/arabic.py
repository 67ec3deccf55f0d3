"""Arabic text as people type it: cleaning for storage, folding for search, digits for comparison.

What is stored is what the person wrote, cleaned (`clean_text`, `clean_line`). A folded copy (`fold`) stands beside it
for search only: never for display, sorting, or deciding whether two legal names are equal.
"""

import re
import unicodedata
from typing import Literal

Form = Literal["NFC", "NFKC"]
# Left-to-right, right-to-left and Arabic letter mark: they come along when text is copied, mean nothing as input.
MARKS = "\u200e\u200f\u061c"
# Embeddings, overrides and isolates reorder what follows them: the tool of «exe.fdp».
CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

_WITHOUT_MARKS = {ord(letter): None for letter in MARKS}
_WITHOUT_BIDI = _WITHOUT_MARKS | {ord(letter): None for letter in CONTROLS}
# Arabic-Indic and Persian digits. `str.isdigit` and `\d` accept them too, so this comes before any check.
_DIGITS = {start + digit: str(digit) for start in (0x0660, 0x06F0) for digit in range(10)}

_ALEF, _YEH, _WAW, _HEH, _KAF, _LAM = "\u0627", "\u064a", "\u0648", "\u0647", "\u0643", "\u0644"
_FOLDED = _DIGITS | {
    **dict.fromkeys(map(ord, "\u0623\u0625\u0622\u0671\u0672\u0673\u0675"), _ALEF),
    **dict.fromkeys(map(ord, "\u0649\u06cc\u0626"), _YEH),
    ord("\u0624"): _WAW,
    **dict.fromkeys(map(ord, "\u0629\u06c1"), _HEH),
    ord("\u06a9"): _KAF,
    # Tatweel, and the hamza that stands alone.
    **dict.fromkeys(map(ord, "\u0640\u0621")),
}
# Invisible letters with a job: joiners inside words, Arabic number and verse signs.
_KEPT_FORMATS = frozenset("\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd")
# Marks on one letter, more than any language writes: to put them in order takes a time like the square of their number.
MOST_MARKS = 30
# A run in which there may be more: two marks of Japanese count as letters as long as they are half as wide.
_MANY_MARKS = re.compile(rf"(?:[^\w\s]|[\uff9e\uff9f]){{{MOST_MARKS + 1},}}")
_UNSEARCHED = frozenset({"Mn", "Cf", "Cs", "Cc"})
_ARTICLE = _ALEF + _LAM
_BA, _FA = "\u0628", "\u0641"
# Longest first. A word keeps at least three letters, or «ولد» and «الم» would lose their own beginning.
_PREFIXES = (_WAW + _ARTICLE, _BA + _ARTICLE, _KAF + _ARTICLE, _FA + _ARTICLE, _ARTICLE, _LAM + _LAM)
_SHORTEST = 3


def western_digits(text: str) -> str:
    """The text with Arabic-Indic and Persian digits turned into 0-9."""
    return text.translate(_DIGITS)


def strip_direction_marks(text: str) -> str:
    """The text without LRM, RLM and ALM."""
    return text.translate(_WITHOUT_MARKS)


def strip_bidi(text: str) -> str:
    """The text without marks, embeddings, overrides and isolates: for names, texts and file names."""
    return text.translate(_WITHOUT_BIDI)


def has_bidi_controls(text: str) -> bool:
    """Whether it holds an embedding, override or isolate: reason to refuse an identifier."""
    return any(letter in CONTROLS for letter in text)


def normalize(form: Form, text: str) -> str:
    """As unicodedata's, in a time that grows with the text alone: marks that no letter bears are left out."""
    if unicodedata.is_normalized(form, text):
        return text  # at a glance: its marks stand in order
    return unicodedata.normalize(form, _MANY_MARKS.sub(_borne, text))


def _borne(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for letter in run[0]:
        # Some are marks only when they are taken apart.
        marks = marks + 1 if unicodedata.combining(unicodedata.normalize("NFKD", letter)[0]) else 0
        if marks <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def strip_tashkeel(text: str) -> str:
    """The text without vowel marks. Composed first, so that a hamza or madda on its alef is kept."""
    composed = normalize("NFC", text)
    return "".join(letter for letter in composed if not _is_tashkeel(letter))


def _is_tashkeel(letter: str) -> bool:
    return "\u0610" <= letter <= "\u06ed" and unicodedata.category(letter) == "Mn"


def clean_text(text: str) -> str:
    """Text of several lines as it may be stored: NFC, no NUL, surrogates, private, control or direction characters."""
    if text.replace("\n", "").isprintable():
        return normalize("NFC", text).strip()  # none of these is in it
    unified = re.sub("\r\n?|[\u2028\u2029\x85\x0b\x0c]", "\n", text)
    return normalize("NFC", "".join(letter for letter in unified if _is_storable(letter))).strip()


def clean_line(text: str) -> str:
    """Text of one line (a name, a subject, a file name): as clean_text, and every run of white space is one space."""
    return " ".join(clean_text(text).split())


def _is_storable(letter: str) -> bool:
    if letter in "\n\t":
        return True
    category = unicodedata.category(letter)
    if category == "Cf":
        return letter in _KEPT_FORMATS
    point = ord(letter)
    is_noncharacter = 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE
    return category not in ("Cc", "Cs", "Co") and not is_noncharacter


def fold(text: str) -> str:
    """The search key: one spelling for hamza, yeh, teh marbuta, digits, case; no marks, tatweel or double spaces."""
    # Twice: small letters of some ligatures are again composed ones.
    lowered = normalize("NFKC", normalize("NFKC", text).casefold())
    bare = "".join(letter for letter in lowered if letter.isspace() or unicodedata.category(letter) not in _UNSEARCHED)
    return " ".join(bare.translate(_FOLDED).split())


def fold_spaceless(text: str) -> str:
    """The second search key of names, written with and without a space («عبد الله», «عبدالله»)."""
    return fold(text).replace(" ", "")


def without_article(word: str) -> str:
    """A folded word without the article and the letters written together with it, if enough of it remains."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST:
            return word[len(prefix) :]
    return word


def search_words(query: str) -> list[str]:
    """The folded words of a query, bare of articles: each is to be found somewhere inside a folded text."""
    return [without_article(word) for word in re.findall(r"\w+", fold(query))]


def matches(query: str, text: str) -> bool:
    """Whether every word of the query stands inside the text, whatever the spelling. An empty query matches all."""
    folded = fold(text)
    return all(word in folded for word in search_words(query))
