"""Nothing typed is lost when a session ends in the middle: it is kept as a draft, and the sign-in leads back to it."""

from flask import current_app, url_for

from app.blueprints.apply.work import is_served
from app.cases import drafts
from app.cases.errors import DraftGone
from app.extensions import db, transaction
from app.identity.access import Expired, on_expired
from app.identity.models import Person
from app.web.forms import typed

# Drafts that one person has of a service, by this door: no limit of a view is asked before it (app/web/limits.py).
MOST = 20


@on_expired
def keep(late: Expired) -> str | None:
    """Save what was typed and return the address of the draft; None for other forms and for one draft too many."""
    if late.endpoint not in ("apply.start_post", "apply.draft_post") or late.person_id is None:
        return None
    services = current_app.extensions["services"]
    slug, draft_id = late.arguments["slug"], late.arguments.get("draft_id")
    person = db.session.get(Person, late.person_id)
    if slug not in services or person is None or not is_served(services[slug], person):
        return None
    raw = typed(services[slug], late.form)
    with transaction():
        try:
            draft = drafts.draft_for(person.id, draft_id, lock=True) if draft_id else None
        except DraftGone:
            # Sent or deleted in another tab meanwhile: what was typed here is a draft of its own.
            draft = None
        if draft is None or draft.service != slug:
            if len(drafts.drafts_of(person.id, slug)) >= MOST:
                return None  # kept as any other late form, of which only the newest stay
            draft = drafts.start(person.id, slug, raw)
        else:
            drafts.save(draft, raw)
    return url_for("apply.draft", slug=slug, draft_id=draft.id, kept=1)
