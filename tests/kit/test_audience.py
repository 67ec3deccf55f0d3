"""Whom a service is for: by the kind of an identity as the agency sees it, and by what both take."""

from dataclasses import replace

import pytest

from app.kit.audience import audience_of, is_served, kind_at
from app.kit.profile import Agency
from tests.kit.test_service import SERVICE

SAUDI = Agency("emirate", {"ar": "إمارة", "en": "Emirate"}, identities=("citizen", "resident", "gcc"))
QATARI = replace(SAUDI, country="QA", identities=("citizen", "resident"))
ALL = replace(SERVICE, audience=("citizen", "resident", "visitor", "gcc", "establishment"))


@pytest.mark.parametrize(
    ("agency", "country", "id_type", "kind"),
    [
        (SAUDI, "SA", "resident", "resident"),
        (SAUDI, "QA", "citizen", "gcc"),
        (SAUDI, "SA", "gcc", "gcc"),
        (SAUDI, "QA", "resident", "visitor"),
        (SAUDI, "EG", "citizen", "visitor"),
        (QATARI, "SA", "citizen", "gcc"),
    ],
)
def test_the_kind_of_an_identity_is_seen_from_the_agency(agency: Agency, country: str, id_type: str, kind: str) -> None:
    assert kind_at(agency, country, id_type) == kind


def test_gulf_citizens_are_served_where_the_agency_takes_them_and_no_country_opens_every_door() -> None:
    assert is_served(ALL, SAUDI, "QA", "citizen")
    assert not is_served(ALL, QATARI, "SA", "citizen")
    assert not is_served(ALL, SAUDI, "SA", "visitor")


def test_a_resident_is_not_served_by_a_service_for_citizens() -> None:
    assert not is_served(replace(SERVICE, audience=("citizen",)), SAUDI, "SA", "resident")


def test_the_card_names_whom_the_agency_takes() -> None:
    assert audience_of(ALL, SAUDI) == ["citizen", "resident", "gcc", "establishment"]
