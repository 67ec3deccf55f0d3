from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.blueprints.home.routes import MOST_CARDS
from app.calendars.clock import now
from app.cases.announcements import Entry, publish
from app.extensions import transaction
from app.kit.words import WORDS
from app.web.drawn_once import Pieces
from tests.admin.test_announcements import EDITOR
from tests.blueprints.reading import page, texts


def test_home_offers_search_inquiry_stages_services_and_agencies(app: Flask) -> None:
    soup = page(app.test_client(), "/")
    assert texts(soup, "h1") == [WORDS.text("ar", "interface.home.title")]
    assert soup.select_one("form[role=search]")["action"] == "/services"  # type: ignore[index]
    assert len(soup.select(".journey > li")) == 4
    services, profile = app.extensions["services"], app.extensions["profile"]
    first = [services[slug].text("ar", "title") for slug in profile.services[:MOST_CARDS]]
    assert texts(soup, ".service-card h3") == [*first, "الاستعلام عن معاملة"]
    assert first[0] == "طلب موعد مع الإمارة"
    given = Counter(service.agency for service in services.values())
    assert texts(soup, "#agencies ~ ul a") == [
        f"{agency.name['ar']} {WORDS.plural('ar', 'services', given[agency.id])}"
        for agency in profile.agencies.values()
        if given[agency.id]
    ]


def test_the_quick_inquiry_keeps_numbers_out_of_the_address(app: Flask) -> None:
    form = page(app.test_client(), "/").select_one(".gate form")
    assert form is not None
    assert (form["method"], form["action"]) == ("post", "/inquiry/transactions")
    assert form.select_one("input[name=csrf_token]")


def test_announcements_stand_newest_first(app: Flask) -> None:
    with app.app_context(), transaction():
        for number in range(4):
            row = publish(Entry({"ar": f"خبر {number}", "en": f"News {number}"}, {"ar": "نص", "en": "Text"}), by=EDITOR)
            row.starts_at = now() - timedelta(days=10 - number)
    assert texts(page(app.test_client(), "/"), ".news h3") == ["خبر 3", "خبر 2", "خبر 1"]
    assert texts(page(app.test_client(), "/en/"), ".news h3")[0] == "News 3"


def test_every_copy_says_that_it_is_no_government_site(app: Flask) -> None:
    assert WORDS.text("ar", "agencies.demo_banner") in texts(page(app.test_client(), "/"), ".agency-bar")[0]
    assert WORDS.text("en", "agencies.demo_banner") in texts(page(app.test_client(), "/en/"), ".agency-bar")[0]


@pytest.mark.parametrize("official", [True, False])
def test_a_real_copy_says_only_what_its_profile_says(
    app: Flask, monkeypatch: pytest.MonkeyPatch, official: bool
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], sandbox_url=""))
    monkeypatch.setitem(app.extensions, "profile", replace(app.extensions["profile"], official=official))
    monkeypatch.setitem(app.extensions, "drawn", Pieces())  # another profile is another process
    for path in ("/", "/about", "/desk/login"):
        words = page(app.test_client(), path).get_text()
        assert WORDS.text("ar", "agencies.demo_banner") not in words
        assert WORDS.text("ar", "interface.about.demo_text") not in words
    bar = texts(page(app.test_client(), "/"), ".agency-bar")[0]
    assert (WORDS.text("ar", "agencies.official_banner") in bar) is official


def test_english_addresses_stay_english(app: Flask) -> None:
    soup = page(app.test_client(), "/en/")
    links = [str(link["href"]) for link in soup.select("main a[href^='/'], nav a[href^='/']")]
    assert links
    assert all(link.startswith("/en/") for link in links)
