"""Files of people and papers of the portal.

For: taking in what a person attaches (uploads, checks, storage, download), and making what the portal hands out
(orders, papers, rendering, verification codes). A document is ordered as a row and rendered later by a worker.
Not for: deciding who may read a file (the caller asks its own room first), or anything about cases: this room holds a
`case_id` and a snapshot of plain values, never a case.
"""

from flask import Flask

from app.documents.commands import papers_group
from app.documents.fonts import check_fonts
from app.documents.signature.key import check_chain


def init_app(app: Flask) -> None:
    """Refuse to start with a font that would print boxes, or a chain that nobody's signature could be checked by."""
    check_fonts()
    check_chain(app.config["SETTINGS"])
    app.cli.add_command(papers_group)
