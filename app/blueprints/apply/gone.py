"""A draft that is not there any more: sent or deleted in another window, or over."""

from flask import Response, abort, g, make_response, request
from flask.typing import ResponseReturnValue

from app.blueprints.apply import blueprint
from app.cases.context import registry
from app.cases.errors import DraftGone
from app.extensions import db
from app.web.htmx import whole_page
from app.web.pages import page


@blueprint.errorhandler(DraftGone)
def draft_gone(gone: DraftGone) -> ResponseReturnValue:
    """Says so and leads on. What was typed since stays in the window: the page before this one still shows it."""
    db.session.rollback()
    service = registry().get((request.view_args or {}).get("slug", ""))
    if service is None:
        abort(404)
    g.failed = True  # its switch of language leads to the first page: this address is nobody's any more
    answer: Response = make_response(page("apply/gone.html", status=gone.status, service=service))
    return whole_page(answer)
