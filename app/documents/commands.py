"""`flask papers …`: what waits to be made, why, and a second chance for what was set aside."""

import click
from flask.cli import AppGroup
from sqlalchemy import update

from app.calendars.clock import now
from app.documents import standing
from app.documents.models import Document, RenderState
from app.extensions import db, transaction

papers_group = AppGroup("papers", help="Papers and certificates.")


@papers_group.command("status")
def status() -> None:
    """What waits and what failed, with causes; exit code 1 when certificates wait for a key or something failed."""
    waiting, without_key, failed = standing.counts()
    click.echo(f"waiting {waiting}, of them for a key that can sign {without_key}, set aside {failed}")
    for why, many in standing.reasons():
        click.echo(f"{many} × {why}")
    if without_key or failed:
        raise SystemExit(1)


@papers_group.command("retry")
def retry() -> None:
    """Make what was set aside and what waits, now: after a fault was mended or the key is back."""
    unmade = Document.render_state.in_((RenderState.FAILED, RenderState.ORDERED))
    again = {"render_state": RenderState.ORDERED, "attempts": 0, "due_at": now()}
    with transaction():
        many = len(db.session.execute(update(Document).where(unmade).values(again).returning(Document.id)).all())
    click.echo(f"ordered again: {many}")
