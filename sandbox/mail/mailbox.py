"""The mailbox page: text as text, HTML behind a locked window."""

import email
import json
import sqlite3
from email.message import EmailMessage
from email.policy import default
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from sandbox.pages import page
from sandbox.world import world

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")
# Shown pictures or styles from elsewhere would tell somebody that the mail was opened.
LOCKED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


def _parsed(row: sqlite3.Row) -> EmailMessage:
    return email.message_from_bytes(row["raw"], policy=default)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""


def _as_json(row: sqlite3.Row) -> dict[str, Any]:
    message = _parsed(row)
    files = [part.get_filename() or "" for part in message.iter_attachments()]
    return {
        "id": row["id"],
        "sender": row["sender"],
        "recipients": json.loads(row["recipients"]),
        "received_at": row["received_at"],
        "subject": str(message.get("Subject", "")),
        "message_id": str(message.get("Message-ID", "")),
        "reference": str(message.get("X-Reference", "")),
        "text": _part(message, "plain"),
        "html": _part(message, "html"),
        "files": files,
    }


def _row(number: int) -> sqlite3.Row:
    row = world().store.row("SELECT * FROM mail WHERE id = ?", number)
    if row is None:
        raise NotFound
    return row


def _listed(to: str) -> list[dict[str, Any]]:
    mails = [_as_json(row) for row in world().store.rows("SELECT * FROM mail ORDER BY id DESC LIMIT 500")]
    return [each for each in mails if not to or to in each["recipients"]]


@blueprint.get("")
def index() -> ResponseReturnValue:
    to = request.args.get("to", "")
    return page("mailbox.html", mails=_listed(to), to=to)


@blueprint.get("/sent.json")
def sent() -> ResponseReturnValue:
    """All mail, newest first; ?to= narrows it."""
    return jsonify(_listed(request.args.get("to", "")))


@blueprint.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    return page("mail.html", mail=_as_json(_row(number)))


@blueprint.get("/<int:number>/html")
def html(number: int) -> ResponseReturnValue:
    """The HTML part alone, without scripts, forms or pictures from elsewhere."""
    answer = Response(_part(_parsed(_row(number)), "html"), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = LOCKED
    return answer
