"""A form that came too late, once more after the sign-in: what was typed stands behind one button."""

import uuid

from flask import Response, abort, url_for
from werkzeug.routing import BuildError

from app.identity import late_forms
from app.identity.access import signed_in_actor
from app.web.pages import page


def kept_page(form_id: uuid.UUID) -> Response:
    """The owner's form, with a token that is good now; 404 for anybody else and after an hour."""
    found = late_forms.find(form_id, signed_in_actor())
    if found is None:
        abort(404)
    try:
        address = url_for(found.endpoint, **found.arguments)
    except BuildError:
        abort(404)
    return page("login/stale_form.html", fields=found.pairs, address=address, has_files=found.has_files, can_send=True)
