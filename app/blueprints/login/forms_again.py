"""A form whose token is no longer good: nothing was done and nothing typed is lost."""

from flask import Response, request

from app.identity import csrf
from app.identity.addresses import current_address
from app.web.pages import page


def show_stale(refused: csrf.StaleForm) -> Response:
    """The typed answers once more, behind a button. Only for a form that the browser says is ours."""
    is_ours = request.headers.get("Origin") is not None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != csrf.FIELD] if is_ours else []
    answer = page(
        "login/stale_form.html",
        status=refused.status,
        fields=fields,
        address=current_address(),
        has_files=bool(request.files),
        can_send=is_ours,
    )
    # The whole page has changed its meaning: HTMX is to show it as one.
    answer.headers["HX-Retarget"] = "body"
    return answer


def show_cross_site(refused: csrf.CrossSite) -> Response:
    return page("login/cross_site.html", status=refused.status)
