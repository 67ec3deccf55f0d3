"""Names of files as data."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.names import MOST, clean_name, disposition, extension_of


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("خطاب موضوع الزيارة.pdf", "خطاب موضوع الزيارة.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\fahad\\هوية.JPG", "هوية.JPG"),
        ("تقرير\u202egpj.exe\u202c.pdf", "تقريرgpj.exe.pdf"),
        ("\u2067سري\u2069.pdf", "سري.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("...", "file"),
        (".pdf", "pdf"),
        ("", "file"),
        ("lone \ud800 surrogate.png", "lone surrogate.png"),
    ],
)
def test_a_name_keeps_its_words_and_loses_what_acts(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


def test_a_long_name_is_cut_but_keeps_its_extension() -> None:
    name = clean_name("ط" * 400 + ".pdf")
    assert len(name) == MOST
    assert extension_of(name) == "pdf"


@given(st.text(max_size=300))
def test_no_name_gets_out_of_its_place(given_name: str) -> None:
    name = clean_name(given_name)
    assert 0 < len(name) <= MOST
    assert not set(name) & set('/\\\x00\r\n"')
    assert clean_name(name) == name
    header = disposition("attachment", name)
    assert header.isascii()
    assert unquote(header.partition("filename*=UTF-8''")[2]) == name


def test_an_arabic_name_travels_in_utf_8_beside_an_ascii_one() -> None:
    header = disposition("attachment", "خطاب 2.pdf")
    assert header.startswith('attachment; filename="')
    assert header.endswith("filename*=UTF-8''%D8%AE%D8%B7%D8%A7%D8%A8%202.pdf")
