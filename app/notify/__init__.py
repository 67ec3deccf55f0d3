"""Messages to people: posted as rows in the transaction of the event they tell of, sent later by the drain.

Take `outbox.post` for every notice about a case and `codes.send` for one-time codes. Not for what staff and citizen
write to each other (that is the case's thread), nor for anything that must happen before a page can answer: a message
may be late by minutes, and no page ever waits for a gateway.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    from app.notify import models  # noqa: F401  the tables belong to the schema even if nothing has been posted yet
    from app.notify.commands import outbox_group

    app.cli.add_command(outbox_group)
