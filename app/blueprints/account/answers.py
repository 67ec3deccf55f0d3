"""Replying to what was asked: words, files and corrected answers for every open request, sent together."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.blueprints.account import blueprint, reply_files
from app.blueprints.account.case import back, conflict, own_case, show, version
from app.blueprints.account.show import CaseView
from app.cases import examining, memory, messages, requests
from app.cases.answers import open_answers
from app.cases.asked import requests_of
from app.cases.context import service_of
from app.cases.conversation import OPEN, InfoRequest
from app.cases.errors import BadInput, several
from app.cases.models import Case
from app.cases.requests import Replies, Reply
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.errors import Refused
from app.kit.fields import Choices, Wrong
from app.web import limits
from app.web.forms import Judge
from app.web.language import lang, t


@blueprint.post("/cases/<number>/answer")
@access.citizen
@limits.forms
@limits.files
def answer(number: str) -> ResponseReturnValue:
    """Files are kept first, each by itself; then all or nothing: one wrong item keeps the others, nothing is sent."""
    case = own_case(number)
    typed = typed_replies()
    refused_files = reply_files.take_in(case)
    if "remove_file" in request.form:
        reply_files.drop(case, request.form["remove_file"])
        return show(case, errors=refused_files, typed=typed)
    if refused_files:
        return show(case, status=422, errors=refused_files, typed=typed)
    if _names_account(case):
        # Before anything is changed: who has to sign in again comes back to what he typed.
        access.require_recent()
    try:
        with transaction():
            replies = replies_to(case)
            requests.answer(case.id, replies, by=signed_in_actor(), version=version())
    except BadInput as wrong:
        errors = {each.field: t(each.text_key, **each.params) for each in wrong.all}
        return show(case, status=422, errors=errors, typed=typed)
    except Refused as refused:
        return conflict(number, refused, typed)
    return back(case, "answered")


@blueprint.post("/cases/<number>/extension")
@access.citizen
@limits.words
def ask_extension(number: str) -> ResponseReturnValue:
    """More time to answer is a wish: it reaches the officer as a message, and only his step moves the deadline."""
    case, typed = own_case(number), typed_replies()
    if service_of(case).step("extend", case.stage) is None or not requests_of(case, OPEN):
        return show(case, status=409, typed=typed, refused=t("cases.errors.not_now"))
    # The button stands in the form of the reply: what is in it already must not be lost.
    errors = reply_files.take_in(case)
    if not CaseView(case, signed_in_actor()).has_asked_for_time:
        with transaction():
            messages.write(case.id, t("account.extension_words"), by=signed_in_actor())
        memory.forget(case)
    if errors or any(typed.values()):
        return show(case, status=422 if errors else 200, errors=errors, typed=typed, done="extension_asked")
    return back(case, "extension_asked")


def _names_account(case: Case) -> bool:
    """Whether this reply says anew to which bank account an amount goes."""
    asked = (requests.target_of(case, each.target) for each in requests_of(case, OPEN) if each.kind == "correction")
    return any(about is not None and about.field["type"] == "iban" for about in asked)


def typed_replies() -> dict[str, str]:
    return {key: value for key, value in request.form.items() if key.startswith(("text-", "value-"))}


def replies_to(case: Case) -> Replies:
    """What this POST answers to everything that is open. Raises BadInput that knows of everything that is wrong."""
    wrong: dict[str, BadInput] = {}
    asked = requests_of(case, OPEN)
    replies = tuple(_reply(case, each, wrong) for each in asked)
    missing = {each.field: each for each in requests.faults(case, asked, Replies(replies))}
    several([(missing | wrong)[str(each.id)] for each in asked if str(each.id) in missing | wrong])
    # An answer that is to be corrected may be asked about as well.
    both = zip(asked, replies, strict=True)
    _keep_rules(case, [(each, reply.value) for each, reply in both if each.kind == "correction"])
    return Replies(replies)


def _keep_rules(case: Case, replied: list[tuple[InfoRequest, Any]]) -> None:
    """A condition that the corrected answers do not keep speaks at one of them, as on the form; at no other answer."""
    if not replied:
        return
    answers, corrected = open_answers(case.id, case.answers), {asked.target: asked for asked, _value in replied}
    for asked, value in replied:
        about = requests.target_of(case, asked.target)
        assert about is not None
        answers = about.put(answers, value)
    for verdict in examining.verdicts_on(case, answers):
        told = next((corrected[each] for each in verdict.targets if each in corrected), None)
        if told is not None and not verdict.kept:
            words = service_of(case).text(lang(), f"rules.{verdict.rule.code}.wrong")
            raise BadInput(str(told.id), "cases.said", words=words)


def _reply(case: Case, asked: InfoRequest, wrong: dict[str, BadInput]) -> Reply:
    """One reply as far as it can be read; what cannot is added to `wrong`."""
    key, value = str(asked.id), None
    if asked.kind == "correction":
        try:
            value = _corrected(case, asked)
        except BadInput as unread:
            wrong[key] = unread
    return Reply(asked.id, request.form.get(f"text-{key}", ""), reply_files.adopt(case, asked), value)


def _corrected(case: Case, asked: InfoRequest) -> Any:
    """The corrected answer, judged by its field as at filing."""
    service, about = service_of(case), requests.target_of(case, asked.target)
    assert about is not None
    field, group = service.form.at(about.field["id"], about.group_id)
    raw = request.form.getlist(f"value-{asked.id}")
    judge = Judge(service, lang(), given={}, files={})
    try:
        if isinstance(field, Choices):
            return [field.clean(each) for each in raw]
        if not raw or not raw[0].strip():
            raise Wrong("missing")
        return field.clean(raw[0].strip())
    except Wrong as wrong:
        raise BadInput(str(asked.id), "cases.said", words=judge.sentence(field, wrong, group)) from wrong
