"""The profile: e-mail at once, another mobile only with the code sent to it; and what is held about a person."""

import json
import uuid
from dataclasses import dataclass

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.blueprints.account import blueprint
from app.cases import personal_data
from app.extensions import transaction
from app.identity import access, people
from app.identity.access import signed_in_actor
from app.identity.audit import audit
from app.identity.models import Person, mobile_key
from app.kit.identifiers import email as read_email
from app.kit.mobiles import mobile as read_mobile
from app.kit.typed import Invalid
from app.notify import codes, outbox
from app.notify.codes import TooManyCodes
from app.notify.render import notice_words
from app.web import limits
from app.web.contacts import contacts
from app.web.language import lang, t
from app.web.pages import page, see_other

PURPOSE = "mobile"


@dataclass(frozen=True)
class Typed:
    mobile: str = ""
    email: str = ""
    code: str = ""


def _person() -> Person:
    return people.person(signed_in_actor().person_id)  # type: ignore[arg-type]


def _show(
    person: Person, *, errors: dict[str, str] | None = None, typed: Typed | None = None, status: int = 200
) -> ResponseReturnValue:
    return page(
        "account/profile.html",
        status=status,
        person=person,
        errors=errors or {},
        typed=typed,
        done=request.args.get("done"),
    )


@blueprint.get("/profile")
@access.citizen
def profile() -> ResponseReturnValue:
    return _show(_person())


@blueprint.post("/profile")
@access.citizen
@limits.forms
def save_profile() -> ResponseReturnValue:
    """E-mail is kept; a new mobile gets a code and changes only when that comes back."""
    person, typed = _person(), Typed(request.form.get("mobile", ""), request.form.get("email", ""))
    errors, mobile, email = {}, person.mobile, None
    try:
        mobile = read_mobile(typed.mobile, person.country)
    except Invalid as wrong:
        errors["mobile"] = t(f"errors.mobile.{wrong.code}")
    try:
        email = read_email(typed.email) if typed.email.strip() else None
    except Invalid as wrong:
        errors["email"] = t(f"errors.email.{wrong.code}")
    if errors:
        return _show(person, errors=errors, typed=typed, status=422)
    if mobile != person.mobile:
        # Before anything is changed: who has to sign in again comes back to both fields as he left them.
        access.require_recent()
    if email != person.email:
        _change_email(person, email)
    if mobile == person.mobile:
        return see_other(url_for("account.profile", done="saved"))
    return _send_code(person, str(mobile), typed)


def _change_email(person: Person, email: str | None) -> None:
    with transaction():
        people.set_email(person, email)
        audit("profile.email_changed", actor=signed_in_actor(), subject_person=person.id)


def _send_code(person: Person, mobile: str, typed: Typed) -> ResponseReturnValue:
    try:
        with transaction():
            codes.send(
                _purpose(mobile),
                session_id=str(signed_in_actor().session_id),
                mobile=mobile,
                address=request.remote_addr or "",
                language=lang(),
                person_id=person.id,
            )
    except TooManyCodes as refused:
        return _show(person, errors={"mobile": t(refused.text_key)}, typed=typed, status=429)
    return _ask_code(person, mobile)


def _ask_code(person: Person, mobile: str, *, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    status, email = 422 if errors else 200, person.email or ""
    return page("account/confirm_mobile.html", status=status, mobile=mobile, email=email, errors=errors or {})


def _purpose(mobile: str) -> str:
    """A code is good for the number it was sent to; the number itself stands nowhere in the clear."""
    return f"{PURPOSE}:{mobile_key(mobile).hex()}"


def _change_mobile(person: Person, mobile: str) -> None:
    """The old number and the e-mail are warned: whoever took over an open session cannot hide it."""
    outbox.post(
        outbox.Recipient(person.id, mobile=person.mobile, email=person.email),
        event="mobile_changed",
        texts=notice_words("mobile_changed"),
        language=person.language,
        params={"contact_phone": contacts().phone},
        key=f"mobile:{uuid.uuid4()}",
    )
    people.set_mobile(person, mobile, source="person")
    audit("profile.mobile_changed", actor=signed_in_actor(), subject_person=person.id)


@blueprint.post("/profile/mobile")
@access.citizen
@limits.forms
def confirm_mobile() -> ResponseReturnValue:
    person = _person()
    try:
        mobile = read_mobile(request.form.get("mobile", ""), person.country)
    except Invalid:
        # The number stands in the form unseen: only somebody else's hand makes it no number.
        return see_other(url_for("account.profile"))
    with transaction():
        right = codes.redeem(
            _purpose(mobile),
            session_id=str(signed_in_actor().session_id),
            entered=request.form.get("code", ""),
            person_id=person.id,
        )
        if right:
            _change_mobile(person, mobile)
    if not right:
        return _ask_code(person, mobile, errors={"code": t("registration.code_wrong")})
    return see_other(url_for("account.profile", done="mobile"))


@blueprint.get("/data")
@access.citizen
def data() -> ResponseReturnValue:
    """What is held, and who looked: agencies and days, never names of officers."""
    person = _person()
    return page("account/data.html", person=person, views=personal_data.views_of(person.id, lang()))


@blueprint.post("/data/download")
@access.citizen
@limits.exports
def download_data() -> ResponseReturnValue:
    """Everything held about the person, as JSON."""
    person = _person()
    content = json.dumps(personal_data.export(person, lang()), ensure_ascii=False, indent=2)
    with transaction():
        audit("data.downloaded", actor=signed_in_actor(), subject_person=person.id)
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer
