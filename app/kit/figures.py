"""Figures by which the rules of a service judge (days since a vaccination, the least titre), dated in the profile.

A service declares which it needs; its sentences name one as {name} and get it in words that agree with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from app.kit.words import LANGUAGES, WORDS, is_leaf

COUNTED = {"days": "days_of", "months": "months_of"}


class FigureError(Exception):
    """One sentence that says which figure of which service is missing, unknown or out of bounds."""


@dataclass(frozen=True)
class Figure:
    """Declared by a service: `days` and `months` are whole, a `number` may have a fraction. From 0 to `most`."""

    name: str
    kind: Literal["days", "months", "number"]
    most: int


@dataclass(frozen=True)
class Setting:
    """One entry of the profile. It holds from `since` on until the next one does; the first has always held."""

    service: str
    name: str
    value: Decimal
    since: date = date.min


def setting(entry: Mapping[str, Any]) -> Setting:
    """Read an entry: service, name, value and, for a change, `from`. Raises TypeError, KeyError, ValueError."""
    if unknown := set(entry) - {"service", "name", "value", "from"}:
        raise TypeError(f"a figure has no {', '.join(sorted(unknown))}")
    value, since = entry["value"], entry.get("from", date.min)
    if type(value) not in (int, float) or not Decimal(str(value)).is_finite():
        raise ValueError(f"the value of {entry['name']} of {entry['service']} is a number")
    if type(since) is not date:
        raise ValueError(f"from of {entry['name']} of {entry['service']} is a day")
    return Setting(entry["service"], entry["name"], Decimal(str(value)), since)


def settings_for(slug: str, declared: Sequence[Figure], given: Iterable[Setting]) -> tuple[Setting, ...]:
    """The settings of one service, each judged by its declaration. Raises FigureError."""
    own = tuple(each for each in given if each.service == slug)
    known = {each.name: each for each in declared}
    for each in own:
        if each.name not in known:
            raise FigureError(f"{slug} has no figure {each.name}")
        _check(slug, known[each.name], each.value)
    for name in known:
        days = [each.since for each in own if each.name == name]
        if date.min not in days:
            raise FigureError(f"{slug} needs the figure {name}, once without a day from which it holds")
        if len(days) != len(set(days)):
            raise FigureError(f"two values of {name} of {slug} hold from one day on")
    return own


def _check(slug: str, figure: Figure, value: Decimal) -> None:
    if figure.kind != "number" and value != int(value):
        raise FigureError(f"{figure.name} of {slug} is a whole number")
    if not 0 <= value <= figure.most:
        raise FigureError(f"{figure.name} of {slug} lies between 0 and {figure.most}")


def is_dated(settings: Iterable[Setting]) -> bool:
    """Whether a figure has another value from some day on."""
    return any(each.since != date.min for each in settings)


def in_force(declared: Iterable[Figure], settings: Iterable[Setting], day: date) -> dict[str, Decimal]:
    """The value of each figure on a day, in the order declared."""
    past = sorted((each for each in settings if each.since <= day), key=lambda each: each.since)
    newest = {each.name: each.value for each in past}
    return {each.name: newest[each.name] for each in declared}


def filled(texts: Any, declared: Sequence[Figure], values: Mapping[str, Decimal]) -> Any:
    """The words of a service with its figures in them; other placeholders stay."""
    words = {
        language: {f"{{{each.name}}}": said(each, values[each.name], language) for each in declared}
        for language in LANGUAGES
    }
    return _filled(texts, words)


def _filled(node: Any, words: Mapping[str, Mapping[str, str]]) -> Any:
    if is_leaf(node):
        return {language: _replaced(node[language], words[language]) for language in LANGUAGES}
    if isinstance(node, dict):
        return {key: _filled(value, words) for key, value in node.items()}
    return [_filled(each, words) for each in node] if isinstance(node, list) else node


def _replaced(sentence: str, words: Mapping[str, str]) -> str:
    for placeholder, word in words.items():
        sentence = sentence.replace(placeholder, word)
    return sentence


def said(figure: Figure, value: Decimal, language: str) -> str:
    """«30 يومًا», "30 days", «0.5»: always after a preposition («يوم واحد», «يومين»)."""
    if figure.kind in COUNTED:
        return WORDS.plural(language, COUNTED[figure.kind], int(value))
    return f"{value.normalize():f}"
