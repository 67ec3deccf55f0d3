"""What a person types into a form that is known by its declaration alone."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from app.calendars.clock import now
from app.kit.conditions import When
from app.kit.days import typed_day
from app.kit.fields import Choice, Choices, Field, File, Form, Group, NationalId

TYPED = {
    "text": "كلمات قليلة",
    "long_text": "كلمات قليلة تشرح الأمر",
    "national_id": "1000000305",
    "mobile": "512345678",
    "email": "robot@example.com",
    "plate": "ا ب ح 1234",
    "establishment_id": "1010123456",
    "transaction": "000123/1447",
    "tick": "yes",
    "date": "1/1/2026",
    "number": "1",
    "money": "4500",
    "passport": "A1234567",
    "iban": "SA4420000001234567891234",
}
RESIDENT = "2000000006"
ABROAD = {"QA": {"national_id": "28063400309", "mobile": "33123456"}}
# Fields of which only one option keeps the rules between answers.
CHOSEN = {"before_court": "no", "insured": "no", "ownership_kind": "deed"}
# Fields whose day has to lie before or after today, in days: what rules between answers ask.
DAYS = {
    "birth_date": -700,
    "event_date": -3,
    "microchip_date": -200,
    "rabies_date": -100,
    "rabies_until": 200,
    "travel_date": 9,
    "arrival_date": 20,
    "test_date": -20,
    "leave_from": 1,
    "leave_until": 4,
}
# Numbers of people who are not the one that a form names before them.
OTHERS = {"guarantor_id": "1000000313"}


def typed(form: Form, pick: int, *, country: str = "SA", when: When | None = None) -> dict[str, Any]:
    """What a person types into every required field that is asked. `pick`: which option of each choice; of a list that
    was asked for before the one beside it. `when`: answers that are given so.
    """
    answers: dict[str, Any] = {"identity_source": "national"}
    asked_before: set[str | None] = set()
    for each in form.fields:
        if each.required and not each.readonly and each.is_asked(answers):
            source = each.source if isinstance(each, Choice) else None
            wanted = (when or {}).get(each.id)
            answers[each.id] = wanted[0] if wanted else _typed(each, pick - (source in asked_before), country)
            asked_before |= {source} - {None}
    return {id: value for id, value in answers.items() if value and id != "identity_source"}


def _typed(each: Field, pick: int, country: str) -> Any:
    if isinstance(each, Choices):
        return [each.options[pick]]
    if isinstance(each, Choice):
        return CHOSEN.get(each.id, each.options[pick])
    if isinstance(each, Group):
        return [_typed_row(each, place, pick, country) for place in range(each.least)]
    if each.id in OTHERS:
        return OTHERS[each.id]
    if each.id in DAYS:
        return typed_day((now() + timedelta(days=DAYS[each.id])).date().isoformat())
    if isinstance(each, NationalId) and each.kinds == ("resident",):
        return RESIDENT
    if each.type == "microchip":
        return "634098100000001"
    return None if isinstance(each, File) else ABROAD.get(country, {}).get(each.type) or TYPED[each.type]


def _typed_row(group: Group, place: int, pick: int, country: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for inner in group.fields:
        if inner.is_asked(row):
            row[inner.id] = _typed(inner, pick, country)
    return row


def files_asked(form: Form, answers: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The controls of required files, given the other answers, and how many each wants at least."""
    known = {"identity_source": "national", **answers}
    for each in form.fields:
        if isinstance(each, File) and each.required and each.is_asked(known):
            yield each.id, each.least
        for place, row in enumerate(answers.get(each.id) or () if isinstance(each, Group) else ()):
            inner = (one for one in each.fields if isinstance(one, File) and one.required and one.is_asked(row))
            yield from ((f"{each.id}-{place}-{one.id}", one.least) for one in inner)
