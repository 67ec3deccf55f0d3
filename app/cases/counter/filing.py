"""A clerk's draft for a client, and its filing in the client's name once he has agreed."""

import hashlib
import json
import secrets
import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.calendars.clock import now
from app.cases import drafts, filing
from app.cases.context import profile, registry
from app.cases.conversation import Draft
from app.cases.counter import openings, watch
from app.cases.counter.errors import OwnClient
from app.cases.counter.models import CounterVisit
from app.cases.counter.scope import handles
from app.cases.errors import CaseNotFound, DraftGone
from app.cases.filing import OnBehalf, Shown
from app.cases.models import Case
from app.extensions import db
from app.identity.actors import Actor
from app.identity.models import identity_key
from app.kit.service import Service
from app.kit.shared import WHO_CAME

# The client stands there: what is not filed within a week is typed anew, from papers he brings again.
KEPT = timedelta(days=7)


def start(visit: CounterVisit, service: Service, who_came: str, *, by: Actor) -> Draft:
    """An empty draft of this visit. Raises CaseNotFound for a service that is not filed at this counter."""
    if not service.can_be_filed_at_counter or not handles(by, service.slug, service.agency, visit.office):
        raise CaseNotFound
    assert who_came in WHO_CAME
    draft = Draft(
        person_id=visit.person_id,
        service=service.slug,
        content="{}",
        token=secrets.token_urlsafe(32),
        expires_at=now() + KEPT,
        visit_id=visit.id,
        who_came=who_came,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def draft_of(by: Actor, draft_id: uuid.UUID, *, lock: bool = False) -> tuple[Draft, CounterVisit]:
    """The clerk's own draft with its visit, also after a new sign-in; raises DraftGone."""
    query = select(Draft).where(Draft.id == draft_id, Draft.visit_id.is_not(None), Draft.expires_at > now())
    draft = db.session.scalar(query.with_for_update() if lock else query)
    visit = db.session.get(CounterVisit, draft.visit_id) if draft else None
    if draft is None or visit is None or visit.staff_id != by.staff_id:
        raise DraftGone
    if not handles(by, draft.service, registry()[draft.service].agency, visit.office):
        raise DraftGone
    return draft, visit


def drafts_of(by: Actor) -> list[tuple[Draft, CounterVisit]]:
    """What the clerk has begun and not sent, the last saved first."""
    query = (
        select(Draft, CounterVisit)
        .join(CounterVisit, CounterVisit.id == Draft.visit_id)
        .where(CounterVisit.staff_id == by.staff_id, Draft.expires_at > now())
        .order_by(Draft.saved_at.desc())
        .limit(20)
    )
    return [(draft, visit) for draft, visit in db.session.execute(query).unique()]


def save(draft: Draft, content: dict[str, Any]) -> None:
    draft.content = json.dumps(content, ensure_ascii=False)
    draft.saved_at, draft.expires_at = now(), now() + KEPT


def needs_code(service: Service) -> bool:
    """Whether this agency wants the client's code before a clerk files for him."""
    return profile().agency(service.agency).counter_consent


def send_code(draft: Draft, visit: CounterVisit, shown: Shown, *, by: Actor) -> None:
    """The code that agrees to this very text. Raises NoMobile and TooManyCodes."""
    watch.note(watch.CODE, by=by, office=visit.office, person=visit.person_id, draft=str(draft.id))
    openings.send(visit, _purpose(draft, shown), openings.AGREES, by=by)


def agrees(draft: Draft, visit: CounterVisit, shown: Shown, entered: str, *, by: Actor) -> bool:
    """Whether that is the code of the client for the text as it stands now."""
    return openings.redeem(visit, _purpose(draft, shown), entered, by=by)


def _purpose(draft: Draft, shown: Shown) -> str:
    """The page names its files: what lies in them is part of what the client agrees to."""
    files = [each.sha256 for each in drafts.files_of(draft)]
    agreed = hashlib.sha256("\n".join([shown.hash, *files]).encode()).hexdigest()
    return f"counter_file:{draft.id}:{agreed[:32]}"


def check_own(answers: dict[str, Any], service: Service, visit: CounterVisit, *, by: Actor) -> None:
    """Raises OwnClient where the clerk is the client, or stands before himself in the client's place."""
    country = profile().agency(service.agency).country
    sent = answers.get("representative_id")
    if by.same_person(visit.person.identity_key) or sent and by.same_person(identity_key(country, sent)):
        raise OwnClient


def submit(
    draft: Draft, visit: CounterVisit, answers: dict[str, Any], *, by: Actor, shown: Shown, consent: str
) -> Case:
    """File the draft, whose row the caller has locked. `consent`: code, or stated where the agency asks for none.

    Raises TooMuchToday, AlreadyOpen and TooManyFilings.
    """
    watch.allow(by, watch.FILED)
    client = visit.person
    case = filing.submit(
        draft,
        answers,
        by=openings.for_client(by, visit),
        person=client,
        shown=shown,
        language=client.language,
        on_behalf=OnBehalf(str(draft.who_came), consent),
    )
    watch.note(watch.FILED, by=by, office=visit.office, person=client.id, case=case, consent=consent)
    return case
