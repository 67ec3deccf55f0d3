"""The page of a case, its files, and the steps of the workflow."""

import uuid

from flask import Response, request
from sqlalchemy import select

from app.blueprints.desk.frame import READERS, WRITERS, blueprint
from app.blueprints.desk.showing import act, show, version
from app.cases import looking, messages, papers, steps
from app.cases.context import agency_of, service_of
from app.cases.errors import CaseNotFound, StepRefused
from app.cases.models import Case
from app.documents.download import download_response, paper_response, preview_response
from app.documents.errors import FileNotReady
from app.documents.layout import page_html
from app.documents.models import CERTIFICATE, Attachment
from app.documents.orders import sheet_of
from app.extensions import db, transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.web import limits
from app.web.language import lang
from app.web.pages import page


@blueprint.get("/cases/<number>")
@access.staff(*READERS)
def case(number: str) -> Response:
    return show(number)


@blueprint.get("/cases/<number>/slots")
@access.staff(*READERS)
def slots(number: str) -> Response:
    """Free times from a later day on; to HTMX only they, to everybody else the whole page."""
    return show(number, fragment="desk/_slots.html")


@blueprint.get("/cases/<number>/files/<uuid:attachment_id>")
@access.staff(*READERS)
def attachment(number: str, attachment_id: uuid.UUID) -> Response:
    """One file of this case, noted as seen; pictures may be looked at in the page (?inline=1)."""
    actor = signed_in_actor()
    with transaction():
        found = looking.case_to_look_at(actor, number)
        rows = select(Attachment).where(Attachment.id == attachment_id, Attachment.case_id == found.id)
        file = db.session.scalar(rows)
        if file is None:
            raise CaseNotFound
        answer = _file(found, file)
        looking.note(found, actor, "file.viewed", attachment=str(file.id))
    return answer


def _file(case: Case, file: Attachment) -> Response:
    """A picture of an identity card leaves the portal only crossed by what it was given for."""
    if "inline" not in request.args and not (file.is_identity_image and file.is_image):
        return download_response(file, for_staff=True)
    return preview_response(file, agency=agency_of(case).name[lang()], number=case.number, language=lang())


@blueprint.get("/cases/<number>/papers/<kind>")
@access.staff(*READERS)
def paper(number: str, kind: str) -> Response:
    """A paper as its person has it; until the file is made, its page."""
    actor = signed_in_actor()
    with transaction():
        found = looking.case_to_look_at(actor, number)
        document = papers.document_of(found, kind) if kind in papers.OF_A_CASE else None
        if document is None or document.state != "issued":
            raise CaseNotFound
        looking.note(found, actor, "paper.viewed", paper=kind)
    if document.is_ready:
        return paper_response(document)
    if kind == CERTIFICATE:
        raise FileNotReady
    sheet = sheet_of(document)
    return page("desk/paper.html", case=found, sheet=sheet, paper=page_html(sheet))


@blueprint.post("/cases/<number>/steps/<name>")
@access.staff(*WRITERS)
@limits.forms
def step(number: str, name: str) -> Response:
    form = request.form

    def take(case: Case) -> None:
        step = service_of(case).step(name, case.stage)
        if step is None or step.apart:
            raise StepRefused
        inputs = {key: form[key] for key in form if key not in ("reasons", "note", "version")}
        steps.move(
            case.id,
            name,
            by=signed_in_actor(),
            version=version(),
            reasons=form.getlist("reasons"),
            note=form.get("note", ""),
            inputs=inputs,
        )

    return act(number, name, take, done=name)


@blueprint.post("/cases/<number>/messages")
@access.staff(*WRITERS)
@limits.forms
def message(number: str) -> Response:
    """Words to the citizen, or a note between officers."""
    internal = request.form.get("kind") == "note"
    form = "note" if internal else "message"

    def write(case: Case) -> None:
        messages.write(case.id, request.form.get("text", ""), by=signed_in_actor(), internal=internal)

    return act(number, form, write, done=form)
