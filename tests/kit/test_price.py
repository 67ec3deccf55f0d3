"""What a card says of the fee is what the profile asks for on that day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.kit.paying import Fee
from app.kit.price import fees_mark, price_on
from app.kit.service import Service
from tests.support.declared import PROFILE, SERVICES

EXPORT, IMPORT = "veterinary_export", "veterinary_import"
DAY = date(2026, 12, 31)


def priced(slug: str, *fees: Fee) -> Service:
    return replace(SERVICES[slug], fees=fees)


def said(service: Service, language: str = "ar", day: date = DAY) -> str:
    return price_on(service, PROFILE.agency(service.agency), language, day)


def test_a_new_fee_is_said_from_its_day_on() -> None:
    service = priced(EXPORT, Fee(EXPORT, 10000, date(2026, 1, 1), until=DAY), Fee(EXPORT, 15050, date(2027, 1, 1)))
    assert said(service) == "100 ريال قطري للشهادة، تُدفع بعد الاعتماد"
    assert said(service, "en", date(2027, 1, 1)) == "QAR 150.50 per certificate, paid after approval"


@pytest.mark.parametrize(
    ("fees", "wanted"),
    [
        ({"fee": {}, "stamp": {}}, "120 ريالًا قطريًا لكل حيوان، تُدفع بعد الموافقة"),
        (
            {"fee": {}, "stamp": {"once": True}},
            "60 ريالًا قطريًا لكل حيوان، تُدفع بعد الموافقة، و60 ريالًا قطريًا عن الطلب كله",
        ),
        ({}, "لم تُحدَّد الرسوم بعد"),
    ],
)
def test_what_each_animal_costs_is_told_apart_from_what_is_asked_once(fees: dict[str, Any], wanted: str) -> None:
    dated = [Fee(IMPORT, 6000, date(2026, 1, 1), code=code, **more) for code, more in fees.items()]
    assert said(priced(IMPORT, *dated)) == wanted


def test_fees_of_one_sum_that_are_asked_otherwise_are_told_apart() -> None:
    """Or the guide would go on saying what the card says no more."""
    fee = Fee(IMPORT, 6000, DAY)
    both = [priced(IMPORT, fee, replace(fee, code="stamp", once=once)) for once in (False, True)]
    assert len({fees_mark(each, DAY) for each in both}) == len({said(each) for each in both}) == 2
    assert fees_mark(both[0], DAY) == fees_mark(priced(IMPORT, *reversed(both[0].fees)), DAY)


def test_what_is_free_says_so() -> None:
    assert said(SERVICES["emirate_appointment"]) == "لا توجد رسوم"


@pytest.mark.parametrize("slug", sorted(slug for slug, service in SERVICES.items() if service.payment))
def test_the_sentence_of_a_fee_names_no_figure_of_its_own(slug: str) -> None:
    for language in ("ar", "en"):
        sentence = SERVICES[slug].text(language, "fees")
        assert "{amount}" in sentence
        assert not any(letter.isdigit() for letter in sentence)
