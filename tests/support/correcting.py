"""An officer asks for a correction, and the citizen gives another answer."""

from typing import Any

from app.cases import queries, requests
from app.cases.asked import requests_of
from app.cases.context import service_of
from app.cases.conversation import OPEN
from app.cases.requests import Replies, Reply
from app.extensions import transaction
from app.identity.actors import Actor
from tests.support.world import World


def correct(world: World, number: str, target: str, value: Any) -> None:
    """`value`: as it is kept."""
    with world.app.app_context():
        case, officer = queries.find_case(number), world.actor(number="1000000107")
        assert case is not None
        reason = service_of(case).reasons_of("return")[0].code
        with transaction():
            told = {"target": target, "reason": reason, "text": ""}
            requests.prepare(case.id, kind="correction", by=officer, version=case.version, **told)
            requests.send(case.id, by=officer, version=case.version)
        citizen = Actor(kind="citizen", person_id=case.applicant_id, identity_key=case.applicant.identity_key)
        with transaction():
            replies = Replies([Reply(each.id, "", value=value) for each in requests_of(case, OPEN)])
            requests.answer(case.id, replies, by=citizen, version=case.public_version)
