"""One request of the client: closed until his code opens it; then what is asked, what is due, papers, handing over."""

import uuid
from typing import Any

from flask import Response, request, url_for

from app.blueprints.account import reply_files
from app.blueprints.account.answers import replies_to
from app.blueprints.counter.frame import blueprint, visit_of
from app.blueprints.counter.showing import CounterCase
from app.cases import papers
from app.cases.counter import acts, openings
from app.cases.counter.models import CounterVisit
from app.cases.errors import BadInput, CaseNotFound
from app.cases.models import Case
from app.documents.download import paper_response
from app.documents.layout import page_html
from app.documents.models import CERTIFICATE, Document, DocumentState
from app.documents.orders import sheet_of
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.errors import Refused
from app.kit.roles import Role
from app.web import limits
from app.web.language import t
from app.web.pages import page, see_other

ADDRESS = "/clients/<uuid:visit_id>/cases/<number>"


def _found(visit_id: uuid.UUID, number: str) -> tuple[CounterVisit, Case]:
    visit = visit_of(visit_id)
    return visit, openings.case_of(visit, number, by=signed_in_actor())


def _back(visit: CounterVisit, case: Case, **more: Any) -> Response:
    return see_other(url_for("counter.case", visit_id=visit.id, number=case.address, **more))


def _refusal(refused: Refused) -> str:
    return t(refused.text_key, **refused.params)


@blueprint.get(ADDRESS)
@access.staff(Role.COUNTER_AGENT)
def case(visit_id: uuid.UUID, number: str) -> Response:
    return _show(*_found(visit_id, number))


def _show(visit: CounterVisit, case: Case, *, status: int = 200, errors: Any = None, refused: str = "") -> Response:
    """The request as it is open now; or the door to it, where the client's code is asked for."""
    actor = signed_in_actor()
    opening = openings.opening_of(visit, case, by=actor)
    shared: dict[str, Any] = {"visit": visit, "case": case, "errors": errors or {}, "refused": refused}
    if opening is None:
        return page("counter/locked.html", status=status, sent="sent" in request.args, **shared)
    view = CounterCase(case, openings.acting(visit, case, by=actor), visit)
    shared |= {"view": view, "opening": opening, "done": request.args.get("done"), "typed": request.form}
    answer = page("counter/case.html", status=status, **shared)
    with transaction():
        acts.viewed(visit, case, by=actor)
    return answer


@blueprint.post(f"{ADDRESS}/code")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
def send_opening_code(visit_id: uuid.UUID, number: str) -> Response:
    visit, case = _found(visit_id, number)
    try:
        with transaction():
            openings.send_code(visit, case, by=signed_in_actor())
    except Refused as refused:
        return _show(visit, case, status=refused.status, refused=_refusal(refused))
    return _back(visit, case, sent=1)


@blueprint.post(f"{ADDRESS}/open", endpoint="open_case")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
def open_case(visit_id: uuid.UUID, number: str) -> Response:
    """A wrong code costs a try; the right one opens this one request for a quarter of an hour."""
    visit, case = _found(visit_id, number)
    entered = request.form.get("code", "")
    with transaction():
        is_open = openings.open_with(visit, case, entered, by=signed_in_actor())
        if is_open:
            acts.opened(visit, case, by=signed_in_actor())
    if not is_open:
        words = t("counter.open.code_wrong") if entered.strip() else t("registration.code_missing")
        return _show(visit, case, status=422, errors={"code": words})
    return _back(visit, case)


@blueprint.post(f"{ADDRESS}/answer")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
@limits.files
def answer(visit_id: uuid.UUID, number: str) -> Response:
    """As the client would: files are kept first, then all or nothing."""
    visit, case = _found(visit_id, number)
    openings.acting(visit, case, by=signed_in_actor())
    refused_files = reply_files.take_in(case)
    if "remove_file" in request.form:
        reply_files.drop(case, request.form["remove_file"])
        return _show(visit, case, errors=refused_files)
    if refused_files:
        return _show(visit, case, status=422, errors=refused_files)
    return _take(
        visit,
        case,
        lambda: acts.answer(visit, case, replies_to(case), by=signed_in_actor(), version=_version()),
        done="answered",
    )


def _version() -> int:
    return request.form.get("version", -1, type=int)


def _take(visit: CounterVisit, case: Case, act: Any, *, done: str) -> Response:
    """One act in one transaction; what is refused stands on the page as it is now."""
    try:
        with transaction():
            change = act()
    except BadInput as wrong:
        return _show(visit, _fresh(visit, case), status=422, errors={each.field: _refusal(each) for each in wrong.all})
    except Refused as refused:
        return _show(visit, _fresh(visit, case), status=refused.status, refused=_refusal(refused))
    return _back(visit, case, done=done, change=change)


def _fresh(visit: CounterVisit, case: Case) -> Case:
    return openings.case_of(visit, case.number, by=signed_in_actor())


@blueprint.post(f"{ADDRESS}/collect")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
def collect(visit_id: uuid.UUID, number: str) -> Response:
    """The fee, into the clerk's own till."""
    visit, case = _found(visit_id, number)
    form, by = request.form, signed_in_actor()
    return _take(
        visit,
        case,
        lambda: acts.collect(visit, case, form.get("method", ""), form.get("tendered", ""), by=by),
        done="collected",
    )


@blueprint.post(f"{ADDRESS}/hand-over")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
def hand_over(visit_id: uuid.UUID, number: str) -> Response:
    visit, case = _found(visit_id, number)
    by = signed_in_actor()
    return _take(visit, case, lambda: acts.hand_over(visit, case, by=by, version=_version()), done="handed_over")


@blueprint.get(f"{ADDRESS}/papers/<kind>")
@access.staff(Role.COUNTER_AGENT)
def paper(visit_id: uuid.UUID, number: str, kind: str) -> Response:
    """A paper to print; until its file is made, its page. A request that has closed again asks for its code."""
    visit, case = _found(visit_id, number)
    by = signed_in_actor()
    if openings.opening_of(visit, case, by=by) is None:
        return _back(visit, case)
    with transaction():
        document = _document(case, kind)
        acts.gave_paper(visit, case, kind, by=by)
    if document.is_ready:
        return paper_response(document)
    if kind == CERTIFICATE:
        # Never an unsigned paper: the page of the request says that it is being signed.
        return _back(visit, case)
    sheet = sheet_of(document)
    return page("counter/paper.html", visit=visit, case=case, sheet=sheet, paper=page_html(sheet))


def _document(case: Case, kind: str) -> Document:
    """The newest paper of this kind, if it is still handed out; raises CaseNotFound."""
    document = papers.document_of(case, kind) if kind in papers.OF_A_CASE else None
    if document is None or document.state != DocumentState.ISSUED:
        raise CaseNotFound
    return document
