"""News as the home page and the page of all announcements show it."""

from dataclasses import dataclass

from app.cases.announcements import news
from app.web.language import lang
from app.web.moments import day_of, house

ALL = 50


@dataclass(frozen=True)
class Told:
    """In one language; `iso` is for the datetime attribute."""

    id: str
    title: str
    text: str
    day: str
    iso: str


def announcements(most: int = ALL) -> list[Told]:
    """The newest first."""
    return [
        Told(
            str(each.id),
            each.title[lang()],
            each.text[lang()],
            day_of(each.starts_on, each.agency or house()),
            each.starts_on.isoformat(),
        )
        for each in news(most)
    ]
