import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.cases.announcements import Entry, publish
from app.extensions import transaction
from app.kit.words import WORDS
from tests.admin.test_announcements import EDITOR
from tests.blueprints.reading import page, texts

OPEN_PAGES = (
    "/",
    "/services",
    "/services/emirate_appointment",
    "/about",
    "/accessibility",
    "/privacy",
    "/announcements",
    "/no-such-page",
)
APP = Path(__file__).parents[3] / "app"
ERRORS = (400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", OPEN_PAGES)
def test_an_open_page_is_whole(app: Flask, path: str, prefix: str) -> None:
    soup = page(app.test_client(), prefix + path, status=404 if path == "/no-such-page" else 200)
    assert soup.html is not None
    assert soup.title is not None
    headings = texts(soup, "h1")
    assert len(headings) == 1
    assert soup.title.get_text().startswith(headings[0])
    assert soup.html["lang"] == ("en" if prefix else "ar")
    assert soup.select_one("meta[name=description][content]")
    assert soup.select_one("link[rel=icon]")
    assert_sound(soup)


def assert_sound(soup: BeautifulSoup) -> None:
    """Unique ids, references that lead somewhere, labels on controls, no style or script of its own."""
    ids = [each["id"] for each in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        named = {id for each in soup.select(f"[{attribute}]") for id in str(each[attribute]).split()}
        assert named <= set(ids), (attribute, named - set(ids))
    for control in soup.select("input:not([type=hidden]), select, textarea"):
        assert control.find_parent("label") or soup.select_one(f"label[for='{control['id']}']"), control
    levels = [int(heading.name[1]) for heading in soup.select("h1, h2, h3")]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert not soup.select("[style], style, [onclick], [hx-on], script:not([src])")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("code", ERRORS)
def test_every_error_has_a_page_with_a_reference(app: Flask, code: int, language: str) -> None:
    below = "/en" if language == "en" else ""
    with app.test_request_context("/x", environ_overrides={"portal.language": language, "SCRIPT_NAME": below}):
        given = {"code": code, "reference": "E-12AB34CD", "wait": 60, "lang": language, "bare": True}
        html = app.jinja_env.get_template("errors/error.html").render(**given, dir="ltr" if language == "en" else "rtl")
    soup = BeautifulSoup(html, "html.parser")
    assert "E-12AB34CD" in texts(soup, "main")[0]
    assert texts(soup, "h1")[0]
    assert soup.select_one("main a.button")
    assert_sound(soup)


def test_an_error_in_answer_to_htmx_takes_the_whole_page(app: Flask) -> None:
    answer = app.test_client().get("/no-such-page", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.status_code == 404
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("body", "innerHTML")


def test_announcements_can_be_linked_to_one_by_one(app: Flask) -> None:
    with app.app_context(), transaction():
        row = publish(Entry({"ar": "خبر", "en": "News"}, {"ar": "نص", "en": "Text"}), by=EDITOR)
    found = page(app.test_client(), "/announcements").find("article", id=str(row.id))
    assert found is not None
    assert found.find("h2")


def templates() -> list[Path]:
    """Those of pages; xhtml2pdf needs styles of its own."""
    return sorted(path for path in (APP / "templates").rglob("*.html") if path.parent.name != "pdf")


def test_templates_name_only_words_that_exist() -> None:
    for path in templates():
        for key in re.findall(r"\bt\(\"([\w.]+)\"[,)]", path.read_text("utf-8")):
            assert WORDS.has(key), f"{path.name}: {key}"


def test_styles_are_light_and_know_no_left_or_right() -> None:
    sheets = [(APP / "static" / "css" / name).read_text("utf-8") for name in ("tokens.css", "portal.css")]
    assert sum(len(sheet.encode()) for sheet in sheets) <= 35 * 1024
    physical = r"(?<![\w-])(margin|padding|border)-(left|right)|(?<![\w-])(left|right)\s*:|text-align:\s*(left|right)"
    assert not [found for sheet in sheets for found in re.findall(physical, sheet)]


def test_templates_use_only_macros_that_exist(app: Flask) -> None:
    offered = set(dir(app.jinja_env.get_template("components/ui.html").module))
    for path in templates():
        used = set(re.findall(r"\bui\.(\w+)\(", path.read_text("utf-8")))
        assert used <= offered, (path.name, used - offered)


def test_templates_are_short_and_hold_no_words_or_styles_of_their_own() -> None:
    for path in templates():
        text = path.read_text("utf-8")
        bare = re.sub(r"{#.*?#}", "", text, flags=re.DOTALL)
        assert text.count("\n") <= 80, path
        assert not re.search("[\u0600-\u06ff]", bare), path
        assert not re.search(r"\sstyle=|<style|<script>|hx-on|\sonclick=", bare), path
