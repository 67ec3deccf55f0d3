from collections.abc import Callable

import pytest

from app.blueprints.catalogue.search import Catalogue, Query
from app.kit import profile as profiles
from app.kit.registry import Registry
from app.kit.service import Service

PROFILE = profiles.load(profiles.DEMO)
SERVICES = Registry.discover("app.blueprints.services", PROFILE)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(SERVICES, PROFILE)


def those(like: Callable[[Service], bool]) -> list[str]:
    """The services of a kind, in the order of the profile."""
    return [slug for slug in PROFILE.services if like(SERVICES[slug])]


def takes(audience: str) -> Callable[[Service], bool]:
    """Whether a service is for them, and its agency takes them."""
    return lambda each: audience in each.audience and audience in PROFILE.agency(each.agency).identities


def found(catalogue: Catalogue, words: str = "", **more: object) -> list[str]:
    return [service.slug for service in catalogue.search(Query(words, **more))]  # type: ignore[arg-type]


SPELLINGS = ("إمارة", "اماره", "الإمارة", "الاماره", "إمـــارة", "إِمَارَة", "بالإمارة", "  إمارة  ")


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_of_a_word_finds_the_same_service_first(catalogue: Catalogue, typed: str) -> None:
    assert found(catalogue, typed)[0] == "emirate_appointment"


def test_both_languages_are_searched(catalogue: Catalogue) -> None:
    assert found(catalogue, "appointment") == ["emirate_appointment"]
    assert found(catalogue, "APPOINTMENT موعد") == ["emirate_appointment"]


def test_a_word_in_the_title_weighs_more_than_one_in_the_text(catalogue: Catalogue) -> None:
    assert found(catalogue, "معاملات")[0] == "general_transaction"


def test_all_words_must_be_found(catalogue: Catalogue) -> None:
    assert found(catalogue, "موعد مريخ") == []


def test_filters_narrow_and_empty_ones_do_not(catalogue: Catalogue) -> None:
    assert found(catalogue) == list(PROFILE.services)
    municipal, for_gulf = those(lambda each: each.agency == "municipality"), those(takes("gcc"))
    assert found(catalogue, agencies=("municipality",)) == municipal
    assert found(catalogue, audiences=("gcc",)) == for_gulf
    assert "general_transaction" in municipal
    assert "emirate_appointment" in set(for_gulf) - set(municipal)
    paid, free = those(lambda each: each.payment is not None), those(lambda each: each.payment is None)
    assert (found(catalogue, fee="paid"), found(catalogue, fee="free")) == (paid, free)
    assert {"veterinary_export", "veterinary_import"} <= set(paid)


def test_a_slip_of_the_finger_gets_the_title_that_was_meant(catalogue: Catalogue) -> None:
    assert found(catalogue, "موعدد") == []
    assert catalogue.suggestion(Query("موعدد"), "ar") == "طلب موعد مع الإمارة"
    assert catalogue.suggestion(Query("apointment"), "en") == "Appointment with the emirate"
    assert catalogue.suggestion(Query("qqqqqq"), "ar") is None


def test_counts_of_agencies_and_audiences_are_those_of_the_services(catalogue: Catalogue) -> None:
    counted = {id: count for id, _, count in catalogue.agencies("ar")}
    assert counted == {id: len(those(lambda each, id=id: each.agency == id)) for id in counted}  # type: ignore[misc]
    assert {"emirate", "municipality", "ministry"} <= set(counted)
    assert dict(catalogue.audiences())["citizen"] == len(those(takes("citizen")))


def test_a_list_promises_a_service_to_those_alone_whom_its_agency_takes(catalogue: Catalogue) -> None:
    """The ministry takes citizens and residents; the service itself would take visitors too."""
    assert "visitor" in SERVICES["veterinary_export"].audience
    assert found(catalogue, audiences=("visitor",)) == those(takes("visitor"))
    assert "veterinary_export" not in those(takes("visitor"))
    assert dict(catalogue.audiences())["visitor"] == len(those(takes("visitor")))
    said = {card.slug: card.audience for card in catalogue.cards("ar")}
    assert said["veterinary_export"] == ("citizen", "resident")
