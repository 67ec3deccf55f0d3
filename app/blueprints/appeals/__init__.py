"""Objections at the desk: those that wait, and one page on which a supervisor answers each."""

from flask import Blueprint

blueprint = Blueprint("appeals", __name__, url_prefix="/desk/appeals")

from app.blueprints.appeals import routes  # noqa: E402, F401
