"""Every sentence of the portal: both languages, one spelling, known placeholders, no structure among the words."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.kit.sms_text import measure
from app.kit.words import WORDS
from tests.support import language
from tests.support.declared import SERVICES

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "app" / "texts").glob("*.toml")) + sorted(
    (ROOT / "app").glob("blueprints/services/*/texts.toml")
)
SAMPLES = {name: entry["sample"] for name, entry in WORDS.raw["placeholders"].items()}
# Figures of the profile that services name; filled in before anybody asks for the sentence (tests/kit/test_figures.py).
FIGURES = {figure.name for service in SERVICES.values() for figure in service.figures}
# Counts and cases of a noun, the letters of plates: tables read by their own modules, which have their own tests.
TABLES = {"plurals", "placeholders", "currencies", "letters", "digits"}
# Each language calls the other by its own name.
IN_THE_OTHER = {"header.other_name"}
STRUCTURE = {"type", "required", "readonly", "kind", "by", "source", "options", "when", "use", "days", "hours"}


def name_of(path: Path) -> str:
    return path.stem if path.parent.name == "texts" else path.parent.name


def texts(node: Any, where: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every {ar, en} below `node` with its dotted place."""
    if isinstance(node, dict):
        if set(node) == {"ar", "en"} and isinstance(node["ar"], str):
            yield where, node
            return
        for key, value in node.items():
            if key not in TABLES:
                yield from texts(value, f"{where}.{key}".strip("."))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from texts(value, f"{where}[{index}]")


def leaves(node: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """What is neither a table nor a text: structure, which has no place among words."""
    if isinstance(node, dict):
        if not set(node) <= {"ar", "en"}:
            for key, value in node.items():
                if key not in TABLES:
                    yield from leaves(value, f"{where}.{key}".strip("."))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, f"{where}[{index}]")
    else:
        yield where, node


@pytest.fixture(params=FILES, ids=name_of)
def content(request: pytest.FixtureRequest) -> dict[str, Any]:
    return tomllib.loads(request.param.read_text("utf-8"))


def test_both_languages_say_the_same_with_the_same_placeholders(content: dict[str, Any]) -> None:
    own = set(SAMPLES) | FIGURES | _placeholders_of(content)
    found = [
        f"{where}: {fault}"
        for where, pair in texts(content)
        if where not in IN_THE_OTHER
        for fault in language.pair_faults(pair, own)
    ]
    assert not found, "\n".join(found)


def _placeholders_of(content: dict[str, Any]) -> set[str]:
    """Interface files fill their own placeholders from code; which of them a notice may use is asked elsewhere."""
    found = {name for _where, pair in texts(content) for name in language.PLACEHOLDER.findall(pair["ar"])}
    return set() if "notices" in content or "shared_notices" in content else found


def test_arabic_is_spelt_and_punctuated_as_agreed(content: dict[str, Any]) -> None:
    found = [
        f"{where}: {fault}"
        for where, pair in texts(content)
        for fault in language.faults(pair["ar"], plain=_is_plain(where))
    ]
    assert not found, "\n".join(found)


def _is_plain(where: str) -> bool:
    return where.endswith(".sms") or "outputs." in where or where.startswith("certificate.")


def test_words_stand_alone_without_structure(content: dict[str, Any]) -> None:
    kept = [(where, value) for where, value in leaves(content) if where.rpartition(".")[2] in STRUCTURE]
    assert not kept


def test_nothing_of_a_machine_stands_in_the_texts(content: dict[str, Any]) -> None:
    assert not re.search(r"localhost|127\.0\.0\.1", str(content))


@pytest.mark.parametrize("name", sorted(WORDS.raw["plurals"]))
def test_a_counted_sentence_has_every_form_of_its_language(name: str) -> None:
    forms = WORDS.raw["plurals"][name]
    assert set(forms["ar"]) == {"zero", "one", "two", "few", "many", "other"}
    assert set(forms["en"]) - {"zero"} == {"one", "other"}
    for form, text in forms["ar"].items():
        assert ("{count}" in text) == (form in ("few", "many", "other")) or form == "zero", form
        assert not list(language.faults(text, plain=False))


@pytest.mark.parametrize("event", sorted(WORDS.raw["shared_notices"]))
def test_a_shared_notice_fits_its_messages(event: str) -> None:
    notice_fits(WORDS.raw["shared_notices"][event])


def notice_fits(notice: dict[str, dict[str, str]]) -> None:
    """Two parts in Arabic, one in English, with the longest samples; no address, and no name of anybody."""
    assert set(notice) == {"sms", "subject", "body"}
    arabic, english = (measure(language.filled(notice["sms"][each], SAMPLES, each)) for each in ("ar", "en"))
    assert arabic.units <= 134, arabic
    assert (english.coding, english.parts) == ("GSM", 1), english
    for each in ("ar", "en"):
        assert not re.search(r"https?:|www\.", notice["sms"][each])


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("ادخل ثم اضغط, وانتظر", "Latin punctuation"),
        ("لديك 5 يوم", "number agreement"),
        ("لديك 15 أيام", "number agreement"),
        ("الرقم ٥", "Eastern digits"),
        ("يرجى الانتظار", "يرجى"),
        ("رقم الطلب :", "space before"),
        ("قدّم طلبك!", "exclamation"),
    ],
)
def test_the_rules_find_what_they_are_for(sentence: str, fault: str) -> None:
    assert any(fault in found for found in language.faults(sentence, plain=False))


def test_a_plain_text_carries_no_marks() -> None:
    assert list(language.faults("قدّم", plain=True))
    assert not list(language.faults("قدّم", plain=False))
    assert not list(language.faults("غدا", plain=True))
    assert list(language.faults("غدا", plain=False))
