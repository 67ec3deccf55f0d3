"""Two requests of one person about the same thing, made at once on real connections: only one of them is open."""

import uuid
from collections.abc import Callable

import pytest

from app.cases import drafts, filing, queries, requests, steps
from app.cases.asked import requests_of
from app.cases.context import registry
from app.cases.conversation import OPEN
from app.cases.filing import Shown
from app.cases.models import Case
from app.cases.requests import Replies, Reply
from app.extensions import db, transaction
from app.identity.actors import Actor
from app.identity.models import Person
from tests.services.prisoners import PRISONER, SLUG, answers, examined
from tests.support.races import in_app, together
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("unpooled")


def test_an_answer_and_a_filing_do_not_both_ask_for_the_same(world: World) -> None:
    for _turn in range(5):
        number = examined(world, "transfer")
        case_id, person_id, asked = _asked_for_its_kind(world, number)
        citizen = Actor(kind="citizen", person_id=person_id)
        reply = Replies([Reply(asked, value="pardon")])
        verbs: list[Callable[[], object]] = [
            lambda id=case_id, reply=reply, who=citizen: requests.answer(id, reply, by=who, version=_version(id)),
            lambda who=citizen: _file(who),
        ]
        assert sorted(together([in_app(world.app, verb) for verb in verbs])) == ["SameOpen", "done"]
        _end_all(world, person_id)


def _asked_for_its_kind(world: World, number: str) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    officer = world.actor()
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        told = {"target": "request_kind", "reason": "needs_explanation", "text": ""}
        requests.prepare(case.id, kind="correction", by=officer, version=case.version, **told)
        requests.send(case.id, by=officer, version=case.version)
        return case.id, case.applicant_id, requests_of(case, OPEN)[0].id


def _version(case_id: uuid.UUID) -> int:
    return db.session.get_one(Case, case_id).public_version


def _file(citizen: Actor) -> None:
    assert citizen.person_id
    person = db.session.get_one(Person, citizen.person_id)
    given = {key: value for key, value in answers("pardon").items() if isinstance(value, str)}
    draft = drafts.start(person.id, SLUG, {})
    shown = Shown(registry()[SLUG].declaration("ar"), "")
    more = {"prisoner_id": PRISONER, "applicant_id": person.identity_number, "mobile": "+966512345678"}
    filing.submit(draft, given | more, by=citizen, person=person, shown=shown, language="ar")


def _end_all(world: World, person_id: uuid.UUID) -> None:
    """So that the next turn begins with none."""
    with world.app.app_context(), transaction():
        for case in queries.cases_of(person_id):
            if not case.is_final:
                steps.move(case.id, "cancel", by=Actor(kind="citizen", person_id=person_id), version=None)
