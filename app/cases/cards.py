"""Pictures of identity cards served to check who asks. Some time after the case has ended they go; the row stays."""

from datetime import timedelta

from sqlalchemy import select

from app.calendars.clock import now
from app.cases.models import Case
from app.documents.keeping import purge_identity_images
from app.documents.models import Attachment
from app.extensions import db, transaction

# Long enough for an appeal to be written and for a mistake to come to light.
KEPT = timedelta(days=60)
AT_ONCE = 100


def forget_cards() -> int:
    """Remove the pictures of cases that ended long enough ago, each case in a transaction of its own; how many."""
    rows = (
        select(Case.id)
        .join(Attachment, Attachment.case_id == Case.id)
        .where(Attachment.is_identity_image, Attachment.removed_at.is_(None), Case.closed_at < now() - KEPT)
        .distinct()
        .limit(AT_ONCE)
    )
    gone = 0
    for case_id in db.session.scalars(rows).all():
        with transaction():
            gone += purge_identity_images(case_id)
    return gone
