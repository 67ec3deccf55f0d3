from flask import Blueprint, Response, redirect, request, url_for

from app.appointments import passes
from app.blueprints.verify import findings
from app.documents.orders import find_by_code
from app.extensions import limiter
from app.identity import access
from app.kit.codes import clean_code, spaced
from app.web.language import lang, t
from app.web.pages import page

blueprint = Blueprint("verify", __name__, url_prefix="/verify")
LONGEST = 60


@blueprint.get("")
@access.public
@limiter.limit("60 per minute")
def index() -> Response:
    """The form; with a code the way to its own address."""
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


def _finding(code: str) -> findings.Finding | None:
    if passes.find_pass(code) is not None:
        return findings.of_pass(passes.valid_for(code), lang())
    document = find_by_code(code)
    return findings.of_document(document, lang()) if document else None


def _to(address: str) -> Response:
    answer = redirect(address, 302)
    assert isinstance(answer, Response)
    return answer
