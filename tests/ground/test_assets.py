import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from ground import GroundError, assets

LIGHT_ENOUGH = 60 * 1024


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static") / "dist"
    assert assets.build(folder)
    return folder


@pytest.fixture(scope="module")
def names(built: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((built / "manifest.json").read_text("utf-8"))
    return found


def test_every_name_in_the_manifest_is_a_file_named_by_its_content(built: Path, names: dict[str, str]) -> None:
    assert {"portal.css", "tokens.css", "icons.svg", "htmx.js"} <= set(names)
    for name, hashed in names.items():
        assert (built / hashed).is_file()
        assert re.fullmatch(
            re.escape(Path(name).stem) + r"\.[0-9a-f]{12}" + re.escape(Path(name).suffix), Path(hashed).name
        )


def test_style_sheets_name_only_hashed_files(built: Path, names: dict[str, str]) -> None:
    text = (built / names["tokens.css"]).read_text("utf-8")
    addresses = re.findall(r"/static/([\w./-]+)", text)
    assert addresses
    assert set(addresses) <= set(names.values())


def test_a_style_sheet_that_names_an_unknown_file_stops_the_build() -> None:
    with pytest.raises(GroundError, match="nowhere.woff2"):
        assets.sheet('src: url("/static/fonts/nowhere.woff2")', {})


def test_all_fonts_together_are_light(built: Path) -> None:
    fonts = list((built / "fonts").glob("*.woff2"))
    assert len(fonts) == 4
    assert sum(font.stat().st_size for font in fonts) < LIGHT_ENOUGH


@pytest.mark.parametrize("script", ["arabic", "latin"])
@pytest.mark.parametrize("weight", ["400", "600"])
def test_a_cut_font_still_has_every_letter_it_should(
    built: Path, names: dict[str, str], script: str, weight: str
) -> None:
    with TTFont(built / names["fonts/" + assets.FONT.format(script=script, weight=weight)]) as font:
        covered = set(font.getBestCmap())
    with TTFont(assets.FONTS / assets.FONT.format(script=script, weight=weight)) as whole:
        possible = set(whole.getBestCmap())
    assert set(assets.letters(script)) & possible <= covered
    letters = set("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئ٠١٢٣") if script == "arabic" else set("AZaz09«»–")
    assert {ord(letter) for letter in letters} <= covered


def test_a_second_build_does_nothing(built: Path) -> None:
    before = (built / "manifest.json").stat().st_mtime_ns
    assert not assets.build(built)
    assert (built / "manifest.json").stat().st_mtime_ns == before


def test_the_page_for_a_portal_that_is_away_stands_alone_in_both_languages(built: Path) -> None:
    page = (built / "maintenance.html").read_text("utf-8")
    assert '<html lang="ar" dir="rtl">' in page
    assert '<section lang="en" dir="ltr"><h1>The portal is paused</h1>' in page
    assert not re.search(r"(src|href)=", page)
