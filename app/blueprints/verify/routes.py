from flask import Blueprint, Response, redirect, request, url_for

from app.appointments import passes
from app.blueprints.verify import findings
from app.blueprints.verify.files import FileNotTaken, Judged, judge
from app.documents.models import CERTIFICATE, Document
from app.documents.orders import find_by_code
from app.extensions import limiter, transaction
from app.identity import access
from app.identity.audit import audit
from app.identity.browser import current_actor
from app.kit.codes import clean_code, spaced
from app.web import limits
from app.web.language import lang, t
from app.web.pages import page

blueprint = Blueprint("verify", __name__, url_prefix="/verify")
LONGEST = 60


@blueprint.get("")
@access.public
@limiter.limit("60 per minute")
def index() -> Response:
    """The forms; with a code the way to its own address."""
    typed = request.args.get("code")
    if typed is None:
        return page("verify/index.html")
    code = clean_code(typed[:LONGEST])
    if code is None:
        error = t("documents.errors.unknown_code" if typed.strip() else "documents.errors.missing_code")
        return page("verify/index.html", status=422, error=error, typed=typed[:LONGEST])
    return _to(url_for("verify.show", code=code))


@blueprint.get("/<code>")
@access.public
@limiter.limit("30 per minute")
def show(code: str) -> Response:
    clean = clean_code(code[:LONGEST])
    if clean is None:
        return page("verify/show.html", status=404, finding=findings.unknown(), code=code[:LONGEST])
    if clean != code:
        return _to(url_for("verify.show", code=clean))
    finding = _finding(clean)
    return page(
        "verify/show.html", status=200 if finding else 404, finding=finding or findings.unknown(), code=spaced(clean)
    )


@blueprint.post("/file")
@access.public
@limits.checks
def file() -> Response:
    """Whether an uploaded PDF is the very file that was signed, and how that certificate stands."""
    try:
        with limits.strangers_files:
            judged = judge(request.files.get("paper"))
    except FileNotTaken as refused:
        error = t(refused.text_key, **refused.params)
        return page("verify/index.html", status=refused.status, file_error=error, typed="")
    document = judged.document
    finding = _of_certificate(document, "file") if document else _of_verdict(judged)
    code = spaced(document.code) if document and document.code else ""
    return page("verify/show.html", finding=finding, code=code, file_said=t(f"documents.verify.file.{judged.verdict}"))


def _of_verdict(judged: Judged) -> findings.Finding:
    with transaction():
        audit("certificate.verified", actor=current_actor(), detail={"by": "file", "state": str(judged.verdict)})
    return findings.of_file(judged.verdict)


def _finding(code: str) -> findings.Finding | None:
    visit_pass = passes.find_pass(code)
    if visit_pass is not None:
        return findings.of_pass(passes.valid_for(code), visit_pass.agency)
    document = find_by_code(code)
    if document is not None and document.kind == CERTIFICATE:
        # Nobody holds a certificate that was not signed yet: its code is not given out before.
        return _of_certificate(document, "code") if document.is_ready else None
    return findings.of_document(document, lang()) if document else None


def _of_certificate(document: Document, by: str) -> findings.Finding:
    finding = findings.of_certificate(document, lang())
    state = finding.verdict.rpartition(".")[2]
    with transaction():
        detail = {"by": by, "state": state}
        audit("certificate.verified", actor=current_actor(), case_id=document.case_id, detail=detail)
    return finding


def _to(address: str) -> Response:
    answer = redirect(address, 302)
    assert isinstance(answer, Response)
    return answer
