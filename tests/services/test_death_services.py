"""خدمات الوفيات: kinds that change the form, rules about the deceased, a permit that says what was permitted."""

import pytest
from bs4 import BeautifulSoup

from tests.services.deaths import FIELDS, SLUG, errors_of, on, said, values_of
from tests.support.declared import SERVICES
from tests.support.world import Page, World


@pytest.mark.parametrize("words", ["جنازة", "متوفي", "الميت", "مقبره", "funeral"])
def test_people_find_it_by_the_words_they_use(world: World, words: str) -> None:
    page = Page(world.app.test_client().get("/services", query_string={"q": words}))
    assert f"/services/{SLUG}" in page.html


@pytest.mark.parametrize(("days", "refused"), [(1, True), (0, False), (-400, False)])
def test_a_death_lies_no_later_than_today(world: World, days: int, refused: bool) -> None:
    typed = on(days).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert (said("rules.died_by_today.wrong") in errors_of(world, death_date=typed)) == refused


def test_each_kind_asks_for_its_own_and_for_nothing_of_the_others(world: World) -> None:
    own = {id for fields in FIELDS.values() for id in fields}
    for kind, fields in FIELDS.items():
        html = errors_of(world, kind, **dict.fromkeys(fields))
        asked = {id for id in own if str(SERVICES[SLUG].text("ar", f"fields.{id}.missing")) in html}
        assert asked == set(fields), kind


def test_the_embassy_speaks_for_its_own_and_is_not_asked_about_a_saudi(world: World) -> None:
    missing = said("fields.embassy_letter.missing")
    assert missing in errors_of(world, "transport_outside", embassy_letter=None)
    assert missing in errors_of(world, "burial_non_saudi", embassy_letter=None)
    saudi = {"deceased_nationality": "sa", "deceased_id": "1000000313"}
    assert errors_of(world, "transport_outside", embassy_letter=None, **saudi) == ""
    assert errors_of(world, "transport_inside") == ""


def test_a_saudi_is_no_matter_of_the_burial_of_others(world: World) -> None:
    html = errors_of(world, "burial_non_saudi", deceased_nationality="sa", deceased_id=None)
    shown = BeautifulSoup(html, "html.parser").select_one("a[href='#request_kind']")
    assert shown is not None
    assert shown.text == said("rules.burial_is_of_a_foreigner.wrong")


def test_abroad_is_not_the_kingdom(world: World) -> None:
    assert said("fields.destination_country.wrong") in errors_of(world, destination_country="sa")


def test_the_number_is_that_of_the_deceased_and_fits_the_nationality(world: World) -> None:
    assert said("rules.is_somebody_else.wrong") in errors_of(world, "late_report", deceased_id="1000000008")
    fits = said("rules.number_fits_nationality.wrong")
    assert fits in errors_of(world, "late_report", deceased_id="1000000313")
    assert fits in errors_of(world, "late_report", deceased_nationality="sa")
    assert errors_of(world, "late_report", deceased_id="3000000001") == ""
    assert errors_of(world, "late_report", deceased_id=None) == ""
    assert said("fields.deceased_id.wrong") in errors_of(world, "late_report", deceased_id="2000000312")


def test_an_accident_needs_the_police_report(world: World) -> None:
    assert said("fields.police_report.missing") in errors_of(world, accident="yes")


def test_what_is_signed_names_the_health_data(world: World) -> None:
    browser = world.citizen()
    page = browser.post(f"/services/{SLUG}/apply", {"action": "check", **values_of()})
    assert "أوافق على معالجة البيانات الصحية المرفقة" in browser.get(page.location).html
