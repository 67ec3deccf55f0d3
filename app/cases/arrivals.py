"""A person known by number alone signs in for the first time: the cases filed for him are his from now on."""

from sqlalchemy import select

from app.cases.models import Case
from app.cases.notices import announce
from app.extensions import db
from app.identity.models import Person
from app.identity.people import on_bound


@on_bound
def tell_of_earlier_cases(person: Person) -> None:
    """One notice, in the thread of the newest case; nothing where there is none."""
    own = select(Case).where(Case.applicant_id == person.id).order_by(Case.filed_at.desc(), Case.id).limit(1)
    newest = db.session.scalars(own).unique().one_or_none()
    if newest is not None:
        announce(newest, "earlier_cases", key=f"{person.id}:earlier_cases")
