"""Announcements of an installation: the list `announcements` of its profile, newest first."""

from dataclasses import dataclass
from datetime import date

from app.calendars.wording import full_date
from app.kit.profile import Choice, Profile


@dataclass(frozen=True)
class Announcement:
    """Ready to be shown in one language; `iso` is for the datetime attribute."""

    id: str
    title: str
    text: str
    day: str
    iso: str


def announcements(profile: Profile, language: str) -> list[Announcement]:
    """Entries of the profile: id, ar, en (the title), `on` (a date) and `text` in both languages."""
    entries = sorted(profile.lists.get("announcements", ()), key=lambda entry: entry.more["on"], reverse=True)
    return [_shown(entry, language) for entry in entries]


def _shown(entry: Choice, language: str) -> Announcement:
    on: date = entry.more["on"]
    text, day = entry.more["text"][language], full_date(on, language, hijri=True)
    return Announcement(entry.id, entry.label[language], text, day, on.isoformat())
