"""Filing: a draft becomes a case, once, signed by the declaration that was ticked."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from app.calendars.clock import now
from app.calendars.hijri import hijri_year
from app.cases import deadlines, drafts, memory, numbers, papers, steps
from app.cases.answers import seal_answers
from app.cases.context import profile, registry
from app.cases.conversation import Draft, InfoRequest, Signature
from app.cases.effects import EFFECTS
from app.cases.errors import AlreadyOpen, TooManyFilings
from app.cases.models import Case, Deadline, Declaration, FormToken, History
from app.documents.models import Attachment, Document
from app.extensions import Base, db
from app.identity.actors import Actor
from app.identity.models import Person
from app.inserts import insert_together
from app.kit.service import Service
from app.kit.shared import COUNTER
from app.kit.workflow import FINAL, Stage

# The notice, and the line of the timeline, of a request that a clerk filed for its person.
ON_BEHALF = "submitted_on_behalf"
DAY = timedelta(days=1)
# Built once: making a statement costs more than asking it.
_of_person = Case.applicant_id == bindparam("person")
_OPEN = exists().where(
    _of_person, Case.service == bindparam("service"), Case.stage.not_in([str(stage) for stage in FINAL])
)
_RECENT = select(Case.id).where(_of_person, Case.filed_at > bindparam("since")).limit(bindparam("most")).subquery()
_KEPT = exists().where(Declaration.service == bindparam("service"), Declaration.version == bindparam("version"))
_STANDING = select(
    _OPEN.label("has_open"),
    select(func.count()).select_from(_RECENT).scalar_subquery().label("recent"),
    _KEPT.label("is_kept"),
)


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

    A second call with the same draft finds the first case: the draft's token is unique. Raises AlreadyOpen.
    """
    case_id = uuid.uuid4()
    taken = insert(FormToken).values(token=draft.token, result=str(case_id), used_at=now()).on_conflict_do_nothing()
    if db.session.execute(taken).rowcount == 0:  # type: ignore[attr-defined]
        found = filed_as(draft.token)
        assert found is not None
        return found
    service = registry()[draft.service]
    _allow(service, person.id)
    case = _make(case_id, service, answers, person=person, draft=draft, language=language)
    if on_behalf:
        case.channel, case.filed_by_staff_id = COUNTER, by.staff_id
    files = drafts.files_of(draft) if files is None else files
    targets = (rule for rule in service.deadlines if rule.kind == "target")
    running = [row for rule in targets for row in deadlines.opened(case, rule, case.filed_at)]
    # A case that is being made has nothing yet: saying so saves a question for each kind of thing it could have.
    memory.remember(case, {History: [], InfoRequest: [], Document: [], Deadline: running, Attachment: files})
    signature = _signature(case, by, shown, level=f"{COUNTER}_{on_behalf.consent}" if on_behalf else by.acr)
    row = _begin(case, service, by, on_behalf, [case, *running, signature])
    for attachment in files:
        attachment.draft_id, attachment.case_id = None, case.id
    papers.order(case, "summary", row)  # finds the signature without asking, since it is held here
    memory.forget(case)
    # Files that did not count any more lose their home with the draft (ON DELETE SET NULL), and are purged.
    db.session.delete(draft)
    db.session.flush()
    return case


def _begin(case: Case, service: Service, by: Actor, on_behalf: OnBehalf | None, rows: list[Base]) -> History:
    """The first step, written together with `rows`. Filed by a clerk, the client is told so in words of their own."""
    step = service.step("submit", Stage.DRAFT)
    assert step is not None
    content: dict[str, Any] = {"channel": case.channel}
    if step.effect:
        insert_together(*rows)  # what the effect makes belongs to the case
        rows, content = [], content | EFFECTS[step.effect](case, by)
    if on_behalf:
        step, content = replace(step, notice=ON_BEHALF), content | asdict(on_behalf)
    return steps.record(case, step, by=by, content=content, first=rows)


def _allow(service: Service, person_id: uuid.UUID) -> None:
    """Raises AlreadyOpen or TooManyFilings. Stores the version of the declaration unless it is stored."""
    if service.one_open:
        # Two drafts sent at once would both find nothing open: one of the person's filings at a time.
        db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    most = current_app.config["SETTINGS"].filings_a_day
    about = {"person": person_id, "service": service.slug, "version": service.version}
    found = db.session.execute(_STANDING, about | {"since": now() - DAY, "most": most}).one()
    if service.one_open and found.has_open:
        raise AlreadyOpen
    if found.recent >= most:
        raise TooManyFilings
    if not found.is_kept:
        keep_declaration(service)


def has_open(person_id: uuid.UUID, service: str) -> bool:
    return bool(db.session.scalar(select(_OPEN), {"person": person_id, "service": service}))


def _make(
    case_id: uuid.UUID, service: Service, answers: Mapping[str, Any], *, person: Person, draft: Draft, language: str
) -> Case:
    at = now()
    year = hijri_year(at, profile().agency(service.agency).zone)
    return Case(
        id=case_id,
        year=year,
        serial=numbers.next_serial(year),
        service=service.slug,
        agency=service.agency,
        office=service.office,
        declaration_version=service.version,
        applicant=person,
        applicant_id=person.id,
        stage=Stage.DRAFT,
        language=language,
        answers=seal_answers(case_id, service.form, answers),
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
