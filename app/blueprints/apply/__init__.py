"""Applying: the form of a declared service, its draft, the check page and the sending."""

from flask import Blueprint

blueprint = Blueprint("apply", __name__, url_prefix="/services/<slug>/apply")

from app.blueprints.apply import gone, keeping, routes  # noqa: E402, F401
