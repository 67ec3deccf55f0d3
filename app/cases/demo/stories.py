"""Tells the demo cases, a file of told/ for each service: each act is one ordinary operation, taken at its own moment.

`at`: days from today and the agency's time; "visit" before it means the day of the visit. `by`: citizen, clock, or a
short name of people.toml. `do`: a step of the workflow, or one of the verbs of acts.py (file, ask, reply, accept,
write, rate, appeal, wait). Codes are those of the services.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from app.appointments import slots
from app.calendars.clock import now, today
from app.cases import drafts, filing
from app.cases.answers import Line, read
from app.cases.context import profile, registry
from app.cases.demo.acts import VERBS, Scene, take_step, token_of
from app.cases.demo.answers import answers_of
from app.cases.demo.past import at, moment_of
from app.cases.errors import AlreadyOpen, TooManyFilings
from app.cases.filing import Shown
from app.cases.models import Case, FormToken
from app.extensions import db, transaction
from app.identity.actors import Actor
from app.identity.models import Person
from app.kit.service import Service
from app.notify.models import Message, State

FOR_GOOD = datetime(9000, 1, 1, tzinfo=UTC)
TOLD: list[dict[str, Any]] = [
    story
    for path in sorted((Path(__file__).parent / "told").glob("*.toml"))
    for story in tomllib.loads(path.read_text("utf-8"))["stories"]
]


def tell(told: Mapping[str, Any], people: Mapping[str, Person], staff: Mapping[str, Actor]) -> bool:
    """Tell one case, unless it was told before or its person has filed such a one; whether anything was done."""
    if filing.filed_as(token_of(told["key"])) is not None:
        return False
    person, service = people[told["person"]], registry()[told["service"]]
    zone, day = profile().agency(service.agency).zone, today(profile().agency(service.agency).zone)
    scene: Scene | None = None
    latest = now() - timedelta(minutes=2 * len(told["acts"]))
    earliest: datetime | None = None
    for act in told["acts"]:
        from_visit, _, rest = act["at"].rpartition("visit")
        since = _visit_day(scene) if act["at"].startswith("visit") else day
        moment = min(moment_of(rest, since, zone), latest)
        moment = max(moment, earliest) if earliest else moment
        earliest, latest = moment + timedelta(minutes=1), latest + timedelta(minutes=2)
        with at(moment):
            try:
                scene = _play(act, scene, told, person, service, staff)
            except (AlreadyOpen, TooManyFilings):
                return False
    return True


def _visit_day(scene: Scene | None) -> Any:
    assert scene is not None
    return slots.bookings_of(scene.case_id)[0].on_day


def _play(
    act: Mapping[str, Any],
    scene: Scene | None,
    told: Mapping[str, Any],
    person: Person,
    service: Service,
    staff: Mapping[str, Actor],
) -> Scene:
    """One act; what the person was told of it went out at the time."""
    citizen = Actor(kind="citizen", person_id=person.id, identity_key=person.identity_key, auth_time=now())
    if scene is None:
        with transaction():
            case = _file(told, person, service, citizen)
            _delivered(case)
        return Scene(case.id, citizen, staff)
    scene = replace(scene, citizen=citizen)
    VERBS.get(act["do"], take_step)(scene, act)
    with transaction():
        _delivered(scene.case)
    return scene


def _file(told: Mapping[str, Any], person: Person, service: Service, citizen: Actor) -> Case:
    draft = drafts.start(person.id, service.slug, {})
    draft.token = token_of(told["key"])
    answers = answers_of(service, person, draft, told["answers"])
    shown = Shown(service.declaration(person.language), _page(service, answers, person.language))
    case = filing.submit(draft, answers, by=citizen, person=person, shown=shown, language=person.language)
    # Used tokens are forgotten after a week, and the next start would tell the story once more.
    db.session.execute(update(FormToken).where(FormToken.token == draft.token).values(used_at=FOR_GOOD))
    return case


def _page(service: Service, answers: Mapping[str, Any], language: str) -> str:
    hijri = profile().agency(service.agency).counts_hijri
    parts = read(service.snapshot, answers, language, hijri=hijri)
    return "\n".join(f"{part.title}\n" + "\n".join(map(_line, part.lines)) for part in parts)


def _line(line: Line) -> str:
    inner = "".join(f"\n{title}: " + "; ".join(map(_line, row)) for title, row in line.rows)
    return f"{line.label}: {line.value}{inner}"


def _delivered(case: Case) -> None:
    """The messages of a told case lie in the past: nobody's telephone rings for them now."""
    db.session.flush()
    db.session.execute(
        update(Message)
        .where(Message.case_id == case.id, Message.state == State.QUEUED)
        .values(state=State.DELIVERED, sent_at=now(), settled_at=now(), attempts=1)
    )
