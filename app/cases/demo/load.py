"""`flask demo load`: people, staff, calendars with some past days, and the told cases. Again it changes nothing."""

from datetime import timedelta

from app.appointments import calendars
from app.calendars.clock import now
from app.cases.context import profile
from app.cases.demo.announced import load_announcements
from app.cases.demo.past import at
from app.cases.demo.people import load_people, load_staff
from app.cases.demo.stories import TOLD, tell
from app.extensions import db, transaction

# Visits of the told cases lie this far back.
PAST_DAYS = 25


def load() -> int:
    """How many cases were told anew."""
    with transaction():
        people, staff = load_people(), load_staff()
        calendars.load(profile())
        load_announcements(staff["editor"])
    _open_past_days()
    told = 0
    for each in TOLD:
        told += tell(each, people, staff)
        db.session.expire_all()
    return told


def _open_past_days() -> None:
    """Slots of days that are over, so that visits can have taken place."""
    with at(now() - timedelta(days=PAST_DAYS)), transaction():
        calendars.generate(profile())
