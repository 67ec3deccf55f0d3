"""News as the home page and the page of all announcements show it."""

from dataclasses import dataclass

from app.cases.announcements import news
from app.web.language import lang
from app.web.moments import day_of, day_words, house

ALL = 50


@dataclass(frozen=True)
class Told:
    """In one language; `iso` is for the datetime attribute, `until` the last day where it is known."""

    id: str
    title: str
    text: str
    day: str
    iso: str
    until: str | None


def announcements(most: int = ALL) -> list[Told]:
    """The newest first."""
    return [
        Told(
            str(each.id),
            each.title[lang()],
            each.text[lang()],
            day_of(each.starts_on, each.agency or house()),
            each.starts_on.isoformat(),
            day_words(each.last_on, each.agency or house()) if each.last_on else None,
        )
        for each in news(most)
    ]
