"""One person's work on one form: what the identity gives, what was typed, which files are kept, and how it reads."""

import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import abort, current_app, request, url_for
from werkzeug.datastructures import FileStorage

from app.calendars.clock import today
from app.cases import contacts, drafts
from app.cases.conversation import Draft
from app.cases.errors import DraftGone
from app.documents import keeping as kept_files
from app.documents.errors import FileRefused, StorageAway
from app.documents.models import Attachment
from app.documents.uploads import FileLimits, intake
from app.extensions import db
from app.identity.access import signed_in_actor
from app.identity.models import Person
from app.kit import audience
from app.kit.fields import Field, File, Group
from app.kit.mobiles import national_form
from app.kit.service import Service
from app.web.forms import ROW_ID, Files, Judge, Reading, add_row, typed
from app.web.language import lang, t


def service_for(slug: str) -> Service:
    """The declared service of an address; 404 for any other word."""
    services = current_app.extensions["services"]
    if slug not in services:
        abort(404)
    service: Service = services[slug]
    return service


def signed_in_person() -> Person:
    person = db.session.get(Person, signed_in_actor().person_id)
    if person is None:
        abort(404)
    return person


def is_served(service: Service, person: Person) -> bool:
    agency = current_app.extensions["profile"].agency(service.agency)
    return audience.is_served(service, agency, person.country, person.id_type)


def country_needed(work: "Work") -> str:
    """The country whose identity the service takes, where the person's is of another; "" where that is not why."""
    agency = current_app.extensions["profile"].agency(work.service.agency)
    return agency.country if work.person.country != agency.country else ""


@dataclass
class Work:
    service: Service
    person: Person
    draft: Draft | None = None
    raw: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    _files: list[Attachment] | None = None

    @classmethod
    def of(cls, service: Service, draft_id: uuid.UUID | None = None, *, lock: bool = False) -> "Work":
        """The person's own draft, or an empty form filled from what is known of him."""
        if draft_id is None:
            person = signed_in_person()
            return cls(service, person, raw=known_of(person) | first_rows(service))
        find = drafts.locked_draft if lock else drafts.open_draft
        draft, person, files = find(signed_in_actor().person_id, draft_id)
        if draft.service != service.slug:
            abort(404)
        return cls(service, person, draft, drafts.read(draft), _files=files)

    @property
    def kept(self) -> Draft:
        """The draft of a form that has been saved; raises DraftGone."""
        if self.draft is None:
            raise DraftGone
        return self.draft

    @cached_property
    def given(self) -> dict[str, Any]:
        """Answers that come from the identity; nothing that is posted under these names has an effect."""
        return {
            "applicant_name": self.person.name("ar"),
            "applicant_id": self.person.identity_number,
            "identity_source": "national",
        }

    def shown(self, each: Field) -> Any:
        """What stands in the box of a field."""
        return self.given.get(each.id) if each.readonly else self.raw.get(each.id)

    def address(self, **more: Any) -> str:
        """Of the form; the addresses below are of its draft, once there is one."""
        if self.draft is None:
            return url_for("apply.start", slug=self.service.slug)
        return self._of_draft("apply.draft", **more)

    def check_address(self) -> str:
        return self._of_draft("apply.check")

    def delete_address(self) -> str:
        return self._of_draft("apply.delete")

    def file_address(self, file: Attachment) -> str:
        return self._of_draft("apply.file", attachment_id=file.id)

    def _of_draft(self, endpoint: str, **more: Any) -> str:
        return url_for(endpoint, slug=self.service.slug, draft_id=self.kept.id, **more)

    def attachments(self) -> list[Attachment]:
        if self._files is None:
            self._files = drafts.files_of(self.draft) if self.draft else []
        return self._files

    def files(self) -> Files:
        found: dict[tuple[str, int | None], list[str]] = {}
        for each in self.attachments():
            found.setdefault((each.field, each.row), []).append(str(each.id))
        return found

    def open(self) -> Reading:
        """What was typed, not judged: for a form that is only shown."""
        return Reading(self.raw, errors=dict(self.refused))

    def read(self) -> Reading:
        agency = current_app.extensions["profile"].agency(self.service.agency)
        judge = Judge(self.service, lang(), given=self.given, files=self.files(), today=today(agency.zone))
        reading = judge.read(self.raw)
        reading.errors |= self.refused
        return reading

    def take_typed(self) -> None:
        """Take over what this POST brings; rows keep their ids."""
        self.raw = typed(self.service, request.form)

    def save(self) -> Draft:
        """Keep what was typed: a draft exists from here on."""
        if self.draft is None:
            self.draft = drafts.start(self.person.id, self.service.slug, self.raw)
        else:
            drafts.save(self.draft, self.raw)
        return self.draft

    def take_files(self) -> None:
        """Take in every file of this POST. One that is refused leaves a sentence at its field; the others stay."""
        for each, group in self.service.form.walk():
            if isinstance(each, File):
                for path, row in self._places(each, group):
                    self._take(each, path, row)

    def _places(self, each: Field, group: Group | None) -> list[tuple[str, int | None]]:
        if group is None:
            return [(each.id, None)]
        return [
            (f"{group.id}-{place}-{each.id}", row[ROW_ID]) for place, row in enumerate(self.raw.get(group.id) or [])
        ]

    def _take(self, each: File, path: str, row: int | None) -> None:
        for storage in (storage for storage in request.files.getlist(path) if storage.filename):
            # Before the savepoint: a draft made inside would go with a refused file, and leave the next one homeless.
            draft = self.draft or self.save()
            try:
                with db.session.begin_nested():
                    self._keep(draft, each, storage, row)
            except (FileRefused, StorageAway) as refused:
                self.refused[path] = t(refused.text_key, **refused.params)

    def _keep(self, draft: Draft, each: File, storage: FileStorage, row: int | None) -> None:
        existing = [file for file in self.attachments() if file.field == each.id and file.row == row]
        replaces = existing[0] if each.most == 1 and existing else None
        limits = FileLimits.of(each)
        intake(
            storage.stream,
            storage.filename or "",
            owner_person_id=self.person.id,
            draft_id=draft.id,
            field=each.id,
            row=row,
            limits=limits,
            replaces=replaces,
            language=lang(),
        )
        if replaces is not None:
            kept_files.remove(replaces)
        self._files = None

    def remove_file(self, attachment_id: str) -> None:
        for each in self.attachments():
            if str(each.id) == attachment_id:
                kept_files.remove(each)
        self._files = None


def first_rows(service: Service) -> dict[str, Any]:
    """A part that has to be there at least once begins with its rows open."""
    raw: dict[str, Any] = {}
    for each in service.form.fields:
        for _ in range(each.least if isinstance(each, Group) else 0):
            add_row(raw, each)  # type: ignore[arg-type]
    return raw


def known_of(person: Person) -> dict[str, Any]:
    """What the form begins with: the contact details on the profile, else those of the newest request.

    A number typed into a form stays with that request: nobody has confirmed that it is the person's own.
    """
    given = {} if person.mobile and person.email else contacts.last_given(person.id)
    mobile, email = person.mobile or given.get("mobile"), person.email or given.get("email")
    typed_mobile = national_form(mobile).replace(" ", "").removeprefix("0") if mobile else ""
    return {"mobile": typed_mobile, "email": email or ""}
