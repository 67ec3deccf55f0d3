"""Everything that runs outside a request: what RQ calls, what the timetable starts, and the doorbell that wakes them.

A job takes ids, may run twice, late or never at the first ring, and finds what is due in PostgreSQL. Nothing lives only
in Redis: the timetable looks again every few seconds. Not for work whose result the page at hand must show.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Hand the doorbell to the rooms below, which may ring it without knowing this one."""
    from app.jobs.queue import ring_all

    app.extensions["ring"] = ring_all
