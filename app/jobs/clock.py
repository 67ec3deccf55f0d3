"""What the clock does: deadlines and reminders, seals, drafts, figures, sequences of the coming year."""

from datetime import timedelta

from flask import current_app

from app.appointments import calendars
from app.calendars.clock import now
from app.calendars.hijri import hijri_year
from app.cases import clockwork, numbers, seals, timing, trail
from app.documents.storage import SEALS, storage
from app.extensions import transaction
from app.identity import late_forms, logout, sessions
from app.jobs.context import job


@job
def run_deadlines() -> None:
    clockwork.run_due()


@job
def seal() -> None:
    with transaction():
        seals.seal()


@job
def note_seal() -> None:
    """The newest seal, noted outside the database under the day: whoever takes seals away is found by it."""
    newest = trail.newest_seal()
    if newest is not None:
        storage().put(SEALS, f"{newest}\n".encode("ascii"), name=now().date().isoformat())


@job
def look_after_drafts() -> None:
    clockwork.warn_of_drafts()
    clockwork.purge_drafts()


@job
def forget_sessions() -> None:
    """Rows of sessions that ended yesterday, late forms nobody came for, logout tokens too old to be used again."""
    with transaction():
        sessions.sweep()
        logout.sweep()
        late_forms.sweep()


@job
def count_facts() -> None:
    """The figures of every card, counted once for all readers."""
    for slug in current_app.extensions["services"]:
        with transaction():
            timing.count_facts(slug)


@job
def prepare_days() -> None:
    """Slots for the days ahead, and the number sequence of the next Hijri year before it begins."""
    profile = current_app.extensions["profile"]
    with transaction():
        calendars.generate(profile)
        for ahead in (now(), now() + timedelta(days=60)):
            for zone in {agency.zone for agency in profile.agencies.values()}:
                numbers.ensure_sequence(hijri_year(ahead, zone))
