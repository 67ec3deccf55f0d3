"""PDF files: what acts is taken out, what is locked or a bomb is refused."""

import io
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from app.documents.checks.pdf_file import MOST_PAGES, check_pdf
from app.documents.errors import FileRefused, LockedFile, TooManyPages, WrongFile
from tests.documents.conftest import pdf


def dangerous(made: pikepdf.Pdf) -> None:
    """Scripts and launches in each place where a viewer looks for them."""
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('MARK')"))
    launch = Dictionary(S=Name.Launch, F=String("MARK.exe"))
    attached = made.make_stream(b"MARK attached", Type=Name.EmbeddedFile)
    filespec = made.make_indirect(Dictionary(Type=Name.Filespec, F=String("MARK.bin"), EF=Dictionary(F=attached)))
    made.Root.OpenAction = made.make_indirect(script)
    made.Root.AA = Dictionary(WC=script)
    made.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("MARK"), made.make_indirect(Dictionary(script))])),
        EmbeddedFiles=Dictionary(Names=Array([String("MARK"), filespec])),
    )
    page = made.pages[0].obj
    page.AA = Dictionary(O=launch)
    button = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=Dictionary(launch))
    button.A.Next = Array([Dictionary(S=Name.SubmitForm, F=String("http://MARK.example/"))])
    clip = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=filespec)
    page.Annots = Array([button, made.make_indirect(clip)])
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Array([String("MARK")]))


def everything_in(content: bytes) -> str:
    with pikepdf.open(io.BytesIO(content)) as read:
        parts = [repr(each) for each in read.objects]
        parts += [str(each.read_bytes()) for each in read.objects if isinstance(each, pikepdf.Stream)]
    return " ".join(parts)


def test_scripts_launches_attachments_and_opening_actions_are_taken_out() -> None:
    assert "MARK" in everything_in(pdf(dangerous))
    clean, pages = check_pdf(pdf(dangerous))
    assert pages == 1
    text = everything_in(clean)
    assert "MARK" not in text
    for word in ("/JavaScript", "/Launch", "/OpenAction", "/EmbeddedFile", "/AA", "/XFA", "/SubmitForm"):
        assert word not in text


def test_an_ordinary_file_keeps_its_pages_and_their_text() -> None:
    def written(made: pikepdf.Pdf) -> None:
        for page in made.pages:
            page.Contents = made.make_stream(b"BT /F1 12 Tf (hello) Tj ET")

    clean, pages = check_pdf(pdf(written, pages=3))
    assert pages == 3
    assert "hello" in everything_in(clean)


@pytest.mark.parametrize("password", ["", "secret"])
def test_an_encrypted_file_is_refused_also_without_a_password_to_open_it(password: str) -> None:
    locked = pdf(encryption=pikepdf.Encryption(owner="owner", user=password))
    with pytest.raises(LockedFile):
        check_pdf(locked)


def test_more_pages_than_anybody_reads_are_refused() -> None:
    assert check_pdf(pdf(pages=MOST_PAGES))[1] == MOST_PAGES
    with pytest.raises(TooManyPages):
        check_pdf(pdf(pages=MOST_PAGES + 1))


def test_a_file_that_unpacks_beyond_all_bounds_is_refused() -> None:
    # An object stream of 200 MB of blanks in 200 KB: the reader has to unpack it to read the file at all.
    body = b"1 0 " + b" " * 200_000_000
    packed = zlib.compress(body, 9)
    head = b"%PDF-1.5\n"
    stream = b"2 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    made = head + stream + packed + b"\nendstream\nendobj\n"
    made += b"3 0 obj\n<</Type/XRef/Size 4/W[1 2 1]/Root 1 0 R/Length 16>>stream\n"
    table = b"".join((bytes([0, 0, 0, 255]), bytes([2, 0, 2, 0]), b"\x01" + len(head).to_bytes(2, "big") + b"\0"))
    at = len(made) - len(b"3 0 obj\n<</Type/XRef/Size 4/W[1 2 1]/Root 1 0 R/Length 16>>stream\n")
    made += table + b"\0\0\0\0" + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % at
    with pytest.raises(FileRefused):
        check_pdf(made)


@pytest.mark.parametrize("content", [b"%PDF-", b"%PDF-1.4\n%%EOF", b"%PDF-1.7\n" + bytes(range(256)) * 20])
def test_what_is_no_readable_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(WrongFile):
        check_pdf(content)


def test_a_file_cut_in_the_middle_is_refused_or_mended_but_never_a_fault() -> None:
    whole = pdf(dangerous, pages=5)
    for length in range(20, len(whole), 97):
        try:
            clean, _ = check_pdf(whole[:length])
        except FileRefused:
            continue
        assert "MARK" not in everything_in(clean)
