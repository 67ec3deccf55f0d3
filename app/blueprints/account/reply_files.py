"""Files of replies: each is taken in by itself and waits with its request, so that nothing wrong beside it loses it.

Until the reply is sent a file belongs to no case: staff do not see it, and what is never sent goes after some days.
"""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from flask import request
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from app.cases import papers, requests
from app.cases.asked import requests_of
from app.cases.context import service_of
from app.cases.conversation import OPEN, InfoRequest
from app.cases.models import Case
from app.cases.targets import Target
from app.documents import keeping
from app.documents.errors import FileRefused, StorageAway
from app.documents.models import Attachment
from app.documents.sizes import size_text
from app.documents.uploads import FileLimits, intake
from app.extensions import transaction
from app.kit.fields import File
from app.web import fields
from app.web.language import lang, t


class Wanted(NamedTuple):
    """What a request asks for: the field of the form it is about, if it is one, and how much of it."""

    about: Target | None
    field: File | None
    limits: FileLimits


def take_in(case: Case) -> dict[str, str]:
    """Keep every file of this POST, each in a transaction of its own; gives a sentence for each request refused."""
    errors = {}
    for asked in requests_of(case, OPEN):
        for sent in request.files.getlist(f"file-{asked.id}"):
            if sent.filename and str(asked.id) not in errors:
                try:
                    keep(case.applicant_id, asked.id, sent, wanted(case, asked).limits)
                except (FileRefused, StorageAway) as refused:
                    errors[str(asked.id)] = t(refused.text_key, **refused.params)
    return errors


def keep(owner: uuid.UUID, place: uuid.UUID, sent: FileStorage, limits: FileLimits) -> None:
    """Take in one file that waits at `place`; where only one is wanted, it replaces the earlier."""
    with transaction():
        before = keeping.waiting_with(owner, place) if limits.most_files == 1 else []
        intake(
            sent.stream,
            sent.filename or "",
            owner_person_id=owner,
            field=keeping.reply_place(place),
            limits=limits,
            replaces=before[0] if before else None,
            language=lang(),
        )
        for each in before:
            keeping.remove(each)


def drop(case: Case, attachment_id: str) -> None:
    """Take a file away again that waits with a request or with an objection."""
    places = (asked.id for asked in requests_of(case, OPEN))
    with transaction():
        for each in keeping.waiting_with(case.applicant_id, case.id, *places):
            if str(each.id) == attachment_id:
                keeping.remove(each)


def adopt(case: Case, asked: InfoRequest) -> tuple[uuid.UUID, ...]:
    """Within the transaction of the reply: its files belong to the case from now on, under the field asked about."""
    want, found = wanted(case, asked), keeping.waiting_with(case.applicant_id, asked.id)
    earlier = _earlier(case, want.about)
    for place, each in enumerate(found):
        each.case_id = case.id
        each.field = want.field.id if want.field else f"request:{asked.id}"
        each.row = want.about.row if want.about else None
        each.replaces_id = earlier[place].id if place < len(earlier) else None
    return tuple(each.id for each in found)


def rows(case: Case, places: Sequence[uuid.UUID]) -> dict[str, list[Markup]]:
    """The waiting files by the place they wait at, as the form shows them; one query however many are asked."""
    drawn: dict[str, list[Markup]] = {}
    macros = fields.macros(lang())
    for each in keeping.waiting_with(case.applicant_id, *places):
        size = size_text(each.size, lang())
        row = macros.file_row(each.name, size, remove_name="remove_file", remove_value=each.id)
        drawn.setdefault(each.field, []).append(row)
    return drawn


def wanted(case: Case, asked: InfoRequest) -> Wanted:
    about = requests.target_of(case, asked.target)
    declared = {chosen.id: chosen for chosen, _group in service_of(case).form.walk()}
    field = declared.get(about.field["id"]) if about else None
    if not isinstance(field, File):
        return Wanted(about, None, FileLimits(most_files=5))
    return Wanted(about, field, FileLimits.of(field))


def _earlier(case: Case, about: Target | None) -> list[Attachment]:
    """The files that new ones stand for; they are kept."""
    ids = about.value(case.answers) if about and about.is_file else None
    by_id = {str(each.id): each for each in papers.attachments_of(case)}
    return [by_id[each] for each in ids or () if each in by_id]
