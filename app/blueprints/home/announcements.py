"""Announcements of an installation: the list `announcements` of its profile, newest first (docs/operations.md)."""

from dataclasses import dataclass
from datetime import date

from app.calendars import wording
from app.kit.profile import Profile


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
    return [_shown(entry.id, entry.label[language], entry.more["text"][language], entry.more["on"], language) for entry in entries]


def _shown(id: str, title: str, text: str, on: date, language: str) -> Announcement:
    return Announcement(id, title, text, wording.hijri_date(on, language), on.isoformat())
