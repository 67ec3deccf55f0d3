"""Requests to the citizen: prepared, sent as one notice, answered together, accepted. No decision while one is open."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.calendars.clock import now
from app.cases import deadlines, papers, policy, steps, timing, weighing
from app.cases.answers import open_answers
from app.cases.asked import requests_of
from app.cases.context import service_of
from app.cases.conversation import (
    ACCEPTED,
    ANSWERED,
    OPEN,
    PREPARED,
    REQUEST_KINDS,
    WITHDRAWN,
    InfoRequest,
    ThreadEntry,
)
from app.cases.errors import BadInput, NothingChanged, SomebodyFaster, StepRefused, several
from app.cases.models import Case, History
from app.cases.targets import Target, find_target, twice
from app.extensions import db
from app.identity.actors import Actor
from app.kit.arabic import clean_text
from app.kit.fields import File
from app.kit.service import Service

OTHER = "other"


@dataclass(frozen=True)
class Reply:
    """What the citizen sends for one request: words, new attachments, or a corrected answer."""

    request_id: uuid.UUID
    text: str = ""
    files: tuple[uuid.UUID, ...] = ()
    value: Any = None


@dataclass(frozen=True)
class Replies:
    items: Sequence[Reply] = field(default_factory=tuple)

    def of(self, request: InfoRequest) -> Reply | None:
        return next((reply for reply in self.items if reply.request_id == request.id), None)


def prepare(
    case_id: uuid.UUID, *, kind: str, target: str, reason: str, text: str, by: Actor, version: int
) -> InfoRequest:
    """Add a request that only staff see yet. `target`: as in `targets`, or "other" for a new document or a question."""
    case = _for_staff(case_id, by, version)
    _check(case, kind, target, reason, text)
    request = InfoRequest(
        case_id=case.id,
        kind=kind,
        target=target if target != OTHER else f"other:{uuid.uuid4().hex[:8]}",
        reason=reason,
        text=clean_text(text)[:2000],
        by_staff_id=by.staff_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(request)
            db.session.flush()
    except IntegrityError as twice:
        raise BadInput("target", "cases.errors.asked_already") from twice
    case.version += 1
    return request


def _check(case: Case, kind: str, target: str, reason: str, text: str) -> None:
    service = service_of(case)
    if kind not in REQUEST_KINDS:
        raise BadInput("kind", "errors.choice.missing")
    if reason not in {each.code for each in service.reasons_of("return")}:
        raise BadInput("reason", "errors.choice.missing")
    about = target_of(case, target)
    if not (_fits(service, kind, about) if about else target == OTHER and kind in ("document", "answer")):
        raise BadInput("target", "errors.choice.missing")
    if (kind == "answer" or about is None) and not clean_text(text):
        raise BadInput("text", "errors.long_text.missing")


def target_of(case: Case, target: str) -> Target | None:
    """What a request of this case is about; None for «other»."""
    return find_target(papers.declaration_of(case), case.answers, target)


def _fits(service: Service, kind: str, about: Target) -> bool:
    """A file is sent or replaced, an answer corrected; never what today's form lacks, nor what is fixed."""
    asked = {each.id for each, _group in service.form.walk() if not service.is_fixed(each)}
    return about.field["id"] in asked and (kind == "answer" or about.is_file == (kind in ("document", "replacement")))


def discard(case_id: uuid.UUID, request_id: uuid.UUID, *, by: Actor, version: int) -> None:
    """Take back a request: a prepared one vanishes, an open one is withdrawn by whoever asked or a supervisor."""
    case = steps.locked(case_id)
    steps.compare(case, version, by)
    request = db.session.get(InfoRequest, request_id)
    if request is None or request.case_id != case.id or request.state not in (PREPARED, OPEN):
        raise StepRefused
    step = policy.judge(case, "send_requests" if request.state == PREPARED else "withdraw_request", by)
    if request.state == PREPARED:
        case.version += 1
        db.session.delete(request)
        return
    request.state, request.closed_at = WITHDRAWN, now()
    db.session.flush()
    steps.record(case, step, by=by, content={"request": str(request.id)})
    if not policy.has_open_requests(case):
        deadlines.clear(case, "answer")
        deadlines.recount(case, "target", timing.pauses_of(case))


def send(case_id: uuid.UUID, *, by: Actor, version: int) -> History:
    """Open everything prepared and tell the citizen once."""
    case = steps.locked(case_id)
    steps.compare(case, version, by)
    step = policy.judge(case, "send_requests", by)
    prepared = requests_of(case, PREPARED)
    if not prepared:
        raise BadInput("requests", "cases.errors.nothing_prepared")
    for request in prepared:
        request.state, request.opened_at = OPEN, now()
    db.session.flush()
    return steps.record(case, step, by=by, content={"requests": [str(each.id) for each in prepared]})


def answer(case_id: uuid.UUID, replies: Replies, *, by: Actor, version: int) -> History:
    """Take in the citizen's answers to every open request at once.

    Raises NothingChanged, and BadInput("<request id>") that knows of every one whose answer is missing.
    """
    case = steps.locked(case_id)
    steps.compare(case, version, by)
    step = policy.judge(case, "answer", by)
    open_ones = requests_of(case, OPEN)
    if not open_ones:
        raise StepRefused
    several(faults(case, open_ones, replies))
    kept = [_take(case, request, replies.of(request) or Reply(request.id)) for request in open_ones]
    _check_rows(case, open_ones)
    weighing.weigh_again(case)
    deadlines.clear(case, "answer")
    row = steps.record(case, step, by=by, content={"answered": kept})
    deadlines.recount(case, "target", timing.pauses_of(case))
    papers.order(case, "summary", row)
    return row


def faults(case: Case, asked: Sequence[InfoRequest], replies: Replies) -> list[BadInput]:
    """What each reply lacks, by the id of its request."""
    found = []
    for request in asked:
        reply = replies.of(request)
        if key := _fault(request, reply):
            found.append(BadInput(str(request.id), key))
        elif reply and 0 < len(reply.files) < (least := _least(case, request)):
            found.append(BadInput(str(request.id), "errors.files.too_few", limit=least))
    return found


def _least(case: Case, request: InfoRequest) -> int:
    """How many files the field wants that a request is about."""
    if (about := target_of(case, request.target)) is None:
        return 1
    asked = (each for each, _group in service_of(case).form.walk() if each.id == about.field["id"])
    return next((each.least for each in asked if isinstance(each, File)), 1)


def _fault(request: InfoRequest, reply: Reply | None) -> str | None:
    if request.kind in ("document", "replacement") and reply and clean_text(reply.text) and not reply.files:
        return "errors.file.missing"
    if reply is None or not (clean_text(reply.text) or reply.files or reply.value is not None):
        return "cases.errors.reply_missing"
    if request.kind == "correction" and reply.value is None:
        return "cases.errors.reply_missing"
    return None


def _take(case: Case, request: InfoRequest, reply: Reply) -> dict[str, Any]:
    words = clean_text(reply.text)[:2000]
    files = [str(each) for each in reply.files]
    about = target_of(case, request.target)
    if about is not None and request.kind != "answer":
        _change(case, request, about, files if about.is_file else reply.value)
    request.state, request.answered_at = ANSWERED, now()
    request.reply = {"files": files}
    if words:
        db.session.add(ThreadEntry(case_id=case.id, person_id=case.applicant_id, author_kind="citizen", body=words))
    return {"request": str(request.id), "kind": request.kind, "target": request.target, "files": len(files)}


def _change(case: Case, request: InfoRequest, about: Target, value: Any) -> None:
    """Put the new answer in its place and keep the earlier one with the request: it is what was signed.

    Nothing but this one answer is touched: today's form may no longer know the others.
    """
    before = about.value(open_answers(case.id, case.answers))
    if value == before:
        raise NothingChanged
    request.change = json.dumps({"before": before, "after": value}, ensure_ascii=False)
    case.answers = about.put(case.answers, value, seal_for=case.id)


def _check_rows(case: Case, answered: Sequence[InfoRequest]) -> None:
    """Judged once all replies are in: two rows may well change places. Raises BadInput("<request id>")."""
    answers = open_answers(case.id, case.answers)
    for request in answered:
        about = target_of(case, request.target) if request.kind == "correction" else None
        wrong = twice(about, answers, service_of(case).form) if about else None
        if wrong:
            raise BadInput(str(request.id), wrong)


def accept(case_id: uuid.UUID, *, by: Actor, version: int) -> History:
    """Accept every answer that has come."""
    case = steps.locked(case_id)
    steps.compare(case, version, by)
    step = policy.judge(case, "accept_answer", by)
    answered = requests_of(case, ANSWERED)
    if not answered:
        raise StepRefused
    for request in answered:
        request.state, request.closed_at = ACCEPTED, now()
    return steps.record(case, step, by=by, content={"requests": [str(each.id) for each in answered]})


def _for_staff(case_id: uuid.UUID, by: Actor, version: int) -> Case:
    """A locked case in which this officer may ask now."""
    case = steps.locked(case_id)
    if version != case.version:
        raise SomebodyFaster
    policy.judge(case, "send_requests", by)
    return case
