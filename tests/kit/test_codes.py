"""Codes as they are printed and as people type them."""

import pytest

from app.kit.codes import ALPHABET, clean_code, new_code, spaced


def test_a_code_has_twelve_characters_that_are_not_taken_for_others() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {12}
    assert not set("".join(codes)) & set("0O1I")


@pytest.mark.parametrize(
    "typed", ["k7m4 q2xa 9hjw", "K7M4-Q2XA-9HJW", " K7M4Q2XA9HJW ", "K٧M٤Q٢XA٩HJW", "K۷M۴Q۲XA۹HJW"]
)
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert clean_code(typed) == "K7M4Q2XA9HJW"


@pytest.mark.parametrize("typed", ["", "K7M4", "K7M4Q2XA9HJ0", "K7M4Q2XA9HJWW", "'; drop table", "²²²²²²²²²²²²"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert clean_code(typed) is None


def test_a_printed_code_reads_back() -> None:
    code = new_code()
    assert clean_code(spaced(code)) == code
    assert len(ALPHABET) == 32
