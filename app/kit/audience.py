"""Whom a service is for: the kind of an identity as an agency sees it, and whether the service takes it. Pure.

One place decides for the card, the form and the guide.
"""

from app.kit.profile import Agency
from app.kit.service import Service

GULF = frozenset({"SA", "AE", "QA", "KW", "BH", "OM"})
# What a person can be; whom he acts for (an establishment, a public body) is no matter of his identity.
OF_PERSONS = ("citizen", "resident", "visitor", "gcc")


def kind_at(agency: Agency, country: str, id_type: str) -> str:
    """citizen, resident, visitor or gcc: a citizen of another Gulf state is a Gulf citizen here, others visitors."""
    if country == agency.country:
        return id_type
    return "gcc" if country in GULF and id_type in ("citizen", "gcc") else "visitor"


def is_served(service: Service, agency: Agency, country: str, id_type: str) -> bool:
    """Whether the service is meant for this kind of identity, and the agency takes it."""
    kind = kind_at(agency, country, id_type)
    return kind in agency.identities and kind in service.audience


def audience_of(service: Service, agency: Agency) -> list[str]:
    """What the card says: the service's audience without the kinds of identity that the agency does not take."""
    return [each for each in service.audience if each not in OF_PERSONS or each in agency.identities]
