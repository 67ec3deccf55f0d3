"""How often one person may do what costs the house much: per session, and per address where nobody is signed in.

Far above what people do by hand, also with a form that saves itself and at a desk with eighty requests a day. A view
takes one with a decorator below its route.
"""

from flask import current_app, request

from app.extensions import caller, limiter
from app.identity.access import current_actor
from app.identity.browser import staff_at_this_browser


def who() -> str:
    actor = current_actor()
    return f"session:{actor.session_id}" if actor else caller()


def _only_reads() -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS")


def _is_no_search() -> bool:
    return not request.args


def _files_sent() -> int:
    return sum(bool(sent.filename) for field in request.files.listvalues() for sent in field)


def _sends_no_file() -> bool:
    return _only_reads() or not _files_sent()


# A form that is saved: also the filing of it.
forms = limiter.shared_limit("120/minute;2000/hour", scope="forms", key_func=who, exempt_when=_only_reads)
# Files are checked, scanned, drawn anew and kept, each of them: counted are files, in however few forms they come.
files = limiter.shared_limit(
    "30/minute;300/hour", scope="files", key_func=who, exempt_when=_sends_no_file, cost=_files_sent
)
# Messages, ratings and wishes reach an officer.
words = limiter.shared_limit("15/minute;120/hour", scope="words", key_func=who, exempt_when=_only_reads)
# Everything held about a person, read at once.
exports = limiter.shared_limit("6/hour", scope="exports", key_func=who, exempt_when=_only_reads)
# One press takes a step in many requests.
bulk = limiter.shared_limit("20/minute;300/hour", scope="bulk", key_func=who, exempt_when=_only_reads)
# One officer who is signed in: he is counted by himself, and not among those whose files come from everywhere.
FILES_OF_STAFF = 600


def _is_staffs() -> bool:
    return staff_at_this_browser() is not None


def _who_checks() -> str:
    officer = staff_at_this_browser()
    return f"session:{officer.session_id}" if officer else caller()


def _checks() -> str:
    an_hour = current_app.config["SETTINGS"].file_checks_an_hour
    an_hour = max(an_hour, FILES_OF_STAFF) if staff_at_this_browser() else an_hour
    return f"{max(10, an_hour // 18)}/minute;{an_hour}/hour"


def _checks_in_all() -> str:
    an_hour = current_app.config["SETTINGS"].file_checks_an_hour_in_all
    return f"{max(60, an_hour // 20)}/minute;{an_hour}/hour"


# Certificates sent to be checked. A bank or a customs office stands behind one address.
checks = limiter.shared_limit(_checks, scope="checks", key_func=_who_checks, exempt_when=_only_reads)
# From all addresses together, and entered with `with` inside the view: what an address was refused is not counted, or
# one that goes on asking would shut out everybody. Certificates that anybody sends to be checked are reckoned through.
strangers_files = limiter.shared_limit(
    _checks_in_all, scope="strangers' files", key_func=lambda: "everybody", exempt_when=_is_staffs
)
inquiries = limiter.shared_limit("3000/hour", scope="inquiries", key_func=lambda: "everybody")
# Many people stand behind one address.
searches = limiter.limit("300/minute", key_func=caller, exempt_when=_is_no_search)
