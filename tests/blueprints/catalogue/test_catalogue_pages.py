import pytest
from flask import Flask

from app.kit.words import WORDS
from tests.blueprints.reading import page, read, texts


def test_plain_search_lists_what_matches_and_says_how_many(app: Flask) -> None:
    soup = page(app.test_client(), "/services?q=اماره")
    found = texts(soup, ".service-card h3")
    assert found[0] == "طلب موعد مع الإمارة"
    assert texts(soup, "[role=status] h2") == [f"نتائج البحث عن اماره: {WORDS.plural('ar', 'services', len(found))}"]
    assert soup.select_one("input[name=q]")["value"] == "اماره"  # type: ignore[index]


def test_what_htmx_gets_is_the_part_of_the_page_it_replaces(app: Flask) -> None:
    client, address = app.test_client(), "/services?q=موعد&agency=emirate"
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = client.get(address, headers=headers)
    assert "<html" not in answer.text
    assert {"HX-Request", "HX-Request-Type"} <= set(answer.vary.as_set(preserve_casing=True))
    assert str(read(answer).select_one("#results")) == str(page(client, address).select_one("#results"))


def test_nothing_found_offers_what_was_meant_and_a_way_out(app: Flask) -> None:
    soup = page(app.test_client(), "/services?q=موعدد")
    assert texts(soup, ".empty a") == ["طلب موعد مع الإمارة", "امسح التصفية"]


def test_filters_stay_chosen_in_the_form(app: Flask) -> None:
    soup = page(app.test_client(), "/services?agency=municipality&fee=free")
    assert [box["value"] for box in soup.select(".filters input[checked]")] == ["municipality", "free"]
    assert texts(soup, ".service-card h3") == ["المعاملات"]
    # The form is folded, so that on a telephone the list comes first; the list says what narrows it.
    assert not soup.select("details.filters[open]")
    assert texts(soup, "#results > .muted") == ["بلدية المحافظة، بلا رسوم"]


HOSTILE = (
    "q=%00%ed%a0%80",
    "q=" + "ا" * 5000,
    "agency=nobody&audience=&fee=all",
    'q="><img hx-get=/x>',
    "q[]=a&q=b&q=c",
)


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_query_is_only_text(app: Flask, query: str) -> None:
    soup = page(app.test_client(), f"/services?{query}")
    assert not soup.select("img")


def test_the_other_language_keeps_the_query(app: Flask) -> None:
    soup = page(app.test_client(), "/en/services?q=appointment")
    assert soup.html is not None
    assert (soup.html["lang"], soup.html["dir"]) == ("en", "ltr")
    assert soup.select_one("a[hreflang=ar]")["href"] == "/services?q=appointment"  # type: ignore[index]
    assert soup.select_one(".service-card a")["href"] == "/en/services/emirate_appointment"  # type: ignore[index]
