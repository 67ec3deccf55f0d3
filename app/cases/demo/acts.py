"""The verbs of a told case, each an ordinary operation in its own transaction."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.appointments import slots
from app.calendars.clock import now
from app.cases import appeals, clockwork, feedback, filing, messages, requests, steps, visits
from app.cases.asked import requests_of
from app.cases.context import service_of
from app.cases.conversation import ANSWERED, OPEN, InfoRequest
from app.cases.demo import money
from app.cases.demo.answers import picture
from app.cases.models import Case, Deadline
from app.cases.requests import Replies, Reply
from app.documents.models import Attachment
from app.extensions import db, transaction
from app.identity.actors import CLOCK, Actor
from app.kit.fields import File

Act = Mapping[str, Any]
FAR = 21


@dataclass(frozen=True)
class Scene:
    """The case being told, and who takes part."""

    case_id: uuid.UUID
    citizen: Actor
    staff: Mapping[str, Actor]

    @property
    def case(self) -> Case:
        return db.session.get_one(Case, self.case_id)

    def actor(self, act: Act) -> Actor:
        name = act.get("by", "citizen")
        return {"citizen": self.citizen, "clock": CLOCK}.get(name) or self.staff[name]


def token_of(key: str) -> str:
    """The form token a told case is filed with: a second telling finds the first."""
    return f"demo:{key}"


def take_step(scene: Scene, act: Act) -> None:
    """Any step of the workflow; slot and days are told in days from now, an officer by name, a transaction by story."""
    given = act.get("inputs", {}).items()
    inputs = {name: _day(value, act["at"]) if isinstance(value, int) else value for name, value in given}
    if "assignee" in inputs:
        inputs["assignee"] = str(scene.staff[inputs["assignee"]].staff_id)
    if "earlier_transaction" in inputs:
        earlier = filing.filed_as(token_of(inputs["earlier_transaction"]))
        assert earlier is not None
        inputs["earlier_transaction"] = f"{earlier.transaction_number}/{earlier.transaction_year}"
    if "slot" in act:
        inputs["slot"] = str(_slot(scene, act["slot"], act["at"]))
    with transaction():
        steps.move(
            scene.case_id,
            act["do"],
            by=scene.actor(act),
            version=None,
            reasons=act.get("reasons", ()),
            note=act.get("note", ""),
            inputs=inputs,
        )


def _day(days_from_today: int, told_at: str) -> str:
    """The day so many days from today, seen from where the act is told."""
    return (now() + timedelta(days=days_from_today - int(told_at.split()[0]))).date().isoformat()


def _slot(scene: Scene, days_from_today: int, told_at: str) -> uuid.UUID:
    """A free slot on that day counted from today, else on the open day nearest to it: later ones first for what is
    still to come, earlier ones for what is past."""
    calendar = visits.calendar_of_case(scene.case)
    told_on = now().astimezone(calendar.zone).date()
    wanted = told_on + timedelta(days=days_from_today - int(told_at.split()[0]))
    page = slots.free_slots(calendar.id, told_on + timedelta(days=1), FAR)
    days = dict(page.days)
    before, after = [day for day in days if day <= wanted], [day for day in days if day >= wanted]
    chosen: date = (min(after) if days_from_today >= 0 else max(before)) if after and before else min(days)
    free = days[chosen]
    return free[len(free) // 3].id


def ask(scene: Scene, act: Act) -> None:
    """Prepare every request, and send them as one notice."""
    with transaction():
        for told in act["requests"]:
            requests.prepare(scene.case_id, by=scene.actor(act), version=scene.case.version, **told)
        requests.send(scene.case_id, by=scene.actor(act), version=scene.case.version)


def reply(scene: Scene, act: Act) -> None:
    """Answer every open request: words for each, and a file where one was asked for."""
    with transaction():
        case = scene.case
        replies = [Reply(each.id, act.get("text", ""), _files(case, each)) for each in requests_of(case, OPEN)]
        requests.answer(case.id, Replies(replies), by=scene.citizen, version=case.public_version)


def _files(case: Case, asked: InfoRequest) -> tuple[uuid.UUID, ...]:
    if asked.kind not in ("document", "replacement"):
        return ()
    about = requests.target_of(case, asked.target)
    declared = {each.id: each for each, _group in service_of(case).form.walk() if isinstance(each, File)}
    field = declared[about.field["id"]] if about else File(id=f"request:{asked.id}")
    now_there = (about.value(case.answers) or [None])[0] if about else None
    earlier = db.session.get(Attachment, uuid.UUID(now_there)) if now_there else None
    row = about.row if about else None
    return (picture(service_of(case), field, case.applicant, row=row, case_id=case.id, replaces=earlier),)


def accept(scene: Scene, act: Act) -> None:
    with transaction():
        if requests_of(scene.case, ANSWERED):
            requests.accept(scene.case_id, by=scene.actor(act), version=scene.case.version)


def write(scene: Scene, act: Act) -> None:
    with transaction():
        messages.write(scene.case_id, act["text"], by=scene.actor(act), internal=act.get("internal", False))


def rate(scene: Scene, act: Act) -> None:
    with transaction():
        feedback.rate(scene.case_id, act["stars"], act["words"], by=scene.citizen)


def appeal(scene: Scene, act: Act) -> None:
    with transaction():
        appeals.file(scene.case_id, subject=act["subject"], grounds=act["grounds"], late_reason="", by=scene.citizen)


def wait(scene: Scene, act: Act) -> None:
    """Time has passed: whatever of this case has fallen due by now is done by the clock."""
    due = select(Deadline.id).where(
        Deadline.case_id == scene.case_id,
        Deadline.state == "open",
        Deadline.due_at <= now(),
        Deadline.step.is_not(None) | Deadline.notice.is_not(None),
    )
    for deadline_id in db.session.scalars(due.order_by(Deadline.due_at)).all():
        clockwork.fire(deadline_id)


VERBS: Mapping[str, Callable[[Scene, Act], None]] = {
    "ask": ask,
    "reply": reply,
    "accept": accept,
    "write": write,
    "rate": rate,
    "appeal": appeal,
    "wait": wait,
    "collect": money.collect,
}
