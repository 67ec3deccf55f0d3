"""Reads what a visitor asks of the catalogue. Anything unknown narrows nothing; nothing here can fail."""

from collections.abc import Collection

from werkzeug.datastructures import MultiDict

from app.blueprints.catalogue.search import Query
from app.kit.arabic import clean_line

LONGEST = 100
FEES = ("free", "paid")


def read(arguments: MultiDict[str, str], agencies: Collection[str], audiences: Collection[str]) -> Query:
    fee = arguments.get("fee", "")
    return Query(
        words=clean_line(arguments.get("q", "")[:LONGEST]),
        agencies=tuple(each for each in agencies if each in arguments.getlist("agency")),
        audiences=tuple(each for each in audiences if each in arguments.getlist("audience")),
        fee=fee if fee in FEES else "",
    )
