"""Which answers HTMX will put into an open page (htmx 4)."""

from flask import Response, request


def is_fragment() -> bool:
    """True when HTMX will put the answer into an open page; picks a template, never a right."""
    return (
        request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type", "partial") == "partial"
    )


def whole_page(answer: Response) -> Response:
    """For HTMX the whole page gives way: an error inside a corner of an open form would read as part of it."""
    if request.headers.get("HX-Request") == "true":
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "body", "innerHTML"
    return answer
