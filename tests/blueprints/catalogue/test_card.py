from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.blueprints.catalogue.guides import find_guide
from app.blueprints.catalogue.search import Catalogue
from app.cases.conversation import PageOpinion
from app.cases.demo.past import at
from app.cases.guides import guide_key, guide_snapshot, order_guides
from app.cases.models import ServiceFact
from app.documents.models import RenderState
from app.documents.storage import storage
from app.extensions import db, transaction
from app.kit.paying import Fee
from app.kit.registry import Registry
from app.kit.words import WORDS
from tests.blueprints.reading import page, post, read, texts

HEADINGS = ("description", "conditions", "documents", "next_steps", "rating", "faq")
FACTS = ("audience", "fees", "duration", "real_duration", "channels")
CARD = "/services/emirate_appointment"


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("slug", ["emirate_appointment", "general_transaction"])
def test_a_card_has_every_heading_in_both_languages(app: Flask, slug: str, language: str) -> None:
    soup = page(app.test_client(), ("/en" if language == "en" else "") + f"/services/{slug}")
    assert texts(soup, "main h2")[: len(HEADINGS)] == [WORDS.text(language, f"card.{key}") for key in HEADINGS]
    assert texts(soup, "aside dt") == [WORDS.text(language, f"card.{key}") for key in FACTS]
    assert [WORDS.text(language, "card.start"), WORDS.text(language, "card.guide")] == texts(soup, "aside a.button")
    assert WORDS.text(language, "card.useful") in texts(soup, "legend")


def test_the_card_leads_to_the_form_and_to_the_guide(app: Flask) -> None:
    soup = page(app.test_client(), CARD)
    assert [link["href"] for link in soup.select("aside a.button")] == [f"{CARD}/apply", f"{CARD}/guide.pdf"]


def test_questions_open_without_scripts(app: Flask) -> None:
    soup = page(app.test_client(), CARD)
    assert len(soup.select("#faq ~ .folds details > summary")) == 6
    assert all(each.select_one("p") for each in soup.select(".folds details"))


def test_the_qr_code_is_drawn_in_the_page_and_has_words(app: Flask) -> None:
    drawing = page(app.test_client(), CARD).select_one("[role=img][aria-label]")
    assert drawing is not None
    assert drawing.select_one("svg path")
    assert "style" not in str(drawing)


def test_rating_and_real_duration_say_what_was_counted(app: Flask) -> None:
    with app.app_context(), transaction():
        counted = {"votes": 12, "average": 4.26, "median_days": 1.2, "p90_days": 4.4}
        db.session.add(ServiceFact(service="emirate_appointment", **counted))
    soup = page(app.test_client(), CARD)
    assert texts(soup, ".page-head .row")[0].startswith("4.3 من 5 (12 تقييمًا)")
    duration = texts(soup, "aside dd")[3]
    assert "خلال يومين" in duration
    assert "9 من كل 10 طلبات خلال 5 أيام" in duration


@pytest.mark.parametrize(
    ("address", "promise"),
    [
        ("/services/emirate_appointment", "خلال 3 أيام عمل"),
        ("/services/general_transaction", "خلال 5 أيام عمل"),
        ("/en/services/general_transaction", "Within 5 working days"),
    ],
)
def test_the_time_on_a_card_is_the_declared_target(app: Flask, address: str, promise: str) -> None:
    assert texts(page(app.test_client(), address), "aside dd")[2] == promise


def test_before_anything_was_counted_the_card_says_so(app: Flask) -> None:
    soup = page(app.test_client(), CARD)
    assert "لا تقييمات بعد" in texts(soup, ".page-head")[0]
    assert texts(soup, "aside dd")[3] == WORDS.text("ar", "interface.card.no_duration_yet")


def test_card_list_and_guide_say_the_fee_of_the_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after midnight of the day it changes, in a portal that was not started anew."""
    slug, services = "veterinary_export", app.extensions["services"]
    old, new = Fee(slug, 10000, date(2026, 1, 1), until=date(2035, 1, 9)), Fee(slug, 15000, date(2035, 1, 10))
    known = Registry({**services, slug: replace(services[slug], fees=(old, new))})
    monkeypatch.setitem(app.extensions, "services", known)
    monkeypatch.setitem(app.extensions, "catalogue", Catalogue(known, app.extensions["profile"]))
    keys = set()
    for day, fee in ((9, "100 ريال قطري للشهادة"), (10, "150 ريالًا قطريًا للشهادة")):
        with at(datetime(2035, 1, day, 12, tzinfo=UTC)), app.app_context():
            assert fee in texts(page(app.test_client(), f"/services/{slug}"), "aside dd")[1]
            assert any(fee in each for each in texts(page(app.test_client(), "/services"), ".service-card"))
            assert fee in str(guide_snapshot(known[slug], "ar")["facts"])
            keys.add(guide_key(known[slug]))
    assert len(keys) == 2, "the guide is made anew"


def test_an_unknown_service_is_not_found(app: Flask) -> None:
    page(app.test_client(), "/services/no_such_service", status=404)


def test_the_guide_that_is_not_rendered_yet_is_announced_on_the_card(app: Flask) -> None:
    soup = page(app.test_client(), f"{CARD}/guide.pdf")
    assert WORDS.text("ar", "interface.card.guide_soon") in texts(soup, "[role=status]")


def test_the_rendered_guide_of_the_language_is_downloaded(app: Flask) -> None:
    with app.app_context(), transaction():
        order_guides()
        made = find_guide(app.extensions["services"]["emirate_appointment"], "en")
        assert made is not None
        made.storage_key, made.render_state = storage().put("papers", b"%PDF-1.7 guide"), RenderState.READY
    answer = app.test_client().get(f"/en{CARD}/guide.pdf")
    assert (answer.mimetype, answer.data) == ("application/pdf", b"%PDF-1.7 guide")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert app.test_client().get(f"{CARD}/guide.pdf").mimetype == "text/html"


def test_an_opinion_is_kept_without_a_name_and_thanked_for(app: Flask) -> None:
    client = app.test_client()
    answer = post(client, f"{CARD}/useful", {"useful": "no", "words": "اذكروا رقم البوابة"})
    assert answer.status_code == 303
    assert answer.location.endswith(f"{CARD}?useful=thanks#opinion")
    assert WORDS.text("ar", "card.useful_thanks") in texts(page(client, answer.location), "#opinion")
    with app.app_context():
        kept = db.session.scalars(select(PageOpinion)).one()
        assert (kept.service, kept.useful, kept.words) == ("emirate_appointment", False, "اذكروا رقم البوابة")


def test_with_htmx_the_thanks_replace_the_form(app: Flask) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = post(app.test_client(), f"{CARD}/useful", {"useful": "yes"}, **headers)
    assert answer.status_code == 200
    assert texts(read(answer), "#opinion") == [WORDS.text("ar", "card.useful_thanks")]


def test_an_opinion_without_an_answer_comes_back_with_its_words(app: Flask) -> None:
    answer = post(app.test_client(), f"{CARD}/useful", {"words": "كلام <b>"})
    soup = read(answer)
    assert answer.status_code == 422
    assert soup.title is not None
    assert soup.title.get_text().startswith("خطأ:")
    assert [link["href"] for link in soup.select("#error-summary a")] == ["#useful"]
    assert soup.select_one("#useful-words").get_text().strip() == "كلام <b>"  # type: ignore[union-attr]
    with app.app_context():
        assert db.session.scalars(select(PageOpinion)).all() == []


def test_an_opinion_without_a_token_is_refused(app: Flask) -> None:
    assert app.test_client().post(f"{CARD}/useful", data={"useful": "yes"}).status_code == 400
