"""What an editor types to publish something: read, or told what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.calendars.clock import today
from app.cases.announcements import Entry, zone_of
from app.cases.context import registry
from app.identity import scopes
from app.kit import days
from app.kit.arabic import clean_line, clean_text
from app.kit.typed import Invalid
from app.kit.words import LANGUAGES
from app.web.language import lang, t

KINDS = ("news", "closure")
LIMITS = {"title": 120, "text": 600}
FIELDS = ("kind", "agency", "service", "title_ar", "title_en", "text_ar", "text_en", "starts_on", "ends_on")


@dataclass
class Draft:
    """`typed`: as it was sent, to be shown again; `errors`: control to sentence. `entry`: what it says, if sound."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    entry: Entry | None = None


def read(form: Mapping[str, str]) -> Draft:
    draft = Draft({name: form.get(name, "")[:5000] for name in FIELDS})
    _about(draft)
    words = {part: _words(draft, part) for part in LIMITS}
    agency = _agency(draft)
    first, last = _days(draft, agency)
    if not draft.errors:
        draft.entry = Entry(
            words["title"],
            words["text"],
            agency,
            draft.typed["service"] or None,
            draft.typed["kind"] == "closure",
            first,
            last,
        )
    return draft


def _about(draft: Draft) -> None:
    known, typed = scopes.known(), draft.typed
    if typed["kind"] not in KINDS:
        draft.errors["kind"] = t("announcements.errors.kind")
    for part in ("agency", "service"):
        if typed[part] and typed[part] not in known[part]:
            draft.errors[part] = t(f"announcements.errors.{part}")
    if typed["kind"] == "closure" and not typed["service"]:
        draft.errors["service"] = t("announcements.errors.service_missing")


def _agency(draft: Draft) -> str | None:
    """That of the service, whatever else is chosen: whose days count."""
    service = registry().get(draft.typed["service"])
    return service.agency if service else draft.typed["agency"] or None


def _words(draft: Draft, part: str) -> dict[str, str]:
    clean = clean_line if part == "title" else clean_text
    found = {language: clean(draft.typed[f"{part}_{language}"]) for language in LANGUAGES}
    for language, words in found.items():
        if not words:
            draft.errors[f"{part}_{language}"] = t(f"announcements.errors.{part}_{language}")
        elif len(words) > LIMITS[part]:
            draft.errors[f"{part}_{language}"] = t(f"announcements.errors.{part}_long")
    return found


def _days(draft: Draft, agency: str | None) -> tuple[date | None, date | None]:
    first, last = _day(draft, "starts_on", agency), _day(draft, "ends_on", agency)
    if first and last and last < first:
        draft.errors["ends_on"] = t("announcements.errors.order")
    return first, last


def _day(draft: Draft, name: str, agency: str | None) -> date | None:
    """Today is no day to begin at midnight: that would be in the past, so it means at once."""
    if not draft.typed[name].strip():
        return None
    try:
        found = date.fromisoformat(days.day(draft.typed[name]))
    except Invalid:
        draft.errors[name] = t("announcements.errors.day")
        return None
    now_on = today(zone_of(agency))
    if found < now_on:
        draft.errors[name] = t("announcements.errors.past")
    return None if name == "starts_on" and found == now_on else found


def options() -> dict[str, list[tuple[str, str]]]:
    names = {part: [(id, words[lang()]) for id, words in known.items()] for part, known in scopes.known().items()}
    return {"kind": [(kind, t(f"announcements.form.{kind}")) for kind in KINDS], **names}
