"""At which counters a clerk works, and whose services they handle."""

from app.cases.context import profile, registry
from app.identity.actors import Actor, Grant
from app.kit.profile import Office
from app.kit.roles import Role
from app.kit.service import Service


def offices_of(actor: Actor) -> list[Office]:
    """The offices with a counter where this clerk works, in the order of the profile."""
    grants = _grants(actor)
    return [office for office in profile().offices.values() if any(_works_at(grant, office) for grant in grants)]


def handles(actor: Actor, service: str, agency: str, office: str | None = None) -> bool:
    """Whether the clerk may serve clients of this agency's service, at `office` or at any of his."""
    at = [each for each in offices_of(actor) if office in (None, each.id) and agency in each.serves]
    return any(_works_at(grant, each) and grant.service in (None, service) for grant in _grants(actor) for each in at)


def services_at(actor: Actor, office: str) -> list[Service]:
    """What the clerk can file there: services that have a form for the counter."""
    return [
        service
        for service in registry().values()
        if service.can_be_filed_at_counter and handles(actor, service.slug, service.agency, office)
    ]


def _grants(actor: Actor) -> list[Grant]:
    return [grant for grant in actor.grants if grant.role == Role.COUNTER_AGENT] if actor.kind == "staff" else []


def _works_at(grant: Grant, office: Office) -> bool:
    return office.has_counter and grant.agency in (None, office.agency) and grant.office in (None, office.id)
