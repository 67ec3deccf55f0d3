"""Taking in a file: checked by content, stored under a random name, and a row that says what became of it."""

import hashlib
import uuid
from dataclasses import asdict, dataclass
from typing import IO, Self

from flask import current_app
from sqlalchemy import func, select

from app.calendars.clock import now
from app.documents.checks.image import check_image
from app.documents.checks.kinds import FileKind, kind_of
from app.documents.checks.pdf_file import check_pdf
from app.documents.checks.scanner import Verdict, scan
from app.documents.errors import EmptyFile, QuotaFull, TooBig, TooManyFiles, UnsafeFile
from app.documents.models import Attachment, CheckState
from app.documents.names import clean_name
from app.documents.sizes import MEGABYTE, size_text
from app.documents.storage import FILES, storage
from app.extensions import db
from app.kit.fields import File

QUOTA = 200 * MEGABYTE
VERDICTS = {Verdict.CLEAN: CheckState.CLEAN, Verdict.AWAY: CheckState.WAITING}


@dataclass(frozen=True)
class FileLimits:
    """What a field takes. `most_files` counts the files of one field, or of one row of a repeated group.

    `identity_card`: a picture that goes again once the decision has fallen.
    """

    types: tuple[str, ...] = ("pdf", "jpg", "png")
    most_bytes: int = 5 * MEGABYTE
    most_files: int = 1
    identity_card: bool = False

    @classmethod
    def of(cls, declared: File) -> Self:
        return cls(declared.kinds, declared.most_bytes, declared.most, declared.identity_card)


@dataclass(frozen=True)
class Place:
    """Where a file hangs: its owner, its draft or case, the field, and the row of a repeated group."""

    owner_person_id: uuid.UUID
    draft_id: uuid.UUID | None
    case_id: uuid.UUID | None
    field: str
    row: int | None


@dataclass(frozen=True)
class _Checked:
    content: bytes
    kind: FileKind
    pages: int | None = None
    width: int | None = None
    height: int | None = None


def intake(
    stream: IO[bytes],
    filename: str,
    *,
    owner_person_id: uuid.UUID,
    draft_id: uuid.UUID | None = None,
    case_id: uuid.UUID | None = None,
    field: str,
    row: int | None = None,
    limits: FileLimits = FileLimits(),
    replaces: Attachment | None = None,
    language: str = "ar",
) -> Attachment:
    """Check, store and record one file of a person. Never commits; `language` is that of the sizes in refusals.

    Raises a FileRefused (EmptyFile, TooBig, WrongFile, LockedFile, UnsafeFile, TooManyPixels, TooManyPages,
    TooManyFiles, QuotaFull) or StorageAway. A file whose scanner is away is taken in with state `waiting`.
    """
    checked = _check(_read(stream, limits, language), filename, limits)
    verdict = scan(checked.content, current_app.config["SETTINGS"].clamav_address)
    if verdict == Verdict.INFECTED:
        raise UnsafeFile
    place = Place(owner_person_id, draft_id, case_id, field, row)
    _make_room(place, limits, replaces, len(checked.content), language)
    return _record(place, filename, checked, verdict, replaces, limits)


def _read(stream: IO[bytes], limits: FileLimits, language: str) -> bytes:
    content = stream.read(limits.most_bytes + 1)
    if not content:
        raise EmptyFile
    if len(content) > limits.most_bytes:
        size = len(content) + sum(len(part) for part in iter(lambda: stream.read(MEGABYTE), b""))
        raise TooBig(size=size_text(size, language), limit=size_text(limits.most_bytes, language))
    return content


def _check(content: bytes, filename: str, limits: FileLimits) -> _Checked:
    kind = kind_of(content, clean_name(filename), limits.types)
    if kind.is_image:
        image = check_image(content, kind)
        return _Checked(image.content, kind, width=image.width, height=image.height)
    clean, pages = check_pdf(content)
    return _Checked(clean, kind, pages=pages)


def _make_room(place: Place, limits: FileLimits, replaces: Attachment | None, size: int, language: str) -> None:
    # Two uploads at once would both see room; the lock lasts until the caller's transaction ends.
    db.session.execute(select(func.pg_advisory_xact_lock(place.owner_person_id.int & 0x7FFFFFFFFFFFFFFF)))
    live = [Attachment.owner_person_id == place.owner_person_id, Attachment.removed_at.is_(None)]
    used = db.session.scalar(select(func.coalesce(func.sum(Attachment.size), 0)).where(*live)) or 0
    if used + size > QUOTA:
        raise QuotaFull(limit=size_text(QUOTA, language))
    beside = select(Attachment.id, Attachment.replaces_id).where(
        *live,
        Attachment.field == place.field,
        Attachment.row.is_not_distinct_from(place.row),
        Attachment.draft_id.is_not_distinct_from(place.draft_id),
        Attachment.case_id.is_not_distinct_from(place.case_id),
    )
    found = db.session.execute(beside).all()
    replaced = {each.replaces_id for each in found} | ({replaces.id} if replaces else set())
    if sum(each.id not in replaced for each in found) >= limits.most_files:
        raise TooManyFiles(limit=limits.most_files)


def _record(
    place: Place, filename: str, checked: _Checked, verdict: Verdict, replaces: Attachment | None, limits: FileLimits
) -> Attachment:
    attachment = Attachment(
        **asdict(place),
        replaces_id=replaces.id if replaces else None,
        name=clean_name(filename),
        media_type=checked.kind.media_type,
        size=len(checked.content),
        pages=checked.pages,
        width=checked.width,
        height=checked.height,
        sha256=hashlib.sha256(checked.content).hexdigest(),
        storage_key=storage().put(FILES, checked.content),
        check_state=VERDICTS[verdict],
        checked_at=now() if verdict == Verdict.CLEAN else None,
        is_identity_image=limits.identity_card,
    )
    db.session.add(attachment)
    db.session.flush()
    return attachment
