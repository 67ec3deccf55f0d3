"""Form, draft, check page, sending."""

import uuid

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.blueprints.apply import blueprint
from app.blueprints.apply.check import Check
from app.blueprints.apply.drawing import after_saving, open_form, take_in
from app.blueprints.apply.work import Work, country_needed, is_served, service_for
from app.cases import drafts, filing
from app.cases.errors import AlreadyOpen, DraftGone, ServiceClosed, SomebodyFaster, TooManyFilings
from app.cases.filing import Shown
from app.cases.models import Case
from app.documents import keeping as kept_files
from app.documents.download import download_response
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.service import Service
from app.web import limits
from app.web.forms import Reading
from app.web.language import lang, t
from app.web.pages import page, see_other


@blueprint.get("")
@access.citizen
def start(slug: str) -> ResponseReturnValue:
    """An empty form; a draft is made only when something is saved."""
    work = Work.of(service_for(slug))
    if not is_served(work.service, work.person):
        return page("apply/not_for_you.html", status=403, service=work.service, needed=country_needed(work))
    obstacle = filing.standing(work.person.id, work.service)
    waiting = [] if "another" in request.args else drafts.drafts_of(work.person.id, slug)
    if waiting:
        return page("apply/existing.html", service=work.service, drafts=waiting, obstacle=obstacle)
    if obstacle == ServiceClosed.text_key:
        return see_other(url_for("services.card", slug=slug))  # which says why, and until when
    return open_form(work, obstacle=obstacle)


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
    return open_form(work, obstacle=filing.standing(work.person.id, work.service))


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
        work = _to_change(service, draft_id)
        reading = take_in(work)
    return after_saving(work, reading)


def _to_change(service: Service, draft_id: uuid.UUID | None) -> Work:
    """Locked, where it is kept already; 403 for whom the service is not meant, however he came by a draft."""
    work = Work.of(service, draft_id, lock=draft_id is not None)
    if not is_served(service, work.person):
        abort(403)
    return work


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
    return redirect(work.address(errors=1), 303) if reading.errors else _check_page(work, reading)


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
            work = _to_change(service, draft_id)
            reading = work.read()
            if reading.errors:
                return see_other(work.address(errors=1))
            if request.form.get("declaration") != "yes":
                return _check_page(work, reading, status=422, errors={"declaration": t("fields.declaration.missing")})
            shown = Check(work, reading).shown()
            if request.form.get("shown", shown.hash) != shown.hash:
                # Changed in another tab meanwhile: nobody signs what he has not been shown.
                return _check_page(work, reading, status=409, refused=t(SomebodyFaster.text_key))
            case = _submitted(work, reading, shown)
    except DraftGone:
        # A second press: the first one has filed it already.
        case = _filed_before()
    except (AlreadyOpen, ServiceClosed, TooManyFilings) as refused:
        work = Work.of(service, draft_id)
        return _check_page(work, work.read(), status=refused.status, refused=t(refused.text_key))
    return see_other(url_for("account.case", number=case.address, filed=1))


def _submitted(work: Work, reading: Reading, shown: Shown) -> Case:
    return filing.submit(
        work.kept,
        reading.answers,
        by=signed_in_actor(),
        person=work.person,
        shown=shown,
        language=lang(),
        files=work.attachments(),
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
@limits.forms
def delete(slug: str, draft_id: uuid.UUID) -> ResponseReturnValue:
    work = Work.of(service_for(slug), draft_id)
    if request.method != "POST":
        return page("apply/delete.html", service=work.service, work=work)
    with transaction():
        drafts.remove(Work.of(work.service, draft_id, lock=True).kept)
    return see_other(url_for("account.index"))
