"""Arabic text: what is kept, what is dropped, and what finds what."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit import arabic

any_text = st.text(st.characters(codec=None), max_size=60)
arabic_text = st.text(st.characters(min_codepoint=0x0600, max_codepoint=0x06FF), max_size=40)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("شَهَادَةٌ صِحِّيَّة", "شهاده صحيه"),
        ("مستشفى", "مستشفي"),
        ("بناء", "بنا"),
        ("ﻻ", "لا"),
        ("﷼", "ريال"),
        ("أحمد إبراهيم آمنة ٱلله", "احمد ابراهيم امنه الله"),
        ("مسؤول", "مسوول"),
        ("کتابی", "كتابي"),
        ("هـــنا", "هنا"),
        ("١٢٣ ۴۵۶", "123 456"),
        ("  Permit\t\nNO  ", "permit no"),
        ("ر\u200fق\u200dم", "رقم"),
    ],
)
def test_spellings_of_one_word_fold_to_one_key(written: str, folded: str) -> None:
    assert arabic.fold(written) == folded


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("شهاده صحيه", "خدمة الشهادة الصحية البيطرية"),
        ("الامارة", "موعد في إمارة المنطقة"),
        ("ترميم", "رخص البناء والترميم"),
        ("للبناء", "رخصة بناء"),
        ("بيطرى", "فحص بيطري"),
        ("١٢٣٤٥", "معاملة رقم 12345"),
        ("الصحية الشهادة", "شهادة صحية"),
        ("permit", "Building PERMIT"),
    ],
)
def test_a_search_finds_the_text_whatever_the_spelling(query: str, text: str) -> None:
    assert arabic.matches(query, text)


def test_a_search_needs_every_word() -> None:
    assert not arabic.matches("رخصة هدم", "رخصة بناء")
    assert arabic.matches("", "رخصة بناء")


def test_names_are_found_with_and_without_their_space() -> None:
    assert arabic.fold_spaceless("عبد الله") == arabic.fold_spaceless("عبدالله")


def test_short_words_keep_their_beginning() -> None:
    assert arabic.without_article("الم") == "الم"
    assert arabic.without_article("ولد") == "ولد"


@given(any_text)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = arabic.fold(text)
    assert arabic.fold(once) == once


@given(arabic_text)
def test_a_text_always_finds_itself(text: str) -> None:
    assert arabic.matches(text, text)


@given(any_text)
def test_cleaned_text_can_be_stored_and_is_clean_already(text: str) -> None:
    cleaned = arabic.clean_text(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Co") and letter not in "\n\t" for letter in cleaned)
    assert not arabic.has_bidi_controls(cleaned)
    assert arabic.clean_text(cleaned) == cleaned


@given(any_text)
def test_a_cleaned_line_is_one_line(text: str) -> None:
    line = arabic.clean_line(text)
    assert "\n" not in line
    assert "  " not in line
    assert arabic.clean_line(line) == line


def test_cleaning_keeps_lines_letters_and_emoji_and_drops_what_is_invisible() -> None:
    assert arabic.clean_text("سطر\r\nآخر\u2028ثالث") == "سطر\nآخر\nثالث"
    assert arabic.clean_text("a\x00b\ud800c\u202ed\u2066e\u200ff\ufffeg\ufeffh\ue003i") == "abcdefghi"
    assert arabic.clean_text("👨\u200d👩") == "👨\u200d👩"
    assert arabic.clean_line(" خالد\t بن \n علي ") == "خالد بن علي"


def test_what_was_typed_decomposed_is_stored_composed() -> None:
    assert arabic.clean_text("ا\u0654حمد") == "أحمد"


def test_taking_vowel_marks_away_keeps_hamza_and_madda() -> None:
    assert arabic.strip_tashkeel("مُؤَسَّسَةٌ آ ا\u0654") == "مؤسسة آ أ"
    assert arabic.strip_tashkeel("café") == "café"


def test_both_sets_of_eastern_digits_become_western() -> None:
    assert arabic.western_digits("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹") == "01234567890123456789"


@pytest.mark.parametrize("control", list(arabic.CONTROLS))
def test_direction_controls_are_seen_and_stripped(control: str) -> None:
    assert arabic.has_bidi_controls(f"exe{control}fdp")
    assert arabic.strip_bidi(f"exe{control}fdp") == "exefdp"


def test_direction_marks_are_stripped_but_are_no_reason_to_refuse() -> None:
    assert not arabic.has_bidi_controls("\u200e12\u200f\u061c")
    assert arabic.strip_direction_marks("\u200e12\u200f\u061c") == "12"


@pytest.mark.parametrize("marks", ["\u0316\u0301", "\u0f73\u0f75", "\u0f81", "\uff9e\u0316"])
@pytest.mark.parametrize("form", ["NFC", "NFKC"])
def test_a_letter_bears_no_more_marks_than_can_be_put_in_order_at_once(form: arabic.Form, marks: str) -> None:
    """Thousands of them would hold up everybody: as many minutes as a form may send."""
    composed = arabic.normalize(form, f"a{marks * 1000} b{marks * 5}c")
    taken_apart = unicodedata.normalize("NFD" if form == "NFC" else "NFKD", composed)
    chains = "".join("m" if unicodedata.combining(letter) else " " for letter in taken_apart).split()
    assert all(len(chain) <= 2 * arabic.MOST_MARKS for chain in chains)
    assert composed[-1] == "c"
    written = f"a{marks * 5}b\u0301 --{'-' * 50}"
    assert arabic.normalize(form, written) == unicodedata.normalize(form, written)


@pytest.mark.parametrize("clean", [arabic.clean_text, arabic.clean_line, arabic.strip_tashkeel, arabic.fold])
def test_text_is_never_composed_in_another_way(clean: Callable[[str], str]) -> None:
    assert len(clean("a" + "\u0316\u0301" * 1000)) <= 1 + arabic.MOST_MARKS
