"""Filing: a draft becomes a case, once, signed by the declaration that was ticked."""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app
from sqlalchemy import (
    ARRAY,
    UUID,
    String,
    Table,
    all_,
    any_,
    bindparam,
    delete,
    exists,
    func,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import set_committed_value

from app.calendars.clock import now
from app.calendars.hijri import hijri_year
from app.cases import deadlines, drafts, memory, papers, steps
from app.cases.announcements import IS_CLOSED
from app.cases.answers import seal_answers
from app.cases.context import profile, registry
from app.cases.conversation import Draft, InfoRequest, Signature
from app.cases.effects import EFFECTS
from app.cases.errors import AlreadyOpen, SameOpen, ServiceClosed, TooManyFilings
from app.cases.models import Case, Deadline, Declaration, FormToken, History
from app.cases.numbers import NEXT_SERIAL, first_serial, sequence_of
from app.cases.weighing import same_key
from app.documents.models import Attachment, Document
from app.extensions import Base, db
from app.hot import Hot
from app.identity.actors import Actor
from app.identity.models import Person
from app.inserts import Also, Compiled, insert_together, one_statement
from app.kit.service import Service
from app.kit.shared import COUNTER
from app.kit.workflow import FINAL, Stage

# The notice, and the line of the timeline, of a request that a clerk filed for its person.
ON_BEHALF = "submitted_on_behalf"
DAY = timedelta(days=1)
_ENDED = [str(stage) for stage in FINAL]
# Built once: making a statement costs more than asking it.
_TAKEN = (
    insert(FormToken)
    .values(token=bindparam("token"), result=bindparam("case"), used_at=bindparam("at"))
    .on_conflict_do_nothing()
    .returning(FormToken.token)
    .cte("taken")
)
_of_person = Case.applicant_id == bindparam("person")
_OPEN = exists().where(
    _of_person,
    Case.service == bindparam("service"),
    Case.stage != all_(bindparam("final", type_=ARRAY(String))),
    Case.same_key.is_not_distinct_from(bindparam("same")),
)
# What would stand in the way.
_WAY: list[Any] = [_OPEN.label("has_open"), IS_CLOSED.label("is_closed")]
_STANDING = Hot(select(*_WAY))
_RECENT = select(Case.id).where(_of_person, Case.filed_at > bindparam("since")).limit(bindparam("most")).subquery()
_KEPT = exists().where(Declaration.service == bindparam("service"), Declaration.version == bindparam("version"))
_HELD = Compiled(select(Person.id).where(Person.id == bindparam("person")).with_for_update(key_share=True))
# Takes the token, and says whether nobody had; what the person has filed; the next request number.
_BEGUN = Compiled(
    select(
        select(func.count()).select_from(_TAKEN).scalar_subquery().label("is_first"),
        *_WAY,
        select(func.count()).select_from(_RECENT).scalar_subquery().label("recent"),
        _KEPT.label("is_kept"),
        NEXT_SERIAL.label("serial"),
    )
)
_attachments, _drafts = cast(Table, Attachment.__table__), cast(Table, Draft.__table__)
_FILES_MOVED = (
    update(_attachments)
    .where(_attachments.c.id == any_(bindparam("files", type_=ARRAY(UUID))))
    .values(draft_id=null(), case_id=bindparam("their_case"))
)
_DRAFT_SENT = delete(_drafts).where(_drafts.c.id == bindparam("draft"))


@dataclass(frozen=True)
class Shown:
    """What the person signed: the declaration's sentence and the whole text of the check page."""

    declaration: str
    page: str

    @property
    def text(self) -> str:
        return f"{self.declaration}\n{self.page}"

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def filed_as(token: str) -> Case | None:
    """The case that this form token has already made, if it was used."""
    found = db.session.scalar(select(FormToken.result).where(FormToken.token == token))
    return db.session.get(Case, uuid.UUID(found)) if found else None


@dataclass(frozen=True)
class OnBehalf:
    """A clerk files in the client's name: who came to the counter, and how the client agreed (code or stated)."""

    who_came: str
    consent: str


def submit(
    draft: Draft,
    answers: Mapping[str, Any],
    *,
    by: Actor,
    person: Person,
    shown: Shown,
    language: str,
    files: Sequence[Attachment] | None = None,
    on_behalf: OnBehalf | None = None,
) -> Case:
    """Make the case of a draft whose row the caller has locked. `files`: those of the draft, read since.

    A second call with the same draft finds the first case: the draft's token is unique. Raises what `_allow` does.
    """
    case_id, at = uuid.uuid4(), now()
    service = registry()[draft.service]
    year = hijri_year(at, profile().agency(service.agency).zone)
    begun = _begin(case_id, draft, answers, person.id, at, year)
    if not begun.is_first:
        found = filed_as(draft.token)
        assert found is not None
        return found
    _allow(service, begun)
    number = year, begun.serial or first_serial(year)
    case = _make(case_id, service, answers, person=person, draft=draft, language=language, at=at, number=number)
    if on_behalf:
        case.channel, case.filed_by_staff_id = COUNTER, by.staff_id
    files = drafts.files_of(draft) if files is None else files
    running = deadlines.first_target(case, service)
    # A case that is being made has nothing yet: saying so saves a question for each kind of thing it could have.
    memory.remember(case, {History: [], InfoRequest: [], Document: [], Deadline: running, Attachment: files})
    signature = _signature(case, by, shown, level=f"{COUNTER}_{on_behalf.consent}" if on_behalf else by.acr)
    _write(case, service, by, on_behalf, [case, *running, signature], draft=draft, files=files)
    memory.forget(case)
    return case


def _begin(
    case_id: uuid.UUID, draft: Draft, answers: Mapping[str, Any], person_id: uuid.UUID, at: datetime, year: int
) -> Any:
    """Takes the token of the draft, and tells what stands in the way."""
    # Drafts sent at once would all find nothing open, and as much left of the day: one filing of a person at a time.
    _HELD.send({"person": person_id})
    service = registry()[draft.service]
    values = {
        "token": draft.token,
        "case": str(case_id),
        "at": at,
        "person": person_id,
        "service": service.slug,
        "version": service.version,
        "since": at - DAY,
        "most": current_app.config["SETTINGS"].filings_a_day,
        "sequence": sequence_of(year),
        "final": _ENDED,
        "same": same_key(service, answers),
    }
    return _BEGUN.send(values).fetchone()


def _allow(service: Service, begun: Any) -> None:
    """Stores this version of the declaration unless it is. Raises ServiceClosed, AlreadyOpen or TooManyFilings."""
    if begun.is_closed:
        raise ServiceClosed
    if service.one_open and begun.has_open:
        raise SameOpen if service.one_open_by else AlreadyOpen
    if begun.recent >= current_app.config["SETTINGS"].filings_a_day:
        raise TooManyFilings
    if not begun.is_kept:
        keep_declaration(service)


def _write(
    case: Case,
    service: Service,
    by: Actor,
    on_behalf: OnBehalf | None,
    made: list[Base],
    *,
    draft: Draft,
    files: Sequence[Attachment],
) -> None:
    """The first step, written together with `made`. Filed by a clerk, the client is told so in words of their own."""
    step = service.step("submit", Stage.DRAFT)
    assert step is not None
    content: dict[str, Any] = {"channel": case.channel}
    if step.effect:
        insert_together(*made)  # what the effect makes belongs to the case
        made, content = [], content | EFFECTS[step.effect](case, by)
    if on_behalf:
        step, content = replace(step, notice=ON_BEHALF), content | asdict(on_behalf)
    with one_statement(*_sent(draft, files, case)):
        row = steps.record(case, step, by=by, content=content, first=made)
        papers.order(case, "summary", row)  # finds the signature without asking, since it is held here


def _sent(draft: Draft, files: Sequence[Attachment], case: Case) -> Iterator[Also]:
    """The files belong to the case, and the draft is gone.

    Files that did not count any more lose their home with it (ON DELETE SET NULL), and are purged.
    """
    if files:
        yield Also(_FILES_MOVED, {"files": [each.id for each in files], "their_case": case.id})
        for each in files:
            set_committed_value(each, "draft_id", None)
            set_committed_value(each, "case_id", case.id)
    yield Also(_DRAFT_SENT, {"draft": draft.id})
    db.session.expunge(draft)


def standing(person_id: uuid.UUID, service: Service) -> str | None:
    """Key of what would stand in the way of sending now, as far as it is known before a form is filled."""
    row = _STANDING.row({"person": person_id, "service": service.slug, "final": _ENDED, "same": None, "at": now()})
    if row.is_closed:
        return ServiceClosed.text_key
    return AlreadyOpen.text_key if service.one_open and row.has_open else None


def _make(
    case_id: uuid.UUID,
    service: Service,
    answers: Mapping[str, Any],
    *,
    person: Person,
    draft: Draft,
    language: str,
    at: datetime,
    number: tuple[int, int],
) -> Case:
    year, serial = number
    agency = service.agency_for(answers)
    return Case(
        id=case_id,
        year=year,
        serial=serial,
        service=service.slug,
        agency=agency,
        office=service.office if agency == service.agency else profile().main_office(agency),
        declaration_version=service.version,
        applicant=person,
        applicant_id=person.id,
        stage=Stage.DRAFT,
        language=language,
        answers=seal_answers(case_id, service.form, answers),
        is_urgent=service.is_urgent(answers),
        same_key=same_key(service, answers),
        filed_at=at,
        touched_at=at,
        copied_from_id=draft.copied_from_id,
        version=0,
        public_version=0,
    )


def keep_declaration(service: Service) -> str:
    """Store this version of the declaration unless it is stored; returns the version."""
    row = insert(Declaration).values(
        service=service.slug, version=service.version, content=service.snapshot, first_used_at=now()
    )
    db.session.execute(row.on_conflict_do_nothing())
    return service.version


def _signature(case: Case, by: Actor, shown: Shown, *, level: str | None) -> Signature:
    """`level`: how sure the portal is of the person: that of his sign-in, or how he agreed at a counter."""
    return Signature(
        id=case.id,
        signed_at=now(),
        person_id=case.applicant_id,
        acr=level,
        auth_time=by.auth_time,
        text_shown=shown.declaration,
        shown=shown.text,
        shown_hash=shown.hash,
    )
