"""Form, draft, check page, sending."""

import uuid

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.blueprints.apply import blueprint
from app.blueprints.apply.check import Check
from app.blueprints.apply.view import FormView, draft_address
from app.blueprints.apply.work import Work, is_served, service_for
from app.cases import drafts, filing
from app.cases.errors import AlreadyOpen, DraftGone, TooManyFilings
from app.cases.models import Case
from app.documents import keeping as kept_files
from app.documents.download import download_response
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.fields import Group
from app.kit.service import Service
from app.web import limits
from app.web.forms import Reading, add_row, drop_row, labels
from app.web.htmx import is_fragment
from app.web.language import lang, t
from app.web.pages import page, see_other


@blueprint.get("")
@access.citizen
def start(slug: str) -> ResponseReturnValue:
    """An empty form; a draft is made only when something is saved."""
    work = Work.of(service_for(slug))
    if not is_served(work.service, work.person):
        return page("apply/not_for_you.html", status=403, service=work.service)
    waiting = drafts.drafts_of(work.person.id, slug)
    if waiting and "another" not in request.args:
        return page("apply/existing.html", service=work.service, drafts=waiting)
    return _form(work, work.read(), with_errors=False)


@blueprint.post("")
@access.citizen
@limits.forms
@limits.files
def start_post(slug: str) -> ResponseReturnValue:
    """The first saving. A page that was saved quietly meanwhile names its draft."""
    return _act(service_for(slug), _named_draft())


@blueprint.get("/<uuid:draft_id>")
@access.citizen
def draft(slug: str, draft_id: uuid.UUID) -> ResponseReturnValue:
    work = Work.of(service_for(slug), draft_id)
    return _form(work, work.read(), with_errors="errors" in request.args)


@blueprint.post("/<uuid:draft_id>")
@access.citizen
@limits.forms
@limits.files
def draft_post(slug: str, draft_id: uuid.UUID) -> ResponseReturnValue:
    return _act(service_for(slug), draft_id)


def _named_draft() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.form.get("draft", ""))
    except ValueError:
        return None


def _act(service: Service, draft_id: uuid.UUID | None) -> ResponseReturnValue:
    """Save first, whatever the button; then do what it says."""
    with transaction():
        work = Work.of(service, draft_id, lock=draft_id is not None)
        if not is_served(service, work.person):
            abort(403)
        work.take_typed()
        # Files first: they were sent under the places that the rows had on the page.
        work.take_files()
        _rows(work)
        work.save()
        if "remove_file" in request.form:
            work.remove_file(request.form["remove_file"])
        reading = work.read()
    if request.form.get("action") == "check":
        if not reading.errors:
            return see_other(url_for("apply.check", slug=service.slug, draft_id=work.kept.id))
        return _form(work, reading, with_errors=True, status=422)
    if is_fragment() or work.refused:
        # A form whose errors are shown keeps those that are left; a row just added is not blamed for being empty.
        checked = "checked" in request.form and "add" not in request.form
        return _form(work, reading, with_errors=checked, status=422 if work.refused else 200)
    saved = {"saved": 1} if request.form.get("action") == "draft" else {}
    return see_other(draft_address(work, **saved, _anchor=_anchor()))


def _rows(work: Work) -> None:
    """Add or drop a row of a repeated group, as the pressed button says."""
    for each in work.service.form.fields:
        if isinstance(each, Group):
            if request.form.get("add") == each.id:
                add_row(work.raw, each)
            group, _, row = request.form.get("drop", "").partition("-")
            if group == each.id:
                drop_row(work.raw, each, row)


def _anchor() -> str | None:
    """Without scripts the page comes back where the button was."""
    for button in ("add", "drop"):
        if request.form.get(button):
            return f"{request.form[button].partition('-')[0]}-field"
    return request.form.get("part")


def _form(work: Work, reading: Reading, *, with_errors: bool, status: int = 200) -> ResponseReturnValue:
    view = FormView(work, reading, with_errors=with_errors)
    answer = page(
        "apply/form.html",
        status=status,
        fragment="apply/_form.html",
        service=work.service,
        work=work,
        parts=list(view.parts()),
        checked=with_errors and bool(view.errors),
        errors=list(labels(work.service, Reading(work.raw, errors=view.errors), lang())),
        action=draft_address(work),
        saved="saved" in request.args,
        kept="kept" in request.args,
    )
    if is_fragment():
        answer.headers["HX-Replace-Url"] = draft_address(work)
    return answer


@blueprint.route("/<uuid:draft_id>/check", methods=["GET", "POST"])
@access.citizen
@limits.forms
def check(slug: str, draft_id: uuid.UUID) -> ResponseReturnValue:
    """Read everything once more, and sign by the tick; the POST files it, once."""
    service = service_for(slug)
    if request.method == "POST":
        return _file(service, draft_id)
    work = Work.of(service, draft_id)
    reading = work.read()
    return redirect(draft_address(work, errors=1), 303) if reading.errors else _check_page(work, reading)


def _check_page(
    work: Work, reading: Reading, *, status: int = 200, errors: dict[str, str] | None = None, refused: str | None = None
) -> ResponseReturnValue:
    shown = Check(work, reading)
    return page(
        "apply/check.html",
        status=status,
        service=work.service,
        work=work,
        check=shown,
        errors=errors or {},
        refused=refused,
    )


def _file(service: Service, draft_id: uuid.UUID) -> ResponseReturnValue:
    try:
        with transaction():
            work = Work.of(service, draft_id, lock=True)
            reading = work.read()
            if reading.errors:
                return see_other(draft_address(work, errors=1))
            if request.form.get("declaration") != "yes":
                return _check_page(work, reading, status=422, errors={"declaration": t("fields.declaration.missing")})
            case = _submitted(work, reading)
    except DraftGone:
        # A second press: the first one has filed it already.
        case = _filed_before()
    except (AlreadyOpen, TooManyFilings) as refused:
        work = Work.of(service, draft_id)
        return _check_page(work, work.read(), status=refused.status, refused=t(refused.text_key))
    return see_other(url_for("account.case", number=case.address, filed=1))


def _submitted(work: Work, reading: Reading) -> Case:
    shown = Check(work, reading).shown()
    return filing.submit(
        work.kept, reading.answers, by=signed_in_actor(), person=work.person, shown=shown, language=lang()
    )


def _filed_before() -> Case:
    case = filing.filed_as(request.form.get("token", ""))
    if case is None or case.applicant_id != signed_in_actor().person_id:
        raise DraftGone
    return case


@blueprint.get("/<uuid:draft_id>/file/<uuid:attachment_id>")
@access.citizen
def file(slug: str, draft_id: uuid.UUID, attachment_id: uuid.UUID) -> ResponseReturnValue:
    work = Work.of(service_for(slug), draft_id)
    found = kept_files.find_attachment(attachment_id)
    if found is None or work.draft is None or found.draft_id != work.draft.id:
        abort(404)
    return download_response(found, inline=True)


@blueprint.route("/<uuid:draft_id>/delete", methods=["GET", "POST"])
@access.citizen
def delete(slug: str, draft_id: uuid.UUID) -> ResponseReturnValue:
    work = Work.of(service_for(slug), draft_id)
    if request.method != "POST":
        return page("apply/delete.html", service=work.service, work=work)
    with transaction():
        drafts.remove(Work.of(work.service, draft_id, lock=True).kept)
    return see_other(url_for("account.index"))
