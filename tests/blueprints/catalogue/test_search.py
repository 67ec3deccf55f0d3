import pytest

from app.blueprints.catalogue.search import Catalogue, Query
from app.kit import profile as profiles
from app.kit.registry import Registry


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    profile = profiles.load(profiles.DEMO)
    return Catalogue(Registry.discover("app.blueprints.services", profile), profile)


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
    veterinary = ["veterinary_export", "veterinary_import"]
    assert found(catalogue) == ["emirate_appointment", "general_transaction", *veterinary]
    assert found(catalogue, agencies=("municipality",)) == ["general_transaction"]
    assert found(catalogue, audiences=("gcc",)) == ["emirate_appointment", "general_transaction"]
    assert found(catalogue, fee="paid") == veterinary
    assert found(catalogue, fee="free") == ["emirate_appointment", "general_transaction"]


def test_a_slip_of_the_finger_gets_the_title_that_was_meant(catalogue: Catalogue) -> None:
    assert found(catalogue, "موعدد") == []
    assert catalogue.suggestion(Query("موعدد"), "ar") == "طلب موعد مع الإمارة"
    assert catalogue.suggestion(Query("apointment"), "en") == "Appointment with the emirate"
    assert catalogue.suggestion(Query("qqqqqq"), "ar") is None


def test_counts_of_agencies_and_audiences_are_those_of_the_services(catalogue: Catalogue) -> None:
    assert [(id, count) for id, _, count in catalogue.agencies("ar")] == [
        ("emirate", 1),
        ("municipality", 1),
        ("ministry", 2),
    ]
    assert dict(catalogue.audiences())["citizen"] == 4


def test_a_list_promises_a_service_to_those_alone_whom_its_agency_takes(catalogue: Catalogue) -> None:
    """The ministry takes citizens and residents; the service itself would take visitors too."""
    assert found(catalogue, audiences=("visitor",)) == ["emirate_appointment"]
    assert dict(catalogue.audiences())["visitor"] == 1
    said = {card.slug: card.audience for card in catalogue.cards("ar")}
    assert said["veterinary_export"] == ("citizen", "resident")
