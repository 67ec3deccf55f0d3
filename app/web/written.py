"""Entries of a thread as a page shows them."""

import re

from flask import current_app

from app.cases.conversation import ThreadEntry
from app.kit.links import linked

_ARABIC = re.compile("[\u0600-\u06ff]")


def language_of(entry: ThreadEntry) -> str:
    """In which language the portal wrote a notice: a page may be read in the other, aloud too."""
    return "ar" if _ARABIC.search(entry.subject or entry.body) else "en"


def written(entry: ThreadEntry, gap: str) -> str:
    """Subject and words, `gap` between them. What the portal itself wrote leads where it says: to a receipt."""
    text = f"{entry.subject}{gap}{entry.body}" if entry.subject else entry.body
    return linked(text, current_app.config["SETTINGS"].public_url) if entry.author_kind == "system" else text
