"""What the outbox forgets: words and addresses of old messages, and one-time codes that only the limits still need.

That a message was sent, when and by which gateway stays; its words stand in the case's thread as long as the case does.
"""

from datetime import timedelta

from sqlalchemy import TextClause, text

from app.calendars.clock import now
from app.extensions import db, transaction

WORDS_KEPT = timedelta(days=90)
CODES_KEPT = timedelta(days=2)
AT_ONCE = 5000

WIPE = text("""
    UPDATE message SET recipient_sealed = NULL, subject_sealed = NULL, body_sealed = NULL
    WHERE id IN (
        SELECT id FROM message
        WHERE body_sealed IS NOT NULL AND state NOT IN ('queued', 'sending') AND created_at < :before
        LIMIT :most FOR UPDATE SKIP LOCKED
    )
    RETURNING id
""")
DROP_CODES = text("""
    DELETE FROM one_time_code
    WHERE id IN (SELECT id FROM one_time_code WHERE created_at < :before LIMIT :most)
    RETURNING id
""")


def forget() -> int:
    """Forget in small transactions until nothing is too old; how many rows."""
    return _all_of(WIPE, WORDS_KEPT) + _all_of(DROP_CODES, CODES_KEPT)


def _all_of(statement: TextClause, kept: timedelta) -> int:
    done = 0
    while True:
        with transaction():
            some = len(db.session.execute(statement, {"before": now() - kept, "most": AT_ONCE}).all())
        done += some
        if some < AT_ONCE:
            return done
