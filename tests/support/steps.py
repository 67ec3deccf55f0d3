"""Taking steps at the desk without its pages."""

from typing import Any

from sqlalchemy import select

from app.cases import queries, requests, steps
from app.extensions import db, transaction
from app.identity.actors import Actor
from app.notify.models import Message
from tests.support.world import World


def take(world: World, number: str, step: str, by: Actor, **more: Any) -> None:
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=case.version, **more)


ASKED = {"kind": "answer", "target": "other", "reason": "needs_explanation", "text": "متى؟"}


def ask(world: World, number: str, by: Actor, *asked: dict[str, str], send: bool = True) -> list[str]:
    """What an officer asks of the citizen, ASKED when nothing is said; the ids. Kept back until told to `send`."""
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        rows = [requests.prepare(case.id, by=by, version=case.version, **each) for each in asked or (ASKED,)]
        if send:
            requests.send(case.id, by=by, version=case.version)
        return [str(row.id) for row in rows]


def sms(world: World) -> list[str]:
    with world.app.app_context():
        return list(
            db.session.scalars(select(Message.event).where(Message.channel == "sms").order_by(Message.created_at))
        )
