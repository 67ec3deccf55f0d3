"""Papers as they come out of the press: every word, in order, with a code that can be scanned."""

import io
import logging
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pypdf
import pypdfium2
import pytest
import segno
from bs4 import BeautifulSoup
from flask import Flask
from PIL import Image

from app.documents import fonts, printing, rendering
from app.documents.layout import Sheet, page_html, pdf_html, template_of, verify_address
from app.documents.orders import PAPERS
from app.documents.papers.certificate import certificate_paper
from app.documents.papers.decision import decision_paper
from app.documents.papers.guide import guide_paper
from app.documents.papers.summary import summary_paper
from app.documents.papers.visit_pass import pass_paper
from app.documents.rendering import plain, printable, render_pdf
from tests.documents.report_sample import report_snapshot
from tests.documents.samples import (
    certificate_snapshot,
    guide_snapshot,
    pass_snapshot,
    summary_snapshot,
)

CODE = "K7M4Q2XA9HJW"
SHEETS: dict[str, Callable[[], Sheet]] = {
    "summary": lambda: Sheet("summary", "ar", summary_paper(summary_snapshot(), "ar"), CODE),  # type: ignore[arg-type]
    "english summary": lambda: Sheet("summary", "en", summary_paper(summary_snapshot("en"), "en"), CODE),  # type: ignore[arg-type]
    "report": lambda: Sheet("report", "ar", decision_paper(report_snapshot(), "ar"), CODE),  # type: ignore[arg-type]
    "pass": lambda: Sheet("pass", "ar", pass_paper(pass_snapshot(), "ar"), CODE),  # type: ignore[arg-type]
    "pass for eleven": lambda: Sheet("pass", "ar", pass_paper(pass_snapshot(10), "ar"), CODE),  # type: ignore[arg-type]
    "pass for one": lambda: Sheet("pass", "ar", pass_paper(pass_snapshot(0), "ar"), CODE),  # type: ignore[arg-type]
    "certificate": lambda: Sheet("certificate", "ar", certificate_paper(certificate_snapshot(), "ar"), CODE),  # type: ignore[arg-type]
    "certificate of three": lambda: Sheet(
        "certificate",
        "ar",
        certificate_paper(certificate_snapshot(3, receipt="", replaces="1447/000079"), "ar"),  # type: ignore[arg-type]
        CODE,
    ),
    "certificate of ten": lambda: Sheet(
        "certificate",
        "ar",
        certificate_paper(certificate_snapshot(10), "ar"),  # type: ignore[arg-type]
        CODE,
    ),
    "guide": lambda: Sheet("guide", "ar", guide_paper(guide_snapshot(), "ar")),  # type: ignore[arg-type]
}
BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def press(context: Flask, caplog: pytest.LogCaptureFixture) -> Callable[[Sheet], bytes]:
    """Renders; anything the renderer warns about fails the test."""

    def render(sheet: Sheet) -> bytes:
        with caplog.at_level(logging.WARNING):
            content = render_pdf(pdf_html(sheet), title=sheet.title, author="بوابة")
        assert [record.getMessage() for record in caplog.records] == []
        return content

    return render


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as read:
        pages = [page.get_textpage().get_text_bounded() for page in read]
    return unicodedata.normalize("NFKC", BIDI.sub("", " ".join(pages)))


def words_of_page(sheet: Sheet) -> list[str]:
    """The Arabic and Latin words of the accessible page, as the PDF prints them."""
    text = BeautifulSoup(page_html(sheet), "html.parser").get_text(" ")
    return re.findall(r"\w{2,}", unicodedata.normalize("NFKC", plain(text)))


def page_picture(content: bytes, number: int = 0, dots_per_point: float = 3) -> Image.Image:
    with pypdfium2.PdfDocument(content) as read:
        return read[number].render(scale=dots_per_point).to_pil().convert("RGB")


@pytest.mark.parametrize("name", SHEETS)
def test_every_word_of_the_page_can_be_read_out_of_the_pdf(press: Callable[[Sheet], bytes], name: str) -> None:
    sheet = SHEETS[name]()
    printed = set(re.findall(r"\w{2,}", text_of(press(sheet))))
    words = words_of_page(sheet)
    found = sum(word in printed for word in words)
    assert len(words) > 30
    assert found / len(words) >= 0.98, [word for word in words if word not in printed]


@pytest.mark.parametrize("name", SHEETS)
def test_title_and_author_are_searchable_words(press: Callable[[Sheet], bytes], name: str) -> None:
    sheet = SHEETS[name]()
    meta = pypdf.PdfReader(io.BytesIO(press(sheet))).metadata
    assert meta is not None
    assert meta.title == plain(sheet.title)
    assert not re.search("[\ufb50-\ufdff\ufe70-\ufefc]", meta.title)


def test_phones_and_numbers_with_hyphens_keep_their_order(press: Callable[[Sheet], bytes]) -> None:
    content = press(SHEETS["summary"]())
    text = text_of(content)
    for value in ("1447-000079", "fahad.almansour@mail.example.sa", "1448/000123"):
        assert value in text
    with pypdfium2.PdfDocument(content) as read:
        page = read[0].get_textpage()
        printed = page.get_text_range()
        left = [page.get_charbox(printed.index(part))[0] for part in ("+966", "50 +966", "123 50", "4567")]
    assert left == sorted(left), "the groups of the telephone number stand from left to right"


def test_a_pass_fits_one_page_also_with_ten_companions(press: Callable[[Sheet], bytes]) -> None:
    for name in ("pass", "pass for eleven", "pass for one"):
        assert len(pypdf.PdfReader(io.BytesIO(press(SHEETS[name]()))).pages) == 1
    assert "سعد بن محمد القحطاني 10" in page_html(SHEETS["pass for eleven"]())


def qr_matrix(picture: Image.Image, modules: int) -> list[list[bool]]:
    """The modules of the QR code in the white square on the dark field of a pass, as a camera sees them."""
    dark = (6, 53, 47)
    width, height = picture.size
    rows = [y for y in range(height) if picture.getpixel((int(width * 0.085), y)) == dark]
    top, bottom = rows[0], rows[-1]
    white = [
        (x, y)
        for y in range(top, bottom)
        for x in range(int(width * 0.08), int(width * 0.4))
        if picture.getpixel((x, y)) == (255, 255, 255)
    ]
    left, right = min(x for x, _ in white), max(x for x, _ in white) + 1
    upper = min(y for _, y in white)
    side = (right - left) / (modules + 8)
    sample = lambda row, column: picture.getpixel((int(left + (column + 4.5) * side), int(upper + (row + 4.5) * side)))  # noqa: E731
    return [[sample(row, column)[0] < 128 for column in range(modules)] for row in range(modules)]


def test_the_code_of_a_pass_opens_the_page_of_the_gate_when_scanned(press: Callable[[Sheet], bytes]) -> None:
    expected = segno.make(verify_address(CODE, "pass"), error="m")
    matrix = [[bool(module) for module in row] for row in expected.matrix]
    assert qr_matrix(page_picture(press(SHEETS["pass"]())), len(matrix)) == matrix
    assert verify_address(CODE, "pass") == f"http://portal.test/gate/{CODE}"
    assert verify_address(CODE, "summary") == f"http://portal.test/verify/{CODE}"


def test_nothing_is_printed_outside_the_page(press: Callable[[Sheet], bytes]) -> None:
    for name in ("summary", "pass for eleven"):
        picture = page_picture(press(SHEETS[name]()), dots_per_point=1)
        width, height = picture.size
        for box in ((0, 0, 30, height), (width - 30, 0, width, height), (0, height - 20, width, height)):
            assert picture.crop(box).getcolors() == [
                (picture.crop(box).width * picture.crop(box).height, (255, 255, 255))
            ]


def test_a_demonstration_says_so_on_every_page(press: Callable[[Sheet], bytes]) -> None:
    with pypdfium2.PdfDocument(press(SHEETS["guide"]())) as read:
        for page in read:
            text = unicodedata.normalize("NFKC", BIDI.sub("", page.get_textpage().get_text_bounded()))
            assert "نسخة تجريبية" in text


def test_a_document_without_advice_has_no_empty_line_for_it(press: Callable[[Sheet], bytes]) -> None:
    sheet = SHEETS["guide"]()
    assert sum(bool(each["photo"]) for each in guide_snapshot()["documents"]) == 2
    assert text_of(press(sheet)).count("كيف تصوره") == page_html(sheet).count("كيف تصوّره") == 2


def test_what_people_typed_is_text_and_fetches_nothing(press: Callable[[Sheet], bytes]) -> None:
    snapshot: Any = summary_snapshot()
    evil = '<img src="file:///etc/passwd"><b>مرحبا</b> {{ 7*7 }} <pdf:barcode value="x" type="qr">'
    snapshot["sections"][0]["rows"][0]["value"] = evil
    sheet = Sheet("summary", "ar", summary_paper(snapshot, "ar"), CODE)
    assert "&lt;img" in page_html(sheet)
    text = text_of(press(sheet))
    assert "{{ 7*7 }}" in text
    assert "file:///etc/passwd" in text


def test_the_renderer_refuses_files_and_addresses(context: Flask) -> None:
    for source in ("file:///etc/hostname", "/etc/hostname", "http://127.0.0.1:9/x.png"):
        content = render_pdf(f'<p>x</p><img src="{source}">', title="x", author="y")
        assert len(pypdf.PdfReader(io.BytesIO(content)).pages[0].images) == 0


def letters_of(content: bytes) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right and top of every printed letter, in points."""
    boxes = []
    with pypdfium2.PdfDocument(content) as read:
        for page in read:
            words = page.get_textpage()
            boxes += [words.get_charbox(n) for n in range(words.count_chars())]
    return [box for box in boxes if box[3] - box[1] > 0.1]


@pytest.mark.parametrize(
    "value",
    [
        "سطر من الموضوع\n" * 300,
        "كلمة طويلة في موضوع الزيارة " * 150,
        "ابجدهوز" * 80,
        "W" * 600,
        "a_b-" * 60,
        "\n" * 300 + "x",
    ],
    ids=["many lines", "long text", "a long word", "wide letters", "a long name", "blank lines"],
)
def test_a_long_answer_flows_over_pages_in_letters_of_full_size(press: Callable[[Sheet], bytes], value: str) -> None:
    snapshot: Any = summary_snapshot()
    snapshot["sections"][1]["rows"][2]["value"] = value
    snapshot["files"][0]["name"] = f"{value[:60]}.pdf".replace("\n", "")
    content = press(Sheet("summary", "ar", summary_paper(snapshot, "ar"), CODE))
    letters = letters_of(content)
    assert all(left > 40 and right < 556 for left, _, right, _ in letters), "nothing runs over the margins"
    heights = sorted(top - bottom for _, bottom, _, top in letters)
    assert heights[len(heights) // 2] > 3.5, "no text was shrunk to fit"
    squeezed = "".join(text_of(content).split())
    assert "".join(value.split())[:40] in squeezed


def test_letters_the_font_lacks_become_a_mark_and_never_a_fault(press: Callable[[Sheet], bytes]) -> None:
    snapshot: Any = summary_snapshot()
    snapshot["sections"][0]["rows"][0]["value"] = "شكرًا 😀 你好 كیف پاکستان \u202eabc\u202c \ud7ff"
    text = text_of(press(Sheet("summary", "ar", summary_paper(snapshot, "ar"), CODE)))
    assert "شكرا" in text
    assert "\u25ca" in text


def test_vowel_signs_are_taken_off_after_composing() -> None:
    assert plain("مُحَمَّدٌ") == "محمد"
    assert plain("آ أ") == "آ أ"
    assert printable("کیف") == "كيف"


def test_the_configured_fonts_can_draw_arabic_and_another_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts.check_fonts()
    monkeypatch.setattr(fonts, "covered", lambda face: frozenset(range(0x20, 0x7F)))
    with pytest.raises(fonts.FontUnfit, match="U\\+0660"):
        fonts.check_fonts()


def test_a_fault_of_the_renderer_is_said_without_the_words_of_the_page(
    context: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rendering, "printable", lambda html: html)
    with caplog.at_level(logging.WARNING):
        render_pdf("<p>فهد 😀 1000000067</p>", title="x", author="y")
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "xhtml2pdf warned" in said
    assert "1000000067" not in said


def test_the_accessible_page_has_headings_headers_and_words_for_its_picture(context: Flask) -> None:
    for sheet in (make() for make in SHEETS.values()):
        page = BeautifulSoup(page_html(sheet), "html.parser")
        assert len(page.select("h1")) == 1
        assert page.select_one("h1").get_text(" ", strip=True).startswith(sheet.paper["title"])  # type: ignore[union-attr]
        assert all(image.has_attr("alt") for image in page.select("img"))
        assert [image for image in page.select("img") if image["alt"]], "the QR code says what it is"
        assert all(header["scope"] in ("row", "col") for header in page.select("th"))
        assert not page.select("[style]")


def test_the_worker_finds_what_every_kind_of_paper_is_laid_out_with(app: Flask) -> None:
    with app.app_context():
        printing.prepare()
        assert all(app.jinja_env.get_template(template_of("page", kind)) for kind in PAPERS)
