"""What a person reads: the words of notices with their facts, as SMS, as letter and in the thread."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.words import WORDS
from app.notify.render import ISOLATE, defuse, fits, notice_words, render

SAMPLES = {name: entry["sample"] for name, entry in WORDS.raw["placeholders"].items()}
SERVICES = Path(__file__).parents[2] / "app/blueprints/services"
ARABIC = re.compile("[\u0600-\u06ff]")
WORDS_OF = {
    "sms": {"ar": "{x}", "en": "{x}"},
    "subject": {"ar": "{x}", "en": "{x}"},
    "body": {"ar": "{x}", "en": "{x}"},
}


def samples(language: str) -> dict[str, str]:
    """The longest value expected of each fact; English notices get Latin ones of the same length."""
    if language == "ar":
        return SAMPLES
    return {name: "x" * len(value) if ARABIC.search(value) else value for name, value in SAMPLES.items()}


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("event", sorted(WORDS.raw["shared_notices"]))
def test_every_shared_notice_fits_its_sms_with_the_longest_facts(event: str, language: str) -> None:
    notice = render(notice_words(event), language, samples(language))
    assert fits(notice.sms)
    assert not re.search("[\u064b-\u0652\u0670\u200e\u200f\u2066-\u2069]", notice.sms)


@pytest.mark.parametrize("path", sorted(SERVICES.glob("*/texts.toml")), ids=lambda path: path.parent.name)
def test_every_notice_of_a_service_fits_and_brings_no_address_of_its_own(path: Path) -> None:
    for event, words in tomllib.loads(path.read_text("utf-8")).get("notices", {}).items():
        for language in ("ar", "en"):
            sms = render(words, language, samples(language)).sms
            assert fits(sms), (event, language, sms)
            assert not re.search(r"https?:|www\.", words["sms"][language]), event


def test_an_arabic_sms_of_three_parts_does_not_fit() -> None:
    assert fits("ب" * 134)
    assert not fits("ب" * 135)
    assert fits("b" * 160)
    assert not fits("b" * 161)


def test_a_service_s_own_notice_goes_before_the_shared_one() -> None:
    own: dict[str, Any] = {"notices": {"submitted": WORDS_OF}}
    assert notice_words("submitted", own) is WORDS_OF
    assert notice_words("submitted", {"notices": {}}) == WORDS.raw["shared_notices"]["submitted"]
    with pytest.raises(KeyError):
        notice_words("no_such_event")


def test_a_missing_fact_stops_the_posting_instead_of_showing_braces() -> None:
    with pytest.raises(KeyError):
        render(notice_words("submitted"), "ar", {"number": "1448/000123"})


def test_what_a_user_typed_makes_no_link_in_an_sms() -> None:
    notice = render(WORDS_OF, "en", {"x": "see www.evil.example/a and http://1.2.3.4 now"})
    assert "://" not in notice.sms
    assert "evil.example" not in notice.sms
    assert defuse("1,250.50") == "1,250.50"


def test_our_own_receipt_link_stays_a_link() -> None:
    words = {**WORDS_OF, "sms": {"ar": "{receipt_link}", "en": "{receipt_link}"}}
    link = "https://bawaba.example/r/7F3K9Q2A"
    assert render(words, "ar", {"x": "", "receipt_link": link}).sms == link


def test_a_foreign_run_is_isolated_in_the_letter_and_plain_in_the_thread() -> None:
    notice = render(notice_words("paid"), "ar", samples("ar"))
    assert f"{ISOLATE}RC-2026-118204" in notice.mail_subject
    assert ISOLATE not in notice.subject + notice.body


def test_a_letter_greets_and_says_that_answers_are_not_read() -> None:
    letter = render(notice_words("submitted"), "ar", samples("ar")).mail_text
    assert letter.startswith(WORDS.text("ar", "mail.greeting"))
    assert letter.endswith(WORDS.text("ar", "mail.closing"))


@given(st.text())
def test_no_value_brings_controls_or_lines_into_a_subject(value: str) -> None:
    notice = render(WORDS_OF, "ar", {"x": value})
    assert not re.search("[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e]", notice.subject + notice.mail_subject + notice.sms)


@given(st.text())
def test_a_value_with_braces_is_only_a_value(value: str) -> None:
    assert render(WORDS_OF, "en", {"x": "{number}" + value}).body.startswith("{number}")
