"""What a role may be bound to, with its name in each language: agencies, offices, services."""

from collections.abc import Mapping

from flask import current_app

from app.kit.words import LANGUAGES

Names = dict[str, Mapping[str, str]]


def known() -> dict[str, Names]:
    """Names by id of everything that a part of a scope ("agency", "office", "service") may say.

    A department officer holds his role in a department, a guard at a gate: both stand in the place of the office.
    """
    profile, services = current_app.extensions["profile"], current_app.extensions["services"]
    lists = sorted({"gates", *(each.departments for each in services.values() if each.departments)})
    offices: Names = {each.id: each.name for each in profile.offices.values()}
    offices |= {place.id: place.label for name in lists if name in profile.lists for place in profile.choices(name)}
    return {
        "agency": {each.id: each.name for each in profile.agencies.values()},
        "office": offices,
        "service": {slug: _titles(service) for slug, service in services.items()},
    }


def _titles(service: object) -> Mapping[str, str]:
    return {language: service.text(language, "title") for language in LANGUAGES}  # type: ignore[attr-defined]
