"""Where to go after a sign-in: a path of this site and nothing else."""

import re
from urllib.parse import SplitResult, unquote, urlsplit

from flask import request

# What an address of ours is made of. No backslash (browsers read it as a slash), no control character, no white space.
ALLOWED = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?#\[\]]*")
MOST = 2_000


def is_own_path(address: str | None) -> bool:
    """True for a path (with query) of this site; false for anything a browser could take for another host."""
    if not address or len(address) > MOST or not ALLOWED.fullmatch(address):
        return False
    for reading in (address, unquote(address), unquote(unquote(address))):
        path = reading.partition("?")[0].partition("#")[0]
        if not path.startswith("/") or path.startswith("//") or "\\" in path or _has_control(reading):
            return False
        if "//" in path or "/../" in f"{path}/" or "/./" in f"{path}/" or path.startswith("/@"):
            return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def _has_control(text: str) -> bool:
    return any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in text)


def safe_next(address: str | None, otherwise: str) -> str:
    return address if address is not None and is_own_path(address) else otherwise


def parts_of(address: str) -> SplitResult:
    """Of what a browser says of other pages; none of what is no address."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def current_address() -> str:
    """This request's own path and query, with the language prefix, as an answer to GET."""
    query = request.query_string.decode("latin-1")
    return request.script_root + request.path + (f"?{query}" if query else "")
