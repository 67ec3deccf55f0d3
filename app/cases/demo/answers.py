"""The answers of a told case, judged by the declared fields as any form is; files are drawn and taken in."""

import io
import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

from app.calendars.clock import now
from app.cases.conversation import Draft
from app.documents.models import Attachment
from app.documents.uploads import FileLimits, intake
from app.identity.models import Person
from app.kit.fields import Choices, Field, File, Group
from app.kit.service import Service
from app.kit.words import WORDS

SHEET, CARD = (1240, 1754), (1012, 638)
ROW_ID = "_id"


def answers_of(service: Service, person: Person, draft: Draft, told: Mapping[str, Any]) -> dict[str, Any]:
    """Clean answers of every field that is asked; a day is told in days from then. Raises Wrong for one forgotten."""
    given = {
        "applicant_name": person.name("ar"),
        "applicant_id": person.identity_number,
        "identity_source": "national",
    }
    known = {"mobile": person.mobile, "email": person.email} | dict(told)
    answers: dict[str, Any] = dict(given)
    for each in service.form.fields:
        if each.is_asked(answers):
            value = given[each.id] if each.readonly else _value(service, each, known.get(each.id), person, draft)
            if value not in (None, "", []):
                answers[each.id] = value
    return {each.id: answers[each.id] for each in service.form.fields if each.id in answers}


def _value(service: Service, each: Field, told: Any, person: Person, draft: Draft, row: int | None = None) -> Any:
    if isinstance(each, File):
        wanted = each.least if each.required else 0
        return [str(picture(service, each, person, draft_id=draft.id, row=row)) for _nth in range(wanted)]
    if isinstance(each, Group):
        return [_row(service, each, row_told, person, draft, place) for place, row_told in enumerate(told or (), 1)]
    if isinstance(each, Choices):
        return [each.clean(one) for one in told or ()]
    if each.type == "date" and isinstance(told, int):
        told = (now() + timedelta(days=told)).date().isoformat()
    return each.clean(told) if told or each.required else None


def _row(
    service: Service, group: Group, told: Mapping[str, Any], person: Person, draft: Draft, place: int
) -> dict[str, Any]:
    values: dict[str, Any] = {ROW_ID: place}
    for each in group.fields:
        if each.is_asked(values):
            values[each.id] = _value(service, each, told.get(each.id), person, draft, place)
    return values


def picture(
    service: Service,
    each: File,
    person: Person,
    *,
    row: int | None = None,
    draft_id: uuid.UUID | None = None,
    case_id: uuid.UUID | None = None,
    replaces: Attachment | None = None,
) -> uuid.UUID:
    """Take in a drawn sheet or card as the file of this field; gives the attachment's id."""
    language = person.language
    group = next((group for inner, group in service.form.walk() if inner.id == each.id), None)
    label = service.field_text(language, each, "label", group) or WORDS.text(language, "fields.attachments.label")
    kept = intake(
        io.BytesIO(drawn(CARD if each.identity_card else SHEET)),
        f"{label}.jpg",
        owner_person_id=person.id,
        draft_id=draft_id,
        case_id=case_id,
        field=each.id,
        row=row,
        limits=FileLimits.of(each),
        replaces=replaces,
    )
    return kept.id


@cache
def drawn(size: tuple[int, int]) -> bytes:
    """A white sheet with grey lines in place of words: nobody's paper."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    wide, high = size
    pen.rectangle((8, 8, wide - 9, high - 9), outline="#c9cdd2", width=3)
    for line in range(high // 8, high * 7 // 8, high // 24):
        short = wide // 3 if line % 3 == 0 else wide // 8
        pen.rectangle((short, line, wide - wide // 8, line + high // 90), fill="#d8dbe0")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=60)
    return buffer.getvalue()
