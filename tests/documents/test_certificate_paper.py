"""The certificate on paper: fits its sheet, reads in order, and its code opens the verification page."""

import logging
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import segno
from flask import Flask
from PIL import Image

from app.documents.framing import framed
from app.documents.layout import Sheet, pdf_html, verify_address
from app.documents.papers.certificate import certificate_paper
from app.documents.rendering import render_pdf
from tests.documents.samples import certificate_snapshot
from tests.documents.test_papers import CODE, page_picture, text_of

BORDER = (10, 91, 81)


@pytest.fixture
def press(context: Flask, caplog: pytest.LogCaptureFixture) -> Callable[..., bytes]:
    """Renders a certificate; anything the renderer warns about fails the test."""

    def render(animals: int = 1, change: Callable[[dict[str, Any]], None] = lambda _: None, **more: str) -> bytes:
        snapshot = certificate_snapshot(animals, **more)
        change(snapshot)
        sheet = Sheet("certificate", "ar", certificate_paper(snapshot, "ar"), CODE)  # type: ignore[arg-type]
        with caplog.at_level(logging.WARNING):
            content, _pages = framed(render_pdf(pdf_html(sheet), title=sheet.title, author="بوابة"))
        assert [record.getMessage() for record in caplog.records] == []
        return content

    return render


def pages_of(content: bytes) -> int:
    with pypdfium2.PdfDocument(content) as read:
        return len(read)


@pytest.mark.parametrize(("animals", "pages"), [(1, 1), (3, 1), (10, 2)])
def test_a_family_of_cats_fits_one_sheet_and_ten_need_two(
    press: Callable[..., bytes], animals: int, pages: int
) -> None:
    assert pages_of(press(animals)) == pages


def test_a_corrected_certificate_says_what_it_replaces_and_fits(press: Callable[..., bytes]) -> None:
    content = press(receipt="", replaces="1447/000079")
    assert pages_of(content) == 1
    text = text_of(content)
    assert "تحل هذه النسخة محل الشهادة رقم 1447/000079" in text
    assert "This certificate replaces certificate 1447/000079" in text
    assert "1447/000079/2" in text


def test_it_reads_from_the_agency_to_the_code_in_the_order_of_the_paper(press: Callable[..., bytes]) -> None:
    text = " ".join(text_of(press()).split())
    wanted = (
        "شهادة صحية بيطرية لتصدير الكلاب والقطط",
        "Veterinary health certificate for the export of dogs and cats",
        "بيانات الشهادة",
        "1447/000079",
        "30 November 2025",
        "Exporter and destination",
        "القائم بالتصدير والوجهة",
        "فهد بن سالم بن علي آل منصور",
        "Fahad Salem Ali Almansour",
        "بيانات الحيوانات",
        "634 0981 0045 2217",
        "I, the official veterinarian, certify that the animals named above",
        "د. هند المري",
    )
    found = [text.find(each) for each in wanted]
    assert -1 not in found, [each for each, at in zip(wanted, found, strict=True) if at == -1]
    assert found == sorted(found)


def test_figures_keep_their_groups_from_left_to_right(press: Callable[..., bytes]) -> None:
    with pypdfium2.PdfDocument(press()) as read:
        page = read[0].get_textpage()
        printed = page.get_text_range()
        for line in ("634 0981 0045 2217", "15 June 2025", "K7M4 Q2XA 9HJW"):
            at = printed.index(line)
            lefts = [page.get_charbox(at + n)[0] for n, letter in enumerate(line) if letter != " "]
            assert lefts == sorted(lefts), line


def qr_of(picture: Image.Image, modules: int) -> list[list[bool]]:
    """The modules of the code at the foot of the sheet, sampled as a camera does."""
    width, height = picture.size
    box = (int(width * 0.78), int(height * 0.855), int(width * 0.925), int(height * 0.955))
    part = picture.crop(box).convert("L")
    dark = [(x, y) for x in range(part.width) for y in range(part.height) if part.getpixel((x, y)) < 100]  # type: ignore[operator]
    left, right = min(x for x, _ in dark), max(x for x, _ in dark) + 1
    top = min(y for _, y in dark)
    side = (right - left) / modules
    return [
        [part.getpixel((int(left + (c + 0.5) * side), int(top + (r + 0.5) * side))) < 128 for c in range(modules)]  # type: ignore[operator]
        for r in range(modules)
    ]


@pytest.mark.parametrize("page", [0, 1])
def test_its_code_opens_the_verification_page_when_scanned_on_every_sheet(
    press: Callable[..., bytes], page: int
) -> None:
    address = verify_address(CODE, "certificate")
    assert address == f"http://portal.test/verify/{CODE}"
    expected = [[bool(module) for module in row] for row in segno.make(address, error="m").matrix]
    assert qr_of(page_picture(press(10), page, dots_per_point=4), len(expected)) == expected


def test_the_edge_of_the_sheet_is_whole_and_nothing_is_printed_beyond_it(press: Callable[..., bytes]) -> None:
    picture = page_picture(press(), dots_per_point=2)
    width, height = picture.size
    for at in (0.25, 0.5, 0.75):
        row = [picture.getpixel((x, int(height * at))) for x in range(width)]
        column = [picture.getpixel((int(width * at), y)) for y in range(height)]
        for line in (row, column):
            border = [n for n, colour in enumerate(line) if colour == BORDER]
            assert border[0] < len(line) * 0.05
            assert border[-1] > len(line) * 0.95
    margin = picture.crop((0, 0, int(width * 0.018), height))
    assert margin.getcolors() == [(margin.width * margin.height, (255, 255, 255))]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("محمد عبدالرحمن بن عبدالعزيز بن سليمان آل ثنيان الخالدي القحطاني", "القحطاني"),
        ("W" * 60, "W" * 20),
        ("a" * 120, "a" * 20),
        ("👋 <b>فهد</b> {{ 7*7 }}", "7*7"),
    ],
    ids=["a long name", "wide letters", "no space", "marks"],
)
def test_long_and_odd_values_stay_inside_their_cells(press: Callable[..., bytes], value: str, kept: str) -> None:
    def change(snapshot: dict[str, Any]) -> None:
        for fact in (snapshot["parts"][0]["rows"][0][0], snapshot["parts"][1]["rows"][0][1]):
            fact["value"] = {"ar": value, "en": value}

    for animals in (1, 3):
        content = press(animals, change)
        with pypdfium2.PdfDocument(content) as read:
            words = read[0].get_textpage()
            boxes = [words.get_charbox(n) for n in range(words.count_chars())]
        assert all(left > 27 and right < 568 for left, _, right, top in boxes if top > 1)
        assert kept in "".join(text_of(content).split())


LONG = (
    "شركة نقل الحيوانات الأليفة والعناية بها ذات المسؤولية المحدودة، المبنى رقم 1204، الطابق الثالث، "
    "شارع الملكة رانيا العبدالله، ضاحية الرشيد، بالقرب من دوار الجامعة، عمّان 11941، المملكة الأردنية الهاشمية"
)


@pytest.mark.parametrize(
    "value", [LONG, "12 King Street " * 13, "ANIMAL HOUSE LLC " * 11], ids=["Arabic", "Latin", "capitals"]
)
def test_a_consignee_as_long_as_the_form_takes_leaves_the_signatures_on_the_first_sheet(
    press: Callable[..., bytes], value: str
) -> None:
    def change(snapshot: dict[str, Any]) -> None:
        snapshot["parts"][0]["rows"][0][4]["value"] = {"ar": value, "en": value}

    content = press(1, change)
    assert pages_of(content) == 1
    text = " ".join(text_of(content).split())
    for words in ("المستلم", "14 جمادى الآخرة 1447هـ", "5 December 2025", "د. هند المري"):
        assert words in text


@pytest.mark.parametrize("latin", [True, False])
def test_two_hundred_wide_letters_without_a_break_leave_the_signatures_on_the_first_sheet(
    press: Callable[..., bytes], latin: bool
) -> None:
    wide = "W" * 200

    def change(snapshot: dict[str, Any]) -> None:
        row = snapshot["parts"][0]["rows"][0]
        row[0]["value"] = {"ar": wide if latin else "محمد " * 40, "en": wide}
        row[4]["value"] = {"ar": wide, "en": wide}
        snapshot["parts"][1]["rows"][0][1]["value"] = {"ar": wide[:60], "en": wide[:60]}
        snapshot["signatures"][0]["name"] = wide

    content = press(1, change)
    assert pages_of(content) == 1
    text = "".join(text_of(content).split())
    assert text.count("W") >= 3 * 200 + 60
    assert "د.هندالمري" in text
    with pypdfium2.PdfDocument(content) as read:
        words = read[0].get_textpage()
        boxes = [words.get_charbox(n) for n in range(words.count_chars())]
    assert all(left > 27 and right < 568 for left, _, right, top in boxes if top > 1)
