"""What a case keeps of the declaration it was filed under: fields, conditions, and every word it may need."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.kit.fields import Choice, Field, Group
from app.kit.more_fields import Money
from app.kit.words import LANGUAGES

if TYPE_CHECKING:
    from app.kit.service import Service

Words = dict[str, str]


def snapshot_of(service: "Service") -> dict[str, Any]:
    """As it is stored; whatever changes in here makes a new version of the declaration."""
    steps = service.workflow.steps
    return {
        "slug": service.slug,
        "title": _both(service, "title"),
        "sections": [
            {
                "id": each,
                "label": _both(service, f"sections.{each}.title"),
                "fields": [_field(service, chosen) for chosen in service.form.in_section(each)],
            }
            for each in service.form.sections
        ],
        "reasons": _kept(service, {each.code: (f"reasons.{each.code}.text",) for each in service.reasons}),
        "events": _kept(
            service, {each.name: (f"events.{each.event}", f"actions.{each.name}.timeline") for each in steps}
        ),
        "actions": _kept(service, {name: (f"actions.{name}.button",) for name in service.workflow.names()}),
    }


def _kept(service: "Service", keys: Mapping[str, tuple[str, ...]]) -> dict[str, Words]:
    """The first sentence that exists for each name; names without one are left out."""
    found = {name: next((key for key in tried if service.has_text(key)), None) for name, tried in keys.items()}
    return {name: _both(service, key) for name, key in found.items() if key}


def _both(service: "Service", key: str) -> Words:
    return {language: service.text(language, key) for language in LANGUAGES}


def _field(service: "Service", chosen: Field, group: Group | None = None) -> dict[str, Any]:
    label = {language: service.field_text(language, chosen, "label", group) or chosen.id for language in LANGUAGES}
    kept: dict[str, Any] = {
        "id": chosen.id,
        "type": chosen.type,
        "label": label,
        "personal": chosen.personal,
        "when": {key: list(values) for key, values in chosen.when.items()},
    }
    if isinstance(chosen, Choice):
        words = {language: dict(service.options(chosen, language, group)) for language in LANGUAGES}
        kept["options"] = {id: {language: words[language][id] for language in LANGUAGES} for id in words["ar"]}
    if isinstance(chosen, Money):
        kept["currency"] = chosen.currency
    if isinstance(chosen, Group):
        kept["fields"] = [_field(service, inner, chosen) for inner in chosen.fields]
        kept["item"] = {language: service.field_text(language, chosen, "item") or "" for language in LANGUAGES}
    return kept
