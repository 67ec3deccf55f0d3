"""Call-backs of the outside world's machines: short, authenticated, safe to repeat.

Not for people, nor for anything that answers with a page.
"""

from flask import Blueprint

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")

from app.blueprints.hooks import payments, sms  # noqa: E402, F401
