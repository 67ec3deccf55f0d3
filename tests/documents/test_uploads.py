"""What is taken in and what is refused, by content and not by what the browser says."""

import io
import resource
import struct
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from app.documents import errors, uploads
from app.documents.models import Attachment, CheckState
from app.documents.uploads import FileLimits
from app.extensions import db
from app.kit.words import WORDS
from tests.documents.conftest import new_person, pdf, picture, stored

Attach = Callable[..., Attachment]


def photograph_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Telephone", 6
    exif[0x8825] = {1: "N", 2: (IFDRational(24), IFDRational(42), IFDRational(1))}
    return exif


def photograph_with_place() -> bytes:
    exif = photograph_exif()
    return picture(size=(80, 40), exif=exif.tobytes(), comment=b"secret remark")


def giant_png(side: int = 40_000) -> bytes:
    """A few hundred bytes that say they are 40,000 x 40,000 dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    header = struct.pack("!LLBBBBB", side, side, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * 4096, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def moving_png() -> bytes:
    frames = [Image.new("RGB", (20, 20), (shade, 0, 0)) for shade in (10, 200)]
    target = io.BytesIO()
    frames[0].save(target, format="PNG", save_all=True, append_images=frames[1:])
    return target.getvalue()


def test_a_photograph_loses_its_place_and_camera_and_stands_upright(attach: Attach) -> None:
    original = photograph_with_place()
    assert b"secret remark" in original
    attachment = attach(original, "بطاقة.jpg")
    kept = stored(attachment)
    assert b"secret remark" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()
        assert image.size == (40, 80)
    assert (attachment.width, attachment.height) == (40, 80)
    assert attachment.check_state == CheckState.CLEAN


def test_what_hangs_behind_a_picture_does_not_come_along(attach: Attach) -> None:
    attachment = attach(picture() + b"<html><script>alert(1)</script></html>", "photo.jpg")
    assert b"<script>" not in stored(attachment)


def test_a_large_photograph_is_made_smaller(attach: Attach) -> None:
    attachment = attach(picture(size=(6000, 3000), quality=30), "scan.jpeg")
    assert (attachment.width, attachment.height) == (4000, 2000)


def test_a_grey_scan_of_sixteen_bits_keeps_its_greys(attach: Attach) -> None:
    target = io.BytesIO()
    Image.new("I;16", (20, 20), 40_000).save(target, format="PNG")
    with Image.open(io.BytesIO(stored(attach(target.getvalue(), "scan.png")))) as image:
        assert abs(image.convert("L").getpixel((3, 3)) - 156) < 3  # type: ignore[operator]


def test_words_hidden_in_a_png_do_not_come_along(attach: Attach) -> None:
    words = PngInfo()
    words.add_text("Comment", "secret remark")
    words.add_itxt("XML:com.adobe.xmp", "secret remark")
    original = picture("PNG", pnginfo=words, exif=photograph_exif().tobytes())
    assert b"secret remark" in original
    kept = stored(attach(original, "a.png"))
    assert b"secret" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"dpi"}


def test_a_large_photograph_is_read_without_unpacking_it_whole(attach: Attach) -> None:
    big = picture(size=(7600, 5200), quality=20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    attach(big, "photo.jpg")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 130_000, "kilobytes"


def test_a_transparent_png_stays_a_png(attach: Attach) -> None:
    target = io.BytesIO()
    Image.new("RGBA", (30, 30), (0, 0, 0, 0)).save(target, format="PNG")
    attachment = attach(target.getvalue(), "stamp.png")
    assert attachment.media_type == "image/png"


def test_the_file_lies_outside_the_web_root_under_a_name_that_says_nothing(attach: Attach, own_storage: Path) -> None:
    attachment = attach(pdf(), "../خطاب\u202eموضوع.pdf")
    assert attachment.name == "خطابموضوع.pdf"
    assert attachment.storage_key is not None
    assert (own_storage / attachment.storage_key).is_file()
    assert "pdf" not in attachment.storage_key
    assert "static" not in str(own_storage / attachment.storage_key)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED: list[tuple[str, Callable[[], bytes], str, type[errors.FileRefused]]] = [
    ("nothing in it", lambda: b"", "a.pdf", errors.EmptyFile),
    ("six megabytes", lambda: b"%PDF-" + b"0" * 6 * 1024 * 1024, "a.pdf", errors.TooBig),
    ("a drawing called png", lambda: SVG, "a.png", errors.WrongFile),
    ("a drawing called svg", lambda: SVG, "a.svg", errors.WrongFile),
    ("a page called jpg", lambda: b"<html><body>hello</body></html>", "a.jpg", errors.WrongFile),
    ("a png called jpg", lambda: picture("PNG"), "a.jpg", errors.WrongFile),
    ("a picture called pdf", picture, "a.pdf", errors.WrongFile),
    ("no extension", picture, "photo", errors.WrongFile),
    ("two extensions", picture, "photo.jpg.exe", errors.WrongFile),
    ("a gif", lambda: picture("GIF"), "a.gif", errors.WrongFile),
    ("a zip called pdf", lambda: b"PK\x03\x04" + b"0" * 400, "a.pdf", errors.WrongFile),
    ("half a picture", lambda: picture(size=(900, 900))[:400], "a.jpg", errors.WrongFile),
    ("a giant picture", giant_png, "a.png", errors.TooManyPixels),
    ("too many dots", lambda: giant_png(9_000), "a.png", errors.TooManyPixels),
    ("a moving picture", moving_png, "a.png", errors.UnsafeFile),
    ("no pdf at all", lambda: b"%PDF-1.7 but nothing else", "a.pdf", errors.WrongFile),
]


@pytest.mark.parametrize(
    ("content", "name", "refusal"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_is_refused_by_name_with_words_in_both_languages(
    attach: Attach, own_storage: Path, content: Callable[[], bytes], name: str, refusal: type[errors.FileRefused]
) -> None:
    with pytest.raises(refusal) as caught:
        attach(content(), name)
    for language in ("ar", "en"):
        assert WORDS.text(language, caught.value.text_key, **caught.value.params)
    assert not [path for path in own_storage.rglob("*") if path.is_file()]


def test_the_refusal_of_a_big_file_says_how_big_it_is_and_what_is_allowed(attach: Attach) -> None:
    with pytest.raises(errors.TooBig) as caught:
        attach(b"%PDF-" + b"0" * 6 * 1024 * 1024, "a.pdf", language="en")
    text = WORDS.text("en", caught.value.text_key, **caught.value.params)
    assert text == "The file is 6 MB. Attach one of 5 MB or less"


def test_a_field_takes_so_many_files_and_a_replacement_takes_the_place_of_its_ancestor(attach: Attach) -> None:
    first = attach(pdf(), "1.pdf")
    with pytest.raises(errors.TooManyFiles):
        attach(pdf(), "2.pdf")
    second = attach(pdf(), "2.pdf", replaces=first)
    assert second.replaces_id == first.id
    with pytest.raises(errors.TooManyFiles):
        attach(pdf(), "3.pdf")
    assert attach(pdf(), "3.pdf", replaces=second).replaces_id == second.id


def test_rows_of_a_group_count_for_themselves(attach: Attach) -> None:
    limits = FileLimits(identity_card=True)
    rows = [attach(picture(), "هوية.jpg", field="companion_id_image", row=row, limits=limits) for row in range(3)]
    assert [each.row for each in rows] == [0, 1, 2]
    assert all(each.is_identity_image for each in rows)


def test_a_persons_files_together_stay_below_his_share(attach: Attach, monkeypatch: pytest.MonkeyPatch) -> None:
    content = pdf()
    size = attach(content, "1.pdf", field="a").size
    monkeypatch.setattr(uploads, "QUOTA", 2 * size + 10)
    attach(content, "1.pdf", field="b")
    with pytest.raises(errors.QuotaFull):
        attach(content, "1.pdf", field="c")
    stranger = new_person("1000000075")
    assert attach(content, "1.pdf", field="c", owner_person_id=stranger)


def test_the_check_is_by_content_and_not_by_what_the_browser_says(attach: Attach) -> None:
    assert attach(pdf(), "letter.PDF").media_type == "application/pdf"


def test_a_full_disk_refuses_in_words_and_leaves_nothing(attach: Attach, own_storage: Path, monkeypatch: Any) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(errors.StorageAway) as caught:
        attach(pdf(), "a.pdf")
    assert caught.value.status == 503
    assert not [path for path in own_storage.rglob("*") if path.is_file()]
    assert db.session.query(Attachment).count() == 0


def test_the_same_file_twice_lies_under_two_names(attach: Attach) -> None:
    one, two = attach(pdf(), "1.pdf", field="a"), attach(pdf(), "1.pdf", field="b")
    assert one.storage_key != two.storage_key
    assert uuid.UUID(str(one.id)) != two.id
