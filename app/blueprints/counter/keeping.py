"""A clerk's session that ends in the middle of a form: what was typed goes into the draft, and he comes back to it."""

from flask import current_app, url_for

from app.cases.conversation import Draft
from app.cases.counter import filing
from app.cases.counter.models import CounterVisit
from app.extensions import db, transaction
from app.identity.access import Expired, on_expired
from app.web.forms import typed


@on_expired
def keep(late: Expired) -> str | None:
    """Save what was typed and return the address of the draft; None for other forms, and for a draft that is gone."""
    if late.endpoint != "counter.save_draft" or late.staff_id is None:
        return None
    with transaction():
        draft = db.session.get(Draft, late.arguments["draft_id"])
        visit = db.session.get(CounterVisit, draft.visit_id) if draft and draft.visit_id else None
        if draft is None or visit is None or visit.staff_id != late.staff_id:
            return None
        filing.save(draft, typed(current_app.extensions["services"][draft.service].at_counter, late.form))
    return url_for("counter.draft", draft_id=draft.id, kept=1)
