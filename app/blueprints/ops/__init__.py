"""For operators: alive, ready, figures. Not for people."""

import hmac

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.cases import clockwork
from app.documents import standing as papers_standing
from app.extensions import db
from app.identity import access
from app.notify.models import Message

blueprint = Blueprint("ops", __name__)


@blueprint.get("/healthz")
@access.public
def health() -> ResponseReturnValue:
    """The process answers."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/readyz")
@access.public
def ready() -> ResponseReturnValue:
    """The process and its database answer; 503 otherwise. A queue that is away makes messages late, not the portal."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return Response("database away\n", 503, content_type="text/plain; charset=utf-8")
    return Response("ready\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/metrics")
@access.public
def metrics() -> ResponseReturnValue:
    """Figures for a collector that knows METRICS_TOKEN; for anybody else there is no such page."""
    token = current_app.config["SETTINGS"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    states = db.session.execute(
        select(Message.channel, Message.state, func.count())
        .where(Message.state.in_(("queued", "sending", "failed")))
        .group_by(Message.channel, Message.state)
    )
    lines = [f'portal_messages{{channel="{channel}",state="{state}"}} {count}' for channel, state, count in states]
    lines.append(f"portal_deadlines_due {int(clockwork.any_due())}")
    waiting, without_key, failed = papers_standing.counts()
    lines.append(f"portal_papers_waiting {waiting}")
    lines.append(f"portal_certificates_without_key {without_key}")
    lines.append(f"portal_papers_failed {failed}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
