"""Filing: a draft becomes a case, once, signed by the declaration that was ticked."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import exists, select
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
from app.documents.models import Attachment
from app.extensions import db
from app.identity.actors import Actor
from app.identity.models import Person
from app.kit.service import Service
from app.kit.shared import COUNTER
from app.kit.workflow import FINAL, Stage

# The notice, and the line of the timeline, of a request that a clerk filed for its person.
ON_BEHALF = "submitted_on_behalf"


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
    on_behalf: OnBehalf | None = None,
) -> Case:
    """Make the case of a draft whose row the caller has locked.

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
    files = _adopt(draft, case)
    # A case that is being made has nothing yet: saying so saves a question for each kind of thing it could have.
    fresh: dict[type, list[Any]] = {History: [], InfoRequest: [], Deadline: [], Attachment: files}
    memory.remember(case, fresh)
    if any(rule.kind == "target" for rule in service.deadlines):
        fresh[Deadline] = [deadlines.set_deadline(case, "target", basis_at=case.filed_at)]
    signature = _sign(case, by, shown, level=f"{COUNTER}_{on_behalf.consent}" if on_behalf else by.acr)
    row = _begin(case, service, by, on_behalf)
    assert signature in db.session  # held here, so that the summary finds it without asking
    papers.order(case, "summary", row)
    memory.forget(case)
    # Files that did not count any more lose their home with the draft (ON DELETE SET NULL), and are purged.
    db.session.delete(draft)
    db.session.flush()
    return case


def _begin(case: Case, service: Service, by: Actor, on_behalf: OnBehalf | None) -> History:
    """The first step. Filed by a clerk, the client is told so in words of their own."""
    step = service.step("submit", Stage.DRAFT)
    assert step is not None
    content = {"channel": case.channel} | (EFFECTS[step.effect](case, by) if step.effect else {})
    if on_behalf:
        step, content = replace(step, notice=ON_BEHALF), content | asdict(on_behalf)
    return steps.record(case, step, by=by, content=content)


def _allow(service: Service, person_id: uuid.UUID) -> None:
    """Raises AlreadyOpen or TooManyFilings."""
    if service.one_open:
        # Two drafts sent at once would both find nothing open: one of the person's filings at a time.
        db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
        if has_open(person_id, service.slug):
            raise AlreadyOpen
    most = current_app.config["SETTINGS"].filings_a_day
    recent = select(Case.id).where(Case.applicant_id == person_id, Case.filed_at > now() - timedelta(days=1))
    if len(db.session.scalars(recent.limit(most)).all()) >= most:
        raise TooManyFilings


def has_open(person_id: uuid.UUID, service: str) -> bool:
    query = exists().where(
        Case.applicant_id == person_id, Case.service == service, Case.stage.not_in([str(stage) for stage in FINAL])
    )
    return bool(db.session.scalar(select(query)))


def _make(
    case_id: uuid.UUID, service: Service, answers: Mapping[str, Any], *, person: Person, draft: Draft, language: str
) -> Case:
    at = now()
    year = hijri_year(at, profile().agency(service.agency).zone)
    case = Case(
        id=case_id,
        year=year,
        serial=numbers.next_serial(year),
        service=service.slug,
        agency=service.agency,
        office=service.office,
        declaration_version=keep_declaration(service),
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
    db.session.add(case)
    db.session.flush()
    return case


def keep_declaration(service: Service) -> str:
    """Store this version of the declaration unless it is stored; returns the version."""
    row = insert(Declaration).values(
        service=service.slug, version=service.version, content=service.snapshot, first_used_at=now()
    )
    db.session.execute(row.on_conflict_do_nothing())
    return service.version


def _adopt(draft: Draft, case: Case) -> list[Attachment]:
    """The files of the draft belong to the case from now on."""
    files = drafts.files_of(draft)
    for attachment in files:
        attachment.draft_id, attachment.case_id = None, case.id
    return files


def _sign(case: Case, by: Actor, shown: Shown, *, level: str | None) -> Signature:
    """`level`: how sure the portal is of the person: that of his sign-in, or how he agreed at a counter."""
    signature = Signature(
        id=case.id,
        signed_at=now(),
        person_id=case.applicant_id,
        acr=level,
        auth_time=by.auth_time,
        text_shown=shown.declaration,
        shown=shown.text,
        shown_hash=shown.hash,
    )
    db.session.add(signature)
    db.session.flush()
    return signature
