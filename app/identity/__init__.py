"""Who is asking: sign-in at the national provider, people, staff, roles and scopes, sessions, access rules, audit rows.

Use it to know the actor of a request, to guard a view, or to write an audit row. Not for what a person may do with one
case (app/cases/policy), and not for messages: this room knows neither cases nor gateways.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    # Imported late: values such as actors are wanted by rooms that must not load the whole of this one.
    from app.identity import setup

    setup.init_app(app)
