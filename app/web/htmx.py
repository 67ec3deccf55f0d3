"""The one place that knows HTMX request and response headers (htmx 4)."""

from flask import Response, request


def is_fragment() -> bool:
    """True when HTMX will put the answer into an open page; picks a template, never a right."""
    return (
        request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type", "partial") == "partial"
    )


def redirect_browser(address: str) -> Response:
    """401 with HX-Redirect: fetch would follow a 303 and swap the sign-in page into a corner of this one."""
    response = Response(status=401)
    response.headers["HX-Redirect"] = address
    return response
