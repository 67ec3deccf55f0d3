"""How the orders of papers stand, for the command line and for monitoring: counts of what is open, never of all."""

from sqlalchemy import func, select

from app.documents.models import Document, RenderState
from app.extensions import db

# How the failure of a paper that waits for a key begins. Here, so that the web server reads no printing press.
UNFIT = "KeyUnfit"
OPEN = (RenderState.ORDERED, RenderState.RENDERING)


def counts() -> tuple[int, int, int]:
    """(waiting, those of them that wait for a key that can sign, set aside after the last try)."""
    count = func.count()
    is_open = Document.render_state.in_(OPEN)
    figures = select(
        count.filter(is_open),
        count.filter(is_open, Document.failure.startswith(UNFIT)),
        count.filter(Document.render_state == RenderState.FAILED),
    ).where(Document.render_state != RenderState.READY)
    waiting, without_key, failed = db.session.execute(figures).one()
    return waiting, without_key, failed


def reasons() -> list[tuple[str, int]]:
    """Why papers are not made, and how many for each reason."""
    rows = select(Document.failure, func.count()).where(
        Document.render_state != RenderState.READY, Document.failure.is_not(None)
    )
    return [(str(why), many) for why, many in db.session.execute(rows.group_by(Document.failure).order_by("failure"))]
