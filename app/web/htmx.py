"""Which answers HTMX will put into an open page (htmx 4)."""

from flask import request


def is_fragment() -> bool:
    """True when HTMX will put the answer into an open page; picks a template, never a right."""
    return (
        request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type", "partial") == "partial"
    )
