"""Request and transaction numbers: written in one way, read in every way people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit import case_numbers
from app.kit.typed import Invalid

years = st.integers(1400, 1500)
serials = st.integers(1, 10**9 - 1)
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def test_a_number_has_a_slash_for_people_and_a_hyphen_in_addresses() -> None:
    assert case_numbers.format_number(1448, 123) == "1448/000123"
    assert case_numbers.format_address(1448, 123) == "1448-000123"
    assert case_numbers.format_number(1448, 1234567) == "1448/1234567"


@given(years, serials)
def test_every_number_written_is_read_back(year: int, serial: int) -> None:
    written = case_numbers.format_number(year, serial)
    for spelling in (
        written,
        case_numbers.format_address(year, serial),
        written.translate(EASTERN),
        f" {year} {serial} ",
    ):
        assert case_numbers.parse_number(spelling) == (year, serial)


@pytest.mark.parametrize(
    "text",
    [
        "1448/000123",
        "1448-000123",
        "1448 123",
        "١٤٤٨/٠٠٠١٢٣",
        "۱۴۴۸-۱۲۳",
        "1448 / 000123",
        "1448–000123",
        "1448\\123",
        "000123-1448",
        "\u200f1448/123",
    ],
)
def test_a_number_is_understood_with_any_separator_and_digits(text: str) -> None:
    assert case_numbers.parse_number(text) == (1448, 123)
    assert case_numbers.find_number(text) == (1448, 123)


@pytest.mark.parametrize(
    "text", ["1448", "2026/000123", "1448/0", "1448/12a", "123/1448", "1448/1234567890", "1448000123", "x1448/123"]
)
def test_other_texts_are_no_request_number(text: str) -> None:
    with pytest.raises(Invalid):
        case_numbers.parse_number(text)
    assert case_numbers.find_number(text) is None


@given(st.integers(1, 10**12 - 1))
def test_leading_zeros_do_not_make_another_transaction(serial: int) -> None:
    written = case_numbers.format_transaction(serial)
    assert case_numbers.transaction_number(str(serial)) == written
    assert case_numbers.transaction_number(f"0{written}"[-12:]) == written


@pytest.mark.parametrize("text", ["67/1447", "٦٧/١٤٤٧", "1447/00067", "00067 - 1447", "67 1447هـ"])
def test_a_transaction_and_its_year_are_read_from_one_box(text: str) -> None:
    assert case_numbers.transaction(text) == "000067/1447"


@pytest.mark.parametrize("text", ["67", "67/2026", "67/1447/1", "0/1447", "a/1447"])
def test_a_transaction_without_number_or_hijri_year_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        case_numbers.parse_transaction(text)
    assert refused.value.code == "wrong"


def test_a_hijri_year_may_carry_its_mark() -> None:
    assert case_numbers.hijri_year("1448هـ") == case_numbers.hijri_year("١٤٤٨") == 1448


@pytest.mark.parametrize("text", ["2026", "48", "14480", "هـ"])
def test_a_year_of_another_calendar_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        case_numbers.hijri_year(text)
