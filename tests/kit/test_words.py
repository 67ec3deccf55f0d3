"""Words by dotted keys: both languages, no silent fallback, six grammatical numbers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.plurals import category
from app.kit.words import WORDS, Words, flatten


@pytest.fixture
def words(tmp_path: Path) -> Words:
    (tmp_path / "common.toml").write_text(
        '[plurals.days.ar]\nzero = "لا أيام"\none = "يوم"\ntwo = "يومان"\nfew = "{count} أيام"\nmany = "{count} يومًا"\n'
        'other = "{count} يوم"\n[plurals.days.en]\none = "1 day"\nother = "{count} days"\n'
        '[buttons]\nsend = { ar = "أرسل {number}", en = "Send {number}" }\n',
        "utf-8",
    )
    (tmp_path / "desk.toml").write_text(
        'title = { ar = "المكتب", en = "Desk" }\n[[steps]]\nid = "first"\nlabel = { ar = "أول", en = "First" }\n'
        '[rows.ar]\none = "صف"\nother = "{count} صف"\n[rows.en]\none = "1 row"\nother = "{count} rows"\n',
        "utf-8",
    )
    return Words(tmp_path)


def test_common_words_stand_alone_and_others_under_their_file(words: Words) -> None:
    assert words.text("ar", "buttons.send", number="5") == "أرسل 5"
    assert words.text("en", "desk.title") == "Desk"
    assert words.text("en", "desk.steps.first.label") == "First"


def test_a_missing_word_is_an_error_and_never_the_other_language(words: Words) -> None:
    with pytest.raises(KeyError):
        words.text("en", "buttons.nothing")
    with pytest.raises(KeyError):
        words.text("fr", "desk.title")
    with pytest.raises(KeyError):
        words.text("en", "buttons.send", wrong="5")
    assert words.has("desk.title")
    assert not words.has("desk")


@pytest.mark.parametrize(
    ("count", "arabic", "english"),
    [
        (0, "لا أيام", "0 days"),
        (1, "يوم", "1 day"),
        (2, "يومان", "2 days"),
        (3, "3 أيام", "3 days"),
        (10, "10 أيام", "10 days"),
        (11, "11 يومًا", "11 days"),
        (99, "99 يومًا", "99 days"),
        (100, "100 يوم", "100 days"),
        (103, "103 أيام", "103 days"),
        (111, "111 يومًا", "111 days"),
        (1000, "1000 يوم", "1000 days"),
    ],
)
def test_a_count_is_said_in_its_own_form(words: Words, count: int, arabic: str, english: str) -> None:
    assert words.plural("ar", "days", count) == arabic
    assert words.plural("en", "days", count) == english


def test_a_file_may_have_counted_sentences_of_its_own(words: Words) -> None:
    assert words.plural("en", "desk.rows", 1) == "1 row"
    assert words.plural("ar", "desk.rows", 100) == "100 صف"


@given(st.integers(min_value=0, max_value=100_000))
def test_every_count_has_a_form_that_our_sentences_have(count: int) -> None:
    assert category("ar", count) in {"zero", "one", "two", "few", "many", "other"}
    assert category("en", count) in {"one", "other"}
    assert WORDS.plural("ar", "days", count)


def test_items_of_a_list_are_known_by_id_code_or_place() -> None:
    into: dict[str, dict[str, str]] = {"ar": {}, "en": {}}
    leaf = {"ar": "ا", "en": "a"}
    flatten([{"id": "one", "label": leaf}, {"code": "two", "label": leaf}, leaf], "list", into)
    assert set(into["en"]) == {"list.one.label", "list.two.label", "list.2"}


def test_english_may_have_a_sentence_of_its_own_for_none() -> None:
    assert [WORDS.plural("en", "ratings", count) for count in (0, 1, 2)] == ["No ratings yet", "1 rating", "2 ratings"]
    assert WORDS.plural("en", "requests", 0) == "0 requests"
