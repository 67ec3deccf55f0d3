"""Saudi plates in both scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.plates import plate, plate_latin, plate_spaced
from app.kit.typed import Invalid

ARABIC = "ابحدرسصطعقكلمنهوى"
plates = st.builds(
    lambda letters, number: f"{letters} {number}", st.text(ARABIC, min_size=3, max_size=3), st.integers(1, 9999)
)


@given(plates)
def test_both_prints_of_a_plate_are_read_back_as_the_same_plate(stored: str) -> None:
    assert plate(stored) == stored
    assert plate(plate_spaced(stored)) == stored
    assert plate(plate_latin(stored)) == stored


@pytest.mark.parametrize(
    "text", ["أ ب ح ١٢٣٤", "ابح1234", "1234 ا ب ح", "١٢٣٤ أبح", "JBA 1234", "jba-1234", "1234 JBA", "إبح 1234"]
)
def test_a_plate_is_the_same_however_it_is_typed(text: str) -> None:
    assert plate(text) == "ابح 1234"


def test_letters_of_a_keyboard_become_letters_of_plates() -> None:
    assert plate("ي ک هـ 7") == "ىكه 7"
    assert plate_latin("ىكه 7") == "HKV 7"


@pytest.mark.parametrize(
    "text", ["ابج 1234", "اب 1234", "ابحد 1234", "ابح 12345", "ابح", "1234", "JQA 1234", "JبA 1234", "ابح 0000"]
)
def test_what_is_no_plate_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        plate(text)
    assert refused.value.code == "wrong"
