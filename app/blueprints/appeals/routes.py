"""The list of open objections, and the answer to one."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from app.blueprints.appeals import blueprint
from app.cases import appeals, looking, queries, timeline
from app.cases.context import registry, service_of
from app.cases.errors import BadInput
from app.cases.models import Case
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.errors import Refused
from app.kit.roles import Role
from app.web import limits
from app.web.language import lang, t
from app.web.moments import day_of
from app.web.pages import page, see_other


@blueprint.get("")
@access.staff(Role.SUPERVISOR)
def index() -> ResponseReturnValue:
    return page(
        "appeals/index.html",
        waiting=appeals.waiting(signed_in_actor()),
        registry=registry(),
        done=request.args.get("done"),
    )


@blueprint.route("/<number>", methods=["GET", "POST"])
@access.staff(Role.SUPERVISOR)
@limits.forms
def answer(number: str) -> ResponseReturnValue:
    """Read the decision and the objection; the POST answers it."""
    case = looking.case_to_look_at(signed_in_actor(), number, (Role.SUPERVISOR,))
    if request.method != "POST":
        return _show(case)
    outcome, words = request.form.get("outcome", ""), request.form.get("answer", "")
    try:
        with transaction():
            version = request.form.get("version", -1, type=int)
            appeals.decide(case.id, outcome, words, by=signed_in_actor(), version=version)
    except BadInput as wrong:
        return _show(
            case, status=422, errors={wrong.field: t(wrong.text_key, **wrong.params)}, outcome=outcome, words=words
        )
    except Refused as refused:
        fresh = queries.case_for(signed_in_actor(), number)
        return _show(
            fresh, status=refused.status, refused=t(refused.text_key, **refused.params), outcome=outcome, words=words
        )
    return see_other(url_for("appeals.index", done=1))


def _show(
    case: Case,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    refused: str | None = None,
    outcome: str = "",
    words: str = "",
) -> ResponseReturnValue:
    """The decision, the objection, and what was wrong with the answer; each look at it is noted."""
    found = appeals.appeal_of(case)
    if found is None:
        abort(404)
    with transaction():
        looking.note(case, signed_in_actor(), "case.viewed")
    past = timeline.timeline(case, queries.history_of(case), lang(), for_citizen=False)
    return page(
        "appeals/answer.html",
        status=status,
        case=case,
        appeal=found,
        errors=errors or {},
        refused=refused,
        past=past,
        objected_to=appeals.answer_of(case),
        evidence=appeals.evidence_of(case, found),
        service=service_of(case),
        answer_by=day_of(appeals.answer_by(case, found), case.agency),
        outcome=outcome,
        words=words,
    )
