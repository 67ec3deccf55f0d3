"""Objecting to a refusal, with one file in support."""

from flask import request
from flask.typing import ResponseReturnValue

from app.blueprints.account import blueprint, reply_files
from app.blueprints.account.case import back, conflict, own_case
from app.blueprints.account.show import CaseView
from app.cases import appeals
from app.cases.errors import BadInput, StepRefused
from app.cases.models import Case
from app.documents.errors import FileRefused, StorageAway
from app.documents.keeping import reply_place, waiting_with
from app.documents.uploads import FileLimits
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.errors import Refused
from app.web import limits
from app.web.language import t
from app.web.pages import page

ONE = FileLimits(most_files=1)
TYPED = ("subject", "grounds", "late_reason")


@blueprint.route("/cases/<number>/appeal", methods=["GET", "POST"])
@access.citizen
@limits.words
@limits.files
def appeal(number: str) -> ResponseReturnValue:
    found = own_case(number)
    if request.method != "POST":
        # The way there is kept somewhere, or stood in another tab: the page of the case tells what holds.
        return _form(found) if appeals.may_appeal(found) else conflict(number, StepRefused())
    if "remove_file" in request.form:
        reply_files.drop(found, request.form["remove_file"])
        return _form(found)
    try:
        if errors := _take_evidence(found):
            return _form(found, errors)
        _file(found)
    except BadInput as wrong:
        return _form(found, {wrong.field: t(wrong.text_key, **wrong.params)})
    except Refused as refused:
        return conflict(number, refused)
    return back(found, "appealed")


def _form(case: Case, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    return page(
        "account/appeal.html",
        status=422 if errors else 200,
        case=case,
        view=CaseView(case, signed_in_actor()),
        errors=errors or {},
        typed={name: request.form.get(name, "") for name in TYPED},
        evidence=reply_files.rows(case, [case.id]).get(reply_place(case.id), []),
    )


def _take_evidence(case: Case) -> dict[str, str]:
    """The file first and by itself: a wrong word beside it does not cost the upload."""
    sent = request.files.get("evidence")
    if sent is None or not sent.filename:
        return {}
    if not appeals.may_appeal(case):
        return {}
    try:
        reply_files.keep(case.applicant_id, case.id, sent, ONE)
    except (FileRefused, StorageAway) as refused:
        return {"evidence": t(refused.text_key, **refused.params)}
    return {}


def _file(case: Case) -> None:
    with transaction():
        made = appeals.file(case.id, **{name: request.form.get(name, "") for name in TYPED}, by=signed_in_actor())
        for each in waiting_with(case.applicant_id, case.id):
            each.case_id, each.field = case.id, appeals.evidence_field(made)
