"""Lengths of messages, as the networks count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.sms_text import measure, sms_ready


@pytest.mark.parametrize(
    ("text", "coding", "units", "parts"),
    [
        ("", "GSM", 0, 0),
        ("a" * 160, "GSM", 160, 1),
        ("a" * 161, "GSM", 161, 2),
        ("a" * 306, "GSM", 306, 2),
        ("a" * 307, "GSM", 307, 3),
        ("€" * 80, "GSM", 160, 1),
        ("ب" * 70, "UCS-2", 70, 1),
        ("ب" * 71, "UCS-2", 71, 2),
        ("ب" * 134, "UCS-2", 134, 2),
        ("ب" * 135, "UCS-2", 135, 3),
        ("a" * 100 + "“", "UCS-2", 101, 2),
        ("🙂" * 35, "UCS-2", 70, 1),
    ],
)
def test_parts_are_counted_in_the_units_of_the_coding(text: str, coding: str, units: int, parts: int) -> None:
    measured = measure(text)
    assert (measured.coding, measured.units, measured.parts) == (coding, units, parts)


def test_a_letter_of_two_units_is_never_cut() -> None:
    assert measure("a" * 152 + "€" + "a" * 152).parts == 3
    assert measure("ب" * 66 + "🙂" + "ب" * 66).parts == 3


@given(st.text(max_size=400))
def test_more_text_never_takes_fewer_parts(text: str) -> None:
    assert measure(text[: len(text) // 2]).parts <= measure(text).parts


@given(st.text(max_size=200))
def test_making_a_text_ready_is_done_once_and_never_longer(text: str) -> None:
    ready = sms_ready(text)
    assert sms_ready(ready) == ready


def test_a_message_carries_no_marks_nor_direction_characters() -> None:
    assert sms_ready("طلبُكَ \u20681448/000123\u2069  مُكتمِل\u200f\nشكرًا") == "طلبك 1448/000123 مكتمل\nشكرا"
