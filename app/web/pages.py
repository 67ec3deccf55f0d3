"""Page or fragment from one context."""

from collections.abc import Callable
from typing import Any

from flask import Response, make_response, redirect, render_template, request

from app.extensions import transaction
from app.kit.errors import NotFound, Refused
from app.web.htmx import is_fragment


def page(template: str, /, *, status: int = 200, fragment: str | None = None, **context: Any) -> Response:
    """Render `template`, or `fragment` when HTMX asked for a part of the open page."""
    chosen = fragment if fragment and is_fragment() else template
    return make_response(render_template(chosen, **context), status)


def refused_by(verb: Callable[[], object]) -> Refused | None:
    """Do `verb` in a transaction of its own; the rule that said no, for the page to say. Raises NotFound."""
    try:
        with transaction():
            verb()
    except NotFound:
        raise
    except Refused as refused:
        return refused
    return None


def see_other(address: str) -> Response:
    """303: the answer to a POST that did its work. For HTMX a client-side redirect, since fetch would follow a 303."""
    if request.headers.get("HX-Request") == "true":
        response = Response(status=204)
        response.headers["HX-Redirect"] = address
        return response
    answer = redirect(address, 303)
    assert isinstance(answer, Response)
    return answer
