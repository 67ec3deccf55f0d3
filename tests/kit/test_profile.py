"""A profile that cannot be understood says which file and what in it, instead of a traceback."""

from pathlib import Path

import pytest

from app.kit.profile import DEMO, ProfileError, load


@pytest.mark.parametrize(
    "wrong",
    [
        '[[agencies]]\nid = "a"\nar = "أ"\nen = "A"\ncolour = "green"',
        '[[agencies]]\nid = "a"\nar = "أ"',
        '[[agencies]]\nid = "a"\nar = "أ"\nen = "A"\nzone = "Nowhere/Land"',
        '[[offices]]\nid = "o"\nagency = "nobody"\nar = "م"\nen = "O"',
        "[[agencies",
    ],
)
def test_what_is_wrong_is_told_with_the_file(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "office.toml"
    path.write_text(wrong, "utf-8")
    with pytest.raises(ProfileError, match=r"office\.toml"):
        load(path)


def test_the_demonstration_is_understood_and_is_no_official_site() -> None:
    profile = load(DEMO)
    assert profile.agency("emirate").name["ar"]
    assert not profile.official


def test_a_day_named_alone_is_hijri_where_people_count_so() -> None:
    profile = load(DEMO)
    assert profile.agency("emirate").counts_hijri
    assert not profile.agency("ministry").counts_hijri


FEE = '[[fees]]\nservice = "a"\namount = {amount}\nfrom = {since}\n{more}\n'


@pytest.mark.parametrize(
    "fees",
    [
        FEE.format(amount=0, since="2026-01-01", more=""),
        FEE.format(amount="60.5", since="2026-01-01", more=""),
        FEE.format(amount=6000, since='"soon"', more=""),
        FEE.format(amount=6000, since="2026-01-01", more='colour = "green"'),
        FEE.format(amount=6000, since="2026-01-01", more="") + FEE.format(amount=7000, since="2026-06-01", more=""),
    ],
)
def test_a_fee_that_cannot_be_asked_for_is_told_with_the_file(tmp_path: Path, fees: str) -> None:
    path = tmp_path / "office.toml"
    path.write_text(fees, "utf-8")
    with pytest.raises(ProfileError, match=r"office\.toml"):
        load(path)
