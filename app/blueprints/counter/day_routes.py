"""What the clerks of a counter did on a day, for whoever answers for them: counts, and mobiles stated there."""

from datetime import date, timedelta

from flask import Response, request

from app.blueprints.counter.frame import blueprint
from app.calendars.clock import today
from app.cases.context import profile
from app.cases.counter import watch
from app.identity import access
from app.identity.access import signed_in_actor
from app.identity.actors import Actor, Grant
from app.kit.identifiers import masked
from app.kit.profile import Agency
from app.kit.roles import Role
from app.web.moments import day_words
from app.web.pages import page

OVERSEERS = (Role.SUPERVISOR, Role.AUDITOR)
# Nothing was done at any counter before.
FIRST = date(2020, 1, 1)


def _watched(actor: Actor) -> list[Grant]:
    return [grant for grant in actor.grants if grant.role in OVERSEERS]


def _agency(grants: list[Grant]) -> Agency:
    known = profile().agencies
    agencies = [grant.agency for grant in grants if grant.agency is not None]
    return next((known[each] for each in agencies if each in known), next(iter(known.values())))


@blueprint.get("/day")
@access.staff(*OVERSEERS)
def day() -> Response:
    grants = _watched(signed_in_actor())
    agency = _agency(grants)
    zone = agency.zone
    last = today(zone)
    on = max(FIRST, min(_asked(last), last))
    clerks, stated = watch.day_of(watch.offices_watched(grants), on, zone)
    return page(
        "counter/day.html",
        on=on,
        day=day_words(on, agency.id),
        before=on - timedelta(days=1),
        after=on + timedelta(days=1) if on < last else None,
        clerks=clerks,
        stated=stated,
        zone=zone,
        masked=masked,
        kinds=watch.COUNTED,
    )


def _asked(otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return otherwise
