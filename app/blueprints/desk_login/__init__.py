"""The staff's door: sign-in and sign-out at the staff provider, with a cookie of its own. Citizens use login."""

from app.blueprints.desk_login.routes import blueprint

__all__ = ["blueprint"]
