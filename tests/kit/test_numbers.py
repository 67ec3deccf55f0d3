"""Counts, amounts and sizes agree with their nouns."""

from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from app.kit import numbers
from app.kit.typed import Invalid
from app.kit.words import WORDS


@pytest.mark.parametrize(
    ("count", "category"),
    [
        (0, "zero"),
        (1, "one"),
        (2, "two"),
        (3, "few"),
        (10, "few"),
        (11, "many"),
        (99, "many"),
        (100, "other"),
        (102, "other"),
        (103, "few"),
        (111, "many"),
        (1000, "other"),
        (Decimal("1.5"), "other"),
        (Decimal("2.00"), "two"),
    ],
)
def test_arabic_counts_take_the_form_of_their_number(count: int | Decimal, category: str) -> None:
    assert numbers.category_of("ar", count) == category


@given(st.sampled_from(["ar", "en"]), st.integers(0, 10**7))
def test_forms_are_those_of_the_unicode_consortium(language: str, count: int) -> None:
    assert numbers.category_of(language, count) == Locale(language).plural_form(count)


def test_english_counts_have_two_forms() -> None:
    assert [numbers.category_of("en", count) for count in (0, 1, 2, Decimal("1.5"))] == [
        "other",
        "one",
        "other",
        "other",
    ]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "لا طلبات"),
        (1, "طلب واحد"),
        (2, "طلبان"),
        (3, "3 طلبات"),
        (11, "11 طلبًا"),
        (100, "100 طلب"),
        (103, "103 طلبات"),
    ],
)
def test_the_sentences_of_the_portal_follow_the_same_forms(count: int, sentence: str) -> None:
    assert WORDS.plural("ar", "requests", count) == sentence


@pytest.mark.parametrize(
    ("minor", "arabic", "english"),
    [
        (0, "0 ريال سعودي", "SAR 0"),
        (100, "ريال سعودي واحد", "SAR 1"),
        (200, "ريالان سعوديان", "SAR 2"),
        (300, "3 ريالات سعودية", "SAR 3"),
        (1100, "11 ريالًا سعوديًا", "SAR 11"),
        (10000, "100 ريال سعودي", "SAR 100"),
        (125000, "1,250 ريالًا سعوديًا", "SAR 1,250"),
        (125050, "1,250.50 ريال سعودي", "SAR 1,250.50"),
    ],
)
def test_an_amount_agrees_with_its_currency(minor: int, arabic: str, english: str) -> None:
    assert numbers.amount(minor, "SAR", "ar") == arabic
    assert numbers.amount(minor, "SAR", "en") == english


def test_an_amount_in_an_sms_has_no_marks() -> None:
    assert numbers.amount(125000, "SAR", "ar", plain_text=True) == "1,250 ريالا سعوديا"


def test_the_riyal_of_one_country_is_not_that_of_another() -> None:
    assert numbers.amount(10000, "QAR", "ar") == "100 ريال قطري"
    assert numbers.amount(10000, "QAR", "en") == "QAR 100"
    assert numbers.amount(300, "AED", "ar") == "3 دراهم إماراتية"


@given(st.integers(0, 10**12))
def test_every_amount_in_figures_is_read_back(minor: int) -> None:
    assert numbers.read_amount(numbers.figure(minor)) == minor


def test_a_refund_keeps_its_sign() -> None:
    assert numbers.figure(-125050) == "-1,250.50"


@pytest.mark.parametrize("text", ["1250.50", "١٢٥٠٫٥٠", "1,250.5", "١٬٢٥٠٫٥", " 1250.50 "])
def test_amounts_are_read_in_both_digit_sets(text: str) -> None:
    assert numbers.read_amount(text) == 125050


@pytest.mark.parametrize("text", ["", "1.234", "-5", "1e5", "inf", "1.2.3", ".", "9" * 20, "خمسة", "²"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        numbers.read_amount(text)


def test_a_count_outside_its_limits_says_which_way() -> None:
    codes = []
    for text in ("", "x", "²", "0", "11"):
        with pytest.raises(Invalid) as refused:
            numbers.read_count(text, least=1, most=10)
        codes.append(refused.value.code)
    assert codes == ["missing", "wrong", "wrong", "too_small", "too_big"]
    assert numbers.read_count("١٠", least=1, most=10) == 10


@pytest.mark.parametrize(
    ("size", "arabic", "english"),
    [
        (0, "0 بايت", "0 bytes"),
        (1023, "1023 بايت", "1023 bytes"),
        (1024, "1 كيلوبايت", "1 KB"),
        (1536, "1.5 كيلوبايت", "1.5 KB"),
        (1024 * 1023 + 1, "1 ميغابايت", "1 MB"),
        (5 * 1024**2, "5 ميغابايت", "5 MB"),
        (5 * 1024**2 + 1, "5.1 ميغابايت", "5.1 MB"),
    ],
)
def test_sizes_are_rounded_up(size: int, arabic: str, english: str) -> None:
    assert numbers.file_size(size, "ar") == arabic
    assert numbers.file_size(size, "en") == english
