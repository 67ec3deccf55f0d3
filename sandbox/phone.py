"""The demo people's telephones: the SMS that arrived, and the three numbers of a sign-in."""

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from sandbox.pages import page, wants_json
from sandbox.people import Person, western
from sandbox.sms.log import SmsLog
from sandbox.world import world

blueprint = Blueprint("phone", __name__, url_prefix="/phone")


def _person(key: str) -> Person:
    person = world().people.citizen(key)
    if person is None:
        raise NotFound
    return person


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Choose whose telephone to look at; numbers of nobody are listed too, since a code may go to a new number."""
    people = world().people.citizens
    known = {person.mobile for person in people}
    counts = SmsLog(world()).counts_by_recipient()
    others = {number: count for number, count in counts.items() if number not in known}
    waiting = {person.key for person in people if world().prompts.waiting(person.key)}
    return page("phones.html", people=people, counts=counts, others=others, waiting=waiting)


@blueprint.get("/<key>")
def show(key: str) -> ResponseReturnValue:
    person = _person(key)
    prompt = world().prompts.waiting(key)
    texts = SmsLog(world()).sent(to=person.mobile)
    mark = _mark(key)
    return page("phone.html", person=person, number=person.mobile, prompt=prompt, texts=texts, mark=mark)


@blueprint.get("/number/<number>")
def number(number: str) -> ResponseReturnValue:
    digits = western(number)
    texts = SmsLog(world()).sent(to=digits)
    return page("phone.html", person=None, number=digits, prompt=None, texts=texts, mark=None)


@blueprint.get("/<key>/state.json")
def state(key: str) -> ResponseReturnValue:
    """What the telephone page polls."""
    return jsonify(mark=_mark(key))


def _mark(key: str) -> str:
    prompt = world().prompts.waiting(key)
    return f"{prompt.id if prompt else '-'}:{SmsLog(world()).newest(_person(key).mobile)}"


@blueprint.get("/<key>/prompt.json")
def prompt_for_tests(key: str) -> ResponseReturnValue:
    """The waiting prompt with its answer, for programs that play the person."""
    prompt = world().prompts.waiting(_person(key).key)
    if prompt is None:
        return jsonify(prompt=None)
    return jsonify(prompt=prompt.id, choices=prompt.choices, shown=prompt.shown, seconds=prompt.seconds_left)


@blueprint.post("/<key>/answer")
def answer(key: str) -> ResponseReturnValue:
    """Form fields: prompt, and pick (the number chosen) or decline."""
    pick = western(request.form.get("pick", ""))
    if not pick.isdigit() and "decline" not in request.form:
        raise NotFound
    chosen = None if "decline" in request.form else int(pick)
    result = world().prompts.answer(_person(key).key, request.form.get("prompt", ""), chosen)
    if wants_json():
        return jsonify(state=result or "nothing_waiting"), 200 if result else 409
    return redirect(url_for(".show", key=key, answered=result or "nothing_waiting"), 303)
