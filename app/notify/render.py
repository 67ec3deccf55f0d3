"""From the words of a notice and the facts of a case to what a person receives. Pure: no database, no request.

A notice is rendered when it is posted, so that a later change of words does not change what was said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kit.arabic import clean_line, clean_text
from app.kit.sms_text import measure, sms_ready
from app.kit.words import WORDS

NoticeWords = Mapping[str, Mapping[str, str]]

# An Arabic SMS may have two parts of 67 UCS-2 units, an English one a single part of 160 septets.
MOST_UNITS = {"UCS-2": 134, "GSM": 160}
ARABIC_LETTER = re.compile("[\u0621-\u064a]")
ISOLATE, END = "\u2068", "\u2069"
# The only address a notice may carry into an SMS; it is made by us and opens nothing but a receipt.
OUR_LINKS = {"receipt_link"}


@dataclass(frozen=True)
class Notice:
    """One event in one language: `subject` and `body` stand in the case's thread, the rest travels."""

    sms: str
    subject: str
    body: str
    mail_subject: str
    mail_text: str


def notice_words(event: str, own: Mapping[str, Any] | None = None) -> NoticeWords:
    """The words of a notice: the service's own (`own`: its texts) or those all services share; raises KeyError."""
    notices = (own or {}).get("notices", {})
    words: NoticeWords = notices[event] if event in notices else WORDS.raw["shared_notices"][event]
    return words


def render(words: NoticeWords, language: str, params: Mapping[str, object]) -> Notice:
    """Raises KeyError when a fact that the words name is not among `params`."""
    texts = {name: clean_text(str(value)) for name, value in params.items()}
    lines = {name: clean_line(value) for name, value in texts.items()}
    subject, body = words["subject"][language], words["body"][language]
    return Notice(
        sms=sms_text(words["sms"][language], lines),
        subject=subject.format_map(lines),
        body=body.format_map(texts),
        mail_subject=subject.format_map({name: isolate(value, language) for name, value in lines.items()}),
        mail_text=letter(body.format_map({name: isolate(value, language) for name, value in texts.items()}), language),
    )


def letter(body: str, language: str) -> str:
    return "\n\n".join((WORDS.text(language, "mail.greeting"), body, WORDS.text(language, "mail.closing")))


def isolate(value: str, language: str) -> str:
    """Keep a foreign run (a number with hyphens, a name) from turning round inside the sentence."""
    foreign = bool(ARABIC_LETTER.search(value)) == (language == "en")
    return f"{ISOLATE}{value}{END}" if foreign and value else value


def sms_text(sentence: str, values: Mapping[str, str]) -> str:
    """An SMS: no tashkeel, which costs a character each, and no link that came from what a user typed."""
    harmless = {name: value if name in OUR_LINKS else defuse(value) for name, value in values.items()}
    return sms_ready(sentence.format_map(harmless))


def defuse(value: str) -> str:
    """Telephones make links of `://` and of letters around a dot; a space keeps the words and kills the link."""
    return re.sub(r"(?<=[^\W\d_])\.(?=[^\W\d_])", ". ", value.replace("://", ": "))


def fits(sms: str) -> bool:
    """The promise every notice keeps with the longest sample of each of its facts."""
    size = measure(sms)
    return size.units <= MOST_UNITS[size.coding]
