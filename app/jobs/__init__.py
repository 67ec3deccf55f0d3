"""Everything that runs outside a request: what RQ calls, what the timetable starts, and the doorbell that wakes them.

A job takes ids, may run twice, late or never at the first ring, and finds what is due in PostgreSQL. Nothing lives only
in Redis: the timetable looks again every few seconds. Not for work whose result the page at hand must show.
"""
