from typing import Any

from flask import Blueprint, Response, abort, url_for

from app.cases import fees, not_returned, receipting
from app.cases.context import service_of
from app.cases.models import Case
from app.documents.download import paper_response
from app.documents.orders import find_document
from app.extensions import db, limiter
from app.identity import access
from app.kit.codes import clean_code
from app.payments import receipts
from app.payments.models import Receipt
from app.web.language import lang, t
from app.web.moments import agency_name, moment_of
from app.web.pages import page

blueprint = Blueprint("receipts", __name__, url_prefix="/r")
LONGEST = 60


@blueprint.get("/<code>")
@access.public
@limiter.limit("60 per minute")
def show(code: str) -> Response:
    receipt = _found(code)
    case = db.session.get_one(Case, receipt.case_id)
    paper = find_document("receipt", case.id, receipt.number)
    pdf = url_for("receipts.pdf", code=receipt.code) if paper is not None and paper.is_ready else ""
    kept = not_returned.of_receipt(case, receipt, lang())
    return page("receipts/show.html", receipt=receipt, case=case, rows=_rows(receipt, case), pdf=pdf, kept=kept)


@blueprint.get("/<code>/receipt.pdf")
@access.public
@limiter.limit("30 per minute")
def pdf(code: str) -> Response:
    receipt = _found(code)
    paper = find_document("receipt", receipt.case_id, receipt.number)
    if paper is None or not paper.is_ready:
        abort(404)
    return paper_response(paper)


def _found(code: str) -> Receipt:
    clean = clean_code(code[:LONGEST])
    receipt = receipts.find_receipt(clean) if clean else None
    if receipt is None:
        abort(404)
    return receipt


def _rows(receipt: Receipt, case: Case) -> list[dict[str, Any]]:
    facts = (
        ("number", receipt.number),
        ("state", t(f"payments.receipt.{'refunded' if receipt.refunded_at else 'valid'}")),
        ("paid_at", moment_of(receipt.money.paid_at, case.agency)),
        ("service", service_of(case).title_in_messages(lang())),
        ("agency", agency_name(case.agency)),
        ("request", case.number),
    )
    rows: list[dict[str, Any]] = [{"label": t(f"payments.receipt.{name}"), "value": value} for name, value in facts]
    rows += [{"label": label, "value": value} for label, value in receipting.line_rows(receipt.bill, lang())]
    return [*rows, {"label": t("payments.receipt.total"), "value": fees.amount_of(receipt.bill, lang()), "total": True}]
