"""What was refused, as a page: one place translates. Every page carries a reference that stands in the log."""

import logging
import math
import secrets
import time

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.extensions import db, limiter
from app.identity.browser import current_browser
from app.kit.errors import NotFound, Refused
from app.kit.fields import Wrong
from app.web.htmx import whole_page
from app.web.language import t

log = logging.getLogger(__name__)
KNOWN = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)


def error_page(status: int, text: str | None = None, *, wait: int = 60) -> Response:
    """The page of a status in both languages, without path, query, version or traceback.

    `wait`: seconds after which somebody who asked too often (429) may ask again.
    """
    reference = f"E-{secrets.token_hex(4).upper()}"
    log.info("answered %s to %s %s, reference %s", status, request.method, request.endpoint, reference)
    chosen = status if status in KNOWN else 500
    back = _form_of() if status == 413 else None
    answer = _page(status, code=chosen, reference=reference, text=text, bare=status >= 500, wait=wait, back=back)
    if status == 429:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _page(status: int, **context: object) -> Response:
    g.failed = True
    staff = current_browser().kind == "staff"
    return whole_page(make_response(render_template("errors/error.html", staff=staff, **context), status))


def _form_of() -> str | None:
    """The page from which somebody sent too much: at the same address, or one step above it."""
    routes = current_app.create_url_adapter(request)
    for path in (request.path, request.path.rsplit("/", 1)[0]):
        try:
            found = routes.match(path, method="GET") if routes and path else None
        except (HTTPException, RequestRedirect):
            continue
        # What stands at the same address for a GET may be another thing: /verify/file reads like a code.
        if found and (path != request.path or found[1] == (request.view_args or {})):
            return url_for(found[0], **found[1])
    return None


def _refused(refused: Refused) -> Response:
    db.session.rollback()
    # What is not there is said by the page itself, for whom it is drawn.
    text = None if refused.text_key == NotFound.text_key else t(refused.text_key, **refused.params)
    return error_page(refused.status, text, wait=getattr(refused, "retry_after", 60))


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    answer = error_page(error.code or 500, wait=_seconds_left() if error.code == 429 else 60)
    if error.code == 405 and getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return answer


def _seconds_left() -> int:
    """Until the limit that was met opens again."""
    met = limiter.current_limit
    return max(1, math.ceil(met.reset_at - time.time())) if met else 60


def _database_away(error: DBAPIError | PoolTimeout) -> Response:
    """Away, full, read-only, or all connections busy: not this page's fault, and soon over."""
    db.session.rollback()
    g.database_away = True
    log.warning("database away: %s", type(getattr(error, "orig", error)).__name__)
    answer = error_page(503)
    answer.headers["Retry-After"] = "30"
    return answer


def _internal(error: InternalError) -> Response:
    return _database_away(error) if isinstance(error.orig, ReadOnlySqlTransaction) else _fault(error)


def _unstorable(error: DataError) -> Response:
    """Something typed that no column can hold, a NUL or an endless number: refused, and noted for whoever let it in."""
    db.session.rollback()
    log.exception("unstorable input at %s %s", request.method, request.endpoint)
    return error_page(400)


def _fault(error: Exception) -> Response:
    db.session.rollback()
    reference = f"E-{secrets.token_hex(4).upper()}"
    log.exception("fault at %s %s, reference %s", request.method, request.endpoint, reference)
    return _page(500, code=500, reference=reference, text=None, bare=True)


def register(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Wrong, lambda wrong: error_page(422))
    app.register_error_handler(HTTPException, _http)
    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(away, _database_away)
    app.register_error_handler(InternalError, _internal)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(Exception, _fault)
