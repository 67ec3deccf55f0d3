"""What a stranger reads of a name."""

import pytest

from app.kit.certificate import masked_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Fahad Al Mansour", "F*** Al M***"),
        ("فهد بن عبدالله آل سعود", "ف*** بن ع*** آل س***"),
        ("Li Na", "L*** N***"),
        ("Xu", "X***"),
        ("", ""),
    ],
)
def test_no_name_is_told_whole_however_short_its_words(name: str, shown: str) -> None:
    assert masked_name(name) == shown
