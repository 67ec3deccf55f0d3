"""The page of one case, and what its citizen does there: cancel, write, rate, appeal, copy."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.blueprints.account import blueprint
from app.blueprints.account.show import CaseView
from app.cases import dossier, drafts, feedback, messages, steps
from app.cases.answers import open_answers
from app.cases.context import service_of
from app.cases.errors import BadInput
from app.cases.models import Case
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.errors import Refused
from app.kit.fields import File, Group
from app.kit.mobiles import national_form
from app.web import limits
from app.web.language import t
from app.web.pages import page, see_other


def own_case(number: str) -> Case:
    return dossier.case_for(signed_in_actor(), number)


def show(
    case: Case,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    refused: str | None = None,
    done: str | None = None,
) -> ResponseReturnValue:
    """The page of the case as it is now, with what was typed and what was wrong with it."""
    view = CaseView(case, signed_in_actor())
    return page(
        "account/case.html",
        status=status,
        view=view,
        case=case,
        errors=errors or {},
        typed=typed or {},
        refused=refused,
        done=done or request.args.get("done"),
    )


@blueprint.get("/cases/<number>")
@access.citizen
def case(number: str) -> ResponseReturnValue:
    found = own_case(number)
    if "filed" in request.args:
        return page("account/filed.html", view=CaseView(found, signed_in_actor()), case=found)
    answer, actor = show(found), signed_in_actor()
    if read := messages.read_now(found, actor):
        with transaction():
            messages.mark_read(read, by=actor)
    return answer


def conflict(number: str, refused: Refused, typed: dict[str, str] | None = None) -> ResponseReturnValue:
    """The rule that said no, above the case as it is now; what was typed stays."""
    errors = {refused.field: t(refused.text_key, **refused.params)} if isinstance(refused, BadInput) else {}
    sentence = None if errors else t(refused.text_key, **refused.params)
    return show(own_case(number), status=refused.status, errors=errors, typed=typed, refused=sentence)


def version() -> int:
    return request.form.get("version", -1, type=int)


def back(found: Case, done: str, anchor: str | None = None) -> ResponseReturnValue:
    return see_other(url_for("account.case", number=found.address, done=done, _anchor=anchor))


@blueprint.route("/cases/<number>/cancel", methods=["GET", "POST"])
@access.citizen
@limits.forms
def cancel(number: str) -> ResponseReturnValue:
    """Asks first, on a page of its own; the POST cancels."""
    found = own_case(number)
    if request.method != "POST":
        return page("account/cancel.html", case=found, view=CaseView(found, signed_in_actor()))
    try:
        with transaction():
            steps.move(found.id, "cancel", by=signed_in_actor(), version=version())
    except Refused as refused:
        return conflict(number, refused)
    return back(found, "cancelled")


@blueprint.post("/cases/<number>/messages")
@access.citizen
@limits.words
def message(number: str) -> ResponseReturnValue:
    found = own_case(number)
    try:
        with transaction():
            messages.write(found.id, request.form.get("message", ""), by=signed_in_actor())
    except BadInput as wrong:
        return show(
            found,
            status=422,
            errors={"message": t(wrong.text_key, **wrong.params)},
            typed={"message": request.form.get("message", "")},
        )
    return back(found, "written", "messages")


@blueprint.post("/cases/<number>/rating")
@access.citizen
@limits.words
def rate(number: str) -> ResponseReturnValue:
    found = own_case(number)
    typed = {"words": request.form.get("words", "")}
    try:
        with transaction():
            feedback.rate(found.id, request.form.get("stars", ""), typed["words"], by=signed_in_actor())
    except Refused as refused:
        return conflict(number, refused, typed)
    return back(found, "rated", "rating")


@blueprint.post("/cases/<number>/copy")
@access.citizen
@limits.words
def copy(number: str) -> ResponseReturnValue:
    """A new draft with the answers of this case; files have to be attached again."""
    found = own_case(number)
    service, answers = service_of(found), open_answers(found.id, found.answers)
    raw = {}
    for each in service.form.fields:
        if each.readonly or each.type == "tick" or isinstance(each, File) or each.id not in answers:
            continue
        value = answers[each.id]
        if isinstance(each, Group):
            value = [
                {key: "" if inner is None else inner for key, inner in row.items() if not isinstance(inner, list)}
                for row in value
            ]
        raw[each.id] = national_form(value).replace(" ", "") if each.type == "mobile" else value
    with transaction():
        draft = drafts.start(found.applicant_id, found.service, raw, copied_from=found.id)
    return see_other(url_for("apply.draft", slug=found.service, draft_id=draft.id))
