"""How often one person may do what costs the house much: per session, and per address where nobody is signed in.

Far above what people do by hand, also with a form that saves itself and at a desk with eighty requests a day. A view
takes one with a decorator below its route.
"""

from flask import request
from flask_limiter.util import get_remote_address

from app.extensions import limiter
from app.identity.access import current_actor


def who() -> str:
    actor = current_actor()
    return f"session:{actor.session_id}" if actor else get_remote_address()


def _only_reads() -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS")


def _is_no_search() -> bool:
    return not request.args


def _sends_no_file() -> bool:
    return _only_reads() or not any(sent.filename for sent in request.files.values())


# A form that is saved: also the filing of it.
forms = limiter.shared_limit("120/minute;2000/hour", scope="forms", key_func=who, exempt_when=_only_reads)
# Files are checked, scanned, drawn anew and kept.
files = limiter.shared_limit("30/minute;300/hour", scope="files", key_func=who, exempt_when=_sends_no_file)
# Messages, ratings and wishes reach an officer.
words = limiter.shared_limit("15/minute;120/hour", scope="words", key_func=who, exempt_when=_only_reads)
# Everything held about a person, read at once.
exports = limiter.shared_limit("6/hour", scope="exports", key_func=who, exempt_when=_only_reads)
# One press takes a step in many requests.
bulk = limiter.shared_limit("20/minute;300/hour", scope="bulk", key_func=who, exempt_when=_only_reads)
# From all addresses together, and entered with `with` inside the view: what an address was refused is not counted, or
# one that goes on asking would shut out everybody. Certificates that anybody sends to be checked are reckoned through.
strangers_files = limiter.shared_limit("60/minute;1200/hour", scope="strangers' files", key_func=lambda: "everybody")
inquiries = limiter.shared_limit("3000/hour", scope="inquiries", key_func=lambda: "everybody")
# Many people stand behind one address.
searches = limiter.limit("300/minute", key_func=get_remote_address, exempt_when=_is_no_search)
