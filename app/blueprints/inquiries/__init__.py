"""Public inquiries: sent by POST, never cached, no number in the address, throttled."""

from flask import Blueprint

blueprint = Blueprint("inquiries", __name__, url_prefix="/inquiry")

from app.blueprints.inquiries import routes  # noqa: E402, F401
