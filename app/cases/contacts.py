"""Where a person wanted to be reached last: what the next form begins with."""

import uuid

from sqlalchemy import select

from app.cases.answers import open_answers
from app.cases.models import Case
from app.extensions import db

GIVEN = ("mobile", "email")


def last_given(person_id: uuid.UUID) -> dict[str, str]:
    """Mobile (E.164) and e-mail as answered in the newest case; what was not answered is missing."""
    newest = select(Case.id, Case.answers).where(Case.applicant_id == person_id).order_by(Case.filed_at.desc()).limit(1)
    row = db.session.execute(newest).one_or_none()
    if row is None:
        return {}
    return open_answers(row.id, {name: row.answers[name] for name in GIVEN if row.answers.get(name)})
