"""How the blocks of a summary follow one another: close, over the page where they must, no heading left behind."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
from flask import Flask

from app.cases import papers
from app.documents.layout import Sheet, page_html, pdf_html
from app.documents.papers.summary import summary_paper
from app.documents.rendering import render_pdf
from app.kit.words import LANGUAGES
from tests.documents.samples import summary_snapshot
from tests.documents.test_papers import BIDI
from tests.support.declared import SERVICES
from tests.support.robots import Robot

CODE = "K7M4Q2XA9HJW"
# Points from the foot of the sheet to the foot of the text on it (sheet.html), and what may stay white above that:
# a heading with two lines, one of them folded, or a block of four lines that is not parted.
FOOT, WHITE = (297 - 264) * 72 / 25.4, 34 * 72 / 25.4


def lines_of(page: Any) -> list[tuple[float, str]]:
    """Height above the foot of the sheet and words of each line of the body, from the top down."""
    found: dict[int, list[str]] = {}
    words = page.get_textpage()
    for place in range(words.count_rects()):
        left, bottom, right, top = words.get_rect(place)
        if bottom > FOOT - 4:
            text = words.get_text_bounded(left, bottom, right, top)
            found.setdefault(round(bottom), []).append(unicodedata.normalize("NFKC", BIDI.sub("", text)).strip())
    return [(height, " ".join(found[height])) for height in sorted(found, reverse=True)]


def pages_of(snapshot: Any, language: str) -> list[list[tuple[float, str]]]:
    sheet = Sheet("summary", language, summary_paper(snapshot, language), CODE)
    with pypdfium2.PdfDocument(render_pdf(pdf_html(sheet), title=sheet.title, author="x")) as read:
        return [lines_of(page) for page in read]


def longer(rows: int, animals: int) -> Iterator[dict[str, Any]]:
    """Parts as long as forms have them."""
    yield {"title": "Applicant", "rows": [{"label": f"Answer {n}", "value": "words"} for n in range(rows)]}
    facts = [{"label": f"Fact {n}", "value": "words"} for n in range(12)]
    yield {"title": "Animals", "rows": [], "groups": [{"title": f"Animal {n}", "rows": facts} for n in range(animals)]}
    yield {"title": "Journey", "rows": facts[:7]}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", sorted(SERVICES))
def test_a_request_with_one_of_each_takes_two_pages(open_app: Flask, slug: str, language: str) -> None:
    walk = Robot(open_app, SERVICES[slug]).file()
    with open_app.test_request_context():
        assert len(pages_of(papers.summary_snapshot(walk.case, language), language)) <= 2


@pytest.mark.parametrize("rows", range(2, 18))
def test_no_heading_stands_alone_at_the_foot_and_no_page_ends_half_empty(context: Flask, rows: int) -> None:
    snapshot = summary_snapshot("en") | {"sections": list(longer(rows, 2))}
    titles = {"Animals", "Animal 0", "Animal 1", "Journey", "Attachments", "Declaration", "What happens next"}
    pages = pages_of(snapshot, "en")
    assert len(pages) > 1
    assert titles <= {words for page in pages for _height, words in page}
    for page in pages[:-1]:
        height, words = page[-1]
        assert words not in titles
        assert height - FOOT < WHITE, f"white below «{words}»"


def test_a_part_made_of_repeated_rows_alone_has_its_title(context: Flask) -> None:
    snapshot: Any = summary_snapshot("en") | {"sections": list(longer(2, 2))}
    html = page_html(Sheet("summary", "en", summary_paper(snapshot, "en"), CODE))
    assert html.index("<h2>Animals</h2>") < html.index("<h3>Animal 0</h3>") < html.index("<h3>Animal 1</h3>")
    assert html.count("<h2>Animals</h2>") == 1


def test_what_is_among_the_answers_is_not_said_before_them_too() -> None:
    snapshot: Any = summary_snapshot("en")
    applicant, number = snapshot["facts"]
    snapshot["sections"][0]["rows"] += [number, applicant | {"value": "somebody else"}]
    labels = [each["label"] for each in summary_paper(snapshot, "en")["facts"]["rows"]]
    assert applicant["label"] in labels
    assert number["label"] not in labels
