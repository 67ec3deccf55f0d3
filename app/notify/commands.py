"""`flask outbox …`: what waits, what did not arrive, how the gateways are, and a second chance for what failed."""

import click
from flask.cli import AppGroup
from sqlalchemy import text

from app.calendars.clock import now
from app.extensions import db, ring_on_commit, transaction
from app.notify.standing import standing

outbox_group = AppGroup("outbox", help="Messages to people.")
AGAIN = text("""
    UPDATE message
    SET state = 'queued', not_before = :now, first_tried_at = NULL, gateway = NULL, dropped = 0, settled_at = NULL
    WHERE state = 'failed' AND body_sealed IS NOT NULL AND expires_at IS NULL
    RETURNING id
""")


@outbox_group.command("status")
def status() -> None:
    """What is due, under way and in trouble, and each gateway's share."""
    now_is = standing()
    click.echo(f"due {now_is.due}, the longest for {now_is.waits:.0f} s")
    click.echo(
        f"being sent {now_is.sending}, for later {now_is.for_later}, in trouble since yesterday {now_is.troubled}"
    )
    for gateway in now_is.gateways:
        rest = f", rests until {gateway.resting_until:%H:%M:%S} UTC" if gateway.resting_until else ""
        click.echo(f"gateway {gateway.name}: weight {gateway.weight}, failures {gateway.failures}{rest}")


@outbox_group.command("retry")
def retry() -> None:
    """Queue all failed messages again, after a wrong setting was put right. Codes and reported failures stay."""
    with transaction():
        again = len(db.session.execute(AGAIN, {"now": now()}).all())
        ring_on_commit("drain")
    click.echo(f"queued again: {again}")
