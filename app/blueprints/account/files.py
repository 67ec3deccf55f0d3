"""Downloads of one's own case: papers and files. A paper that is still being made shows its page instead."""

import uuid

from flask import abort, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.blueprints.account import blueprint
from app.blueprints.account.case import own_case
from app.cases import certificate_view
from app.cases.context import service_of
from app.documents import layout
from app.documents.download import download_response, paper_response
from app.documents.keeping import find_attachment
from app.documents.models import Document
from app.documents.orders import find_document, sheet_of
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.identity.audit import audit
from app.web.language import lang
from app.web.pages import page

PDF = {
    "summary": "account.summary",
    "pass": "account.pass_pdf",
    "letter": "account.letter",
    "decision": "account.decision",
    "report": "account.report",
    "receipt": "account.receipt",
    "certificate": "account.certificate",
}


def _paper(document: Document | None, number: str) -> ResponseReturnValue:
    if document is None:
        abort(404)
    return paper_response(document) if document.is_ready else _page_of(document, number)


def _page_of(document: Document, number: str) -> ResponseReturnValue:
    sheet = sheet_of(document)
    pdf_url = url_for(PDF[document.kind], number=number)
    paper = layout.page_html(sheet)
    return page("account/paper.html", number=number, document=document, sheet=sheet, paper=paper, pdf_url=pdf_url)


@blueprint.get("/cases/<number>/summary.pdf")
@access.citizen
def summary(number: str) -> ResponseReturnValue:
    return _paper(find_document("summary", own_case(number).id), number)


@blueprint.get("/cases/<number>/pass.pdf")
@access.citizen
def pass_pdf(number: str) -> ResponseReturnValue:
    document = find_document("pass", own_case(number).id)
    if document is not None and document.state != "issued":
        abort(404)
    return _paper(document, number)


@blueprint.get("/cases/<number>/letter.pdf")
@access.citizen
def letter(number: str) -> ResponseReturnValue:
    return _paper(find_document("letter", own_case(number).id), number)


@blueprint.get("/cases/<number>/decision.pdf")
@access.citizen
def decision(number: str) -> ResponseReturnValue:
    return _paper(_standing("decision", number), number)


@blueprint.get("/cases/<number>/report.pdf")
@access.citizen
def report(number: str) -> ResponseReturnValue:
    return _paper(_standing("report", number), number)


def _standing(kind: str, number: str) -> Document | None:
    """The paper that counts; one that was taken back is not handed out."""
    document = find_document(kind, own_case(number).id)
    return document if document is not None and document.state == "issued" else None


@blueprint.get("/cases/<number>/receipt.pdf")
@access.citizen
def receipt(number: str) -> ResponseReturnValue:
    return _paper(find_document("receipt", own_case(number).id), number)


@blueprint.get("/cases/<number>/certificate.pdf")
@access.citizen
def certificate(number: str) -> ResponseReturnValue:
    """The signed file, noted as handed out; until it is signed a page that says so, never an unsigned paper."""
    case = own_case(number)
    found = certificate_view.standing(case, lang())
    if found is None or (found.is_ready and not found.may_have):
        abort(404)
    if not found.is_ready:
        return page("account/certificate_waiting.html", case=case, certificate=found, service=service_of(case))
    with transaction():
        audit("certificate.downloaded", actor=signed_in_actor(), case_id=case.id, subject_person=case.applicant_id)
    return make_response(paper_response(found.document))


@blueprint.get("/cases/<number>/papers/<kind>")
@access.citizen
def twin(number: str, kind: str) -> ResponseReturnValue:
    """The accessible page with the exact wording of a paper."""
    document = find_document(kind, own_case(number).id) if kind in PDF else None
    if document is None or document.state != "issued":
        abort(404)
    if kind == "certificate" and not document.is_ready:
        return redirect(url_for("account.certificate", number=number))
    return _page_of(document, number)


@blueprint.get("/cases/<number>/files/<uuid:attachment_id>")
@access.citizen
def attachment(number: str, attachment_id: uuid.UUID) -> ResponseReturnValue:
    case, found = own_case(number), find_attachment(attachment_id)
    if found is None or found.case_id != case.id:
        abort(404)
    return make_response(download_response(found))
