"""حسابي: what a citizen applied for, what waits for him, each case, the profile and his data."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/account")

from app.blueprints.account import answers, bills, case, files, lists, objection, profile, visit  # noqa: E402, F401
