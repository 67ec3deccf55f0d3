"""What the portal stands on when nobody has prepared servers for it: an own PostgreSQL, an own Valkey, demo keys.

Used by `supervise.py` (make run) and by the tests. Knows nothing of the portal and runs on the standard library and
psycopg alone. Not for production: there real servers are named by DATABASE_URL and REDIS_URL.
"""


class GroundError(Exception):
    """One sentence that says what is missing and what to do about it."""
