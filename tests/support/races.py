"""Many at once on real connections: the crowd, what it needs beforehand, and what must hold after it."""

import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select, update

from app.calendars.clock import now
from app.cases import drafts, filing, requests, steps, trail
from app.cases.answers import open_answers
from app.cases.models import Case, Deadline
from app.extensions import db, transaction
from app.identity.actors import Actor
from app.identity.models import Person
from app.kit.errors import Refused
from app.notify.models import Message
from tests.support import signed_in
from tests.support.world import APPOINTMENT, SECURITY, Browser, World, letter

APPLY = "/services/emirate_appointment/apply"


def together(verbs: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each verb gives when all begin at once, each in a thread of its own."""
    barrier = threading.Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> Any:
        barrier.wait(60)
        return verb()

    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run, verbs))


def in_app(app: Flask, verb: Callable[[], Any]) -> Callable[[], str]:
    """The verb in a transaction of its own; says how it ended."""

    def run() -> str:
        with app.app_context():
            try:
                with transaction():
                    verb()
            except Refused as refused:
                return type(refused).__name__
            finally:
                db.session.remove()
            return "done"

    return run


def messages(world: World, event: str) -> int:
    with world.app.app_context():
        rows = select(func.count()).select_from(Message).where(Message.event == event, Message.channel == "sms")
        return db.session.scalar(rows) or 0


def cases(world: World) -> list[Case]:
    with world.app.app_context():
        db.session.remove()
        return list(db.session.scalars(select(Case).order_by(Case.serial)).unique())


def holds(world: World) -> None:
    with world.app.app_context():
        assert list(trail.verify()) == []


def drafted(browser: Browser) -> str:
    """The address of a check page, one press away from filing."""
    page = browser.post(APPLY, {**APPOINTMENT, "subject_letter": letter(), "action": "check"})
    assert page.status == 303
    return page.location


def twin(browser: Browser) -> Browser:
    """The same browser for another thread: a test client is not made for two at once."""
    client = browser.client.application.test_client()
    client._cookies = dict(browser.client._cookies)  # type: ignore[attr-defined]
    return Browser(client)


def filed(world: World, count: int) -> list[uuid.UUID]:
    """Cases of as many people, taken up and checked, ready for a decision. The first is filed through the pages."""
    officer, guard = world.actor(), world.actor(SECURITY, email="security@example.com")
    found = [world.case(world.file(world.citizen(NUMBERS[0]))).id]
    people = [signed_in.person(world.app, number) for number in NUMBERS[1:count]]
    with world.app.app_context(), transaction():
        case = db.session.get_one(Case, found[0])
        answers = open_answers(case.id, case.answers)
        found += [_filed_alike(db.session.get_one(Person, person_id), answers) for person_id in people]
        for case_id in found:
            steps.move(case_id, "start_review", by=officer, version=None)
            steps.move(case_id, "security_check", by=guard, version=None, inputs={"result": "clear"})
    return found


def _filed_alike(person: Person, answers: dict[str, Any]) -> uuid.UUID:
    by, own = Actor(kind="citizen", person_id=person.id), {**answers, "applicant_id": person.identity_number}
    draft = drafts.start(person.id, "emirate_appointment", {})
    return filing.submit(draft, own, by=by, person=person, shown=filing.Shown("", ""), language="ar").id


def national_ids(count: int) -> list[str]:
    from stdnum import luhn

    stems = (f"1{turn:08d}" for turn in range(1, 10 * count))
    return [stem + luhn.calc_check_digit(stem) for stem in stems][:count]


NUMBERS = national_ids(60)


def citizen_of(world: World, case_id: uuid.UUID) -> Actor:
    with world.app.app_context():
        return Actor(kind="citizen", person_id=db.session.get_one(Case, case_id).applicant_id)


def asked(world: World, case_id: uuid.UUID) -> uuid.UUID:
    """A question to the citizen whose last day has just ended; its id."""
    officer = world.actor()
    with world.app.app_context(), transaction():
        case = db.session.get_one(Case, case_id)
        what = {"kind": "answer", "target": "other", "reason": "needs_explanation", "text": "?"}
        found = requests.prepare(case_id, by=officer, version=case.version, **what)
        requests.send(case_id, by=officer, version=case.version)
        ended = now() - timedelta(seconds=1)
        db.session.execute(
            update(Deadline)
            .where(Deadline.case_id == case_id, Deadline.kind == "answer", Deadline.state == "open")
            .values(due_at=ended)
        )
        return found.id
