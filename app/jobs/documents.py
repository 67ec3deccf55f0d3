"""Papers and files: render what was ordered, ask the scanner again, take away what belongs to nobody."""

import uuid

from app.cases.cards import forget_cards
from app.cases.guides import order_guides
from app.documents import keeping, orders, press, printing
from app.extensions import transaction
from app.jobs.context import job
from app.jobs.queue import ring


@job
def prepare() -> None:
    """What the worker does before its first fork."""
    printing.prepare()


@job
def render(document_id: str | None = None) -> None:
    """Render one order. Without an id (the sweep's bell) ring for each order that is due, so each gets its own fork."""
    if document_id is not None:
        press.render(uuid.UUID(document_id))
        return
    for due in orders.due():
        ring("render", str(due))


@job
def guides() -> None:
    """Order the guides of declarations that are new or have changed."""
    with transaction():
        order_guides()


@job
def recheck() -> None:
    """Ask the scanner about files that it could not look at when they came."""
    for attachment in keeping.waiting():
        with transaction():
            keeping.recheck(attachment)


@job
def tidy() -> None:
    """Free what no draft, no case and no row holds any more, and pictures of cards that have served."""
    forget_cards()
    with transaction():
        keeping.purge_orphans()
    keeping.purge_unrecorded()
