"""Entries of a thread as a page shows them."""

from flask import current_app

from app.cases.conversation import ThreadEntry
from app.kit.links import linked


def written(entry: ThreadEntry, gap: str) -> str:
    """Subject and words, `gap` between them. What the portal itself wrote leads where it says: to a receipt."""
    text = f"{entry.subject}{gap}{entry.body}" if entry.subject else entry.body
    return linked(text, current_app.config["SETTINGS"].public_url) if entry.author_kind == "system" else text
