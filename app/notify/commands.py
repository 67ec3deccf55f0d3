"""`flask outbox status`: what waits, what is under way, what did not arrive, and how the gateways are."""

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from app.calendars.clock import now
from app.extensions import db
from app.notify.models import GatewayHealth, Message, State

outbox_group = AppGroup("outbox", help="Messages to people.")


@outbox_group.command("status")
def status() -> None:
    """Counts by channel and state, the longest wait, and each gateway's share."""
    counts = select(Message.channel, Message.state, func.count()).group_by(Message.channel, Message.state)
    for channel, state, count in sorted(db.session.execute(counts)):
        click.echo(f"{channel:6} {state:12} {count}")
    due = select(func.min(Message.not_before)).where(Message.state == State.QUEUED, Message.not_before <= now())
    oldest = db.session.scalar(due)
    waits = round((now() - oldest).total_seconds()) if oldest else 0
    click.echo(f"longest due for {waits} s")
    for gateway in db.session.scalars(select(GatewayHealth).order_by(GatewayHealth.name)):
        rest = f", rests until {gateway.resting_until:%H:%M:%S} UTC" if gateway.resting_until else ""
        click.echo(f"gateway {gateway.name}: weight {gateway.weight}, failures {gateway.failures}{rest}")
